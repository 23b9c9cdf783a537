"""Customers in Fortnox. Its search finds prefixes and parts; what counts here is equality."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from fortnox_bridge.domain.customer_keys import comparable, value_of
from fortnox_bridge.domain.draft_plan import CustomerUpdate, NewCustomer
from fortnox_bridge.domain.normalise import (
    normalise_gln,
    normalise_organisation_number,
    phone_spellings,
    written_organisation_number,
)
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.customer_card import change_payload, customer_payload, record_of, record_of_row
from fortnox_bridge.fortnox.resources import CUSTOMERS

# Beyond this many equal customers nobody chooses by machine; the rest come as their list rows have them.
MOST_READ: Final = 10

_SEARCH: Final[Mapping[CustomerKey, str]] = {
    CustomerKey.ORGANISATION_NUMBER: "organisationnumber",
    CustomerKey.EMAIL: "email",
    CustomerKey.NAME: "name",
    CustomerKey.CUSTOMER_NUMBER: "customernumber",
    CustomerKey.PHONE: "phone",
    CustomerKey.GLN: "gln",
}
# What a list row shows of the key; the others are compared on the whole record.
_IN_ROW: Final[Mapping[CustomerKey, Callable[[wire.CustomerRow], str]]] = {
    CustomerKey.ORGANISATION_NUMBER: lambda row: row.OrganisationNumber,
    CustomerKey.EMAIL: lambda row: row.Email,
    CustomerKey.NAME: lambda row: row.Name,
    CustomerKey.CUSTOMER_NUMBER: lambda row: row.CustomerNumber,
    CustomerKey.PHONE: lambda row: row.Phone,
}


class CustomerWitness(Protocol):
    """Is told of every customer that Fortnox showed whole, and of every number it knew nothing of."""

    async def seen(self, record: CustomerRecord) -> None: ...

    async def gone(self, number: str) -> None: ...


class NoWitness:
    async def seen(self, record: CustomerRecord) -> None:
        """Forget it."""

    async def gone(self, number: str) -> None:
        """Forget it."""


class Customers:
    def __init__(self, client: FortnoxClient, witness: CustomerWitness | None = None) -> None:
        self._client = client
        self._witness: CustomerWitness = witness or NoWitness()

    async def find_customers(self, key: CustomerKey, value: str) -> tuple[CustomerRecord, ...]:
        """Whole records, since list rows do not tell who is active; see `MOST_READ` for very many hits."""
        wanted = comparable(key, value)
        for term in _terms(key, value):
            rows = await self._client.list_all(CUSTOMERS, [(_SEARCH[key], term)])
            hits = [row for row in (reading.parse(wire.CustomerRow, row) for row in rows) if _may_be(row, key, wanted)]
            records = tuple([await self._read_customer(row) for row in hits[:MOST_READ]])
            if key not in _IN_ROW:
                records = tuple(record for record in records if value_of(record, key) == wanted)
            if records:
                return records + tuple(record_of_row(row) for row in hits[MOST_READ:])
        return ()

    async def get_customer(self, number: str) -> CustomerRecord | None:
        content = await self._client.get(CUSTOMERS, number)
        if content is None:
            await self._witness.gone(number)
            return None
        return await self._shown(content)

    async def create_customer(self, customer: NewCustomer) -> CustomerRecord:
        content = await self._client.post(CUSTOMERS, customer_payload(customer))
        return await self._shown(content, is_write=True)

    async def update_customer(self, update: CustomerUpdate) -> CustomerRecord:
        """Change the fields of `update` and no other; the same change made twice is made once."""
        content = await self._client.put(CUSTOMERS, update.number, change_payload(update))
        return await self._shown(content, is_write=True)

    async def _shown(self, content: JsonObject, *, is_write: bool = False) -> CustomerRecord:
        record = record_of(reading.parse(wire.Customer, content, is_write=is_write))
        await self._witness.seen(record)
        return record

    async def _read_customer(self, row: wire.CustomerRow) -> CustomerRecord:
        # A customer deleted between list and read is as good as inactive; its row says what it was.
        found = await self.get_customer(row.CustomerNumber)
        return found or record_of(wire.Customer(**row.model_dump(), Active=False))


def _may_be(row: wire.CustomerRow, key: CustomerKey, wanted: str) -> bool:
    shown = _IN_ROW.get(key)
    return bool(wanted) and (shown is None or comparable(key, shown(row)) == wanted)


def _terms(key: CustomerKey, value: str) -> tuple[str, ...]:
    """What to search for, one at a time: Fortnox keeps numbers as typed, mostly with the hyphen."""
    term = " ".join(value.split())
    if key is CustomerKey.PHONE:
        return phone_spellings(term)
    if key is CustomerKey.GLN:
        term = normalise_gln(term)
    if key is CustomerKey.ORGANISATION_NUMBER and (ten_digits := normalise_organisation_number(term)):
        return (written_organisation_number(ten_digits), ten_digits)
    return (term,) if term else ()
