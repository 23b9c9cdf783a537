"""Customers in Fortnox. Its search finds prefixes and parts; what counts here is equality."""

from collections.abc import Callable, Mapping
from typing import Final

from fortnox_bridge.domain.draft_plan import NewCustomer
from fortnox_bridge.domain.normalise import (
    comparable_organisation_number,
    normalise_code,
    normalise_email,
    normalise_name,
    normalise_organisation_number,
    written_organisation_number,
)
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.resources import CUSTOMERS
from fortnox_bridge.fortnox.writing import customer_payload

# Beyond this many equal customers nobody chooses by machine; the rest come as their list rows have them.
MOST_READ: Final = 10

_SEARCH: Final[Mapping[CustomerKey, str]] = {
    CustomerKey.ORGANISATION_NUMBER: "organisationnumber",
    CustomerKey.EMAIL: "email",
    CustomerKey.NAME: "name",
    CustomerKey.CUSTOMER_NUMBER: "customernumber",
}
_COMPARED: Final[Mapping[CustomerKey, tuple[Callable[[str], str], Callable[[wire.CustomerRow], str]]]] = {
    CustomerKey.ORGANISATION_NUMBER: (comparable_organisation_number, lambda row: row.OrganisationNumber),
    CustomerKey.EMAIL: (normalise_email, lambda row: row.Email),
    CustomerKey.NAME: (normalise_name, lambda row: row.Name),
    CustomerKey.CUSTOMER_NUMBER: (normalise_code, lambda row: row.CustomerNumber),
}


class Customers:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def find_customers(self, key: CustomerKey, value: str) -> tuple[CustomerRecord, ...]:
        """Whole records, since list rows do not tell who is active; see `MOST_READ` for very many hits."""
        for term in _terms(key, value):
            hits = await self._equal_rows(key, term, value)
            if hits:
                return tuple([await self._read_customer(row) for row in hits[:MOST_READ]]) + tuple(
                    reading.customer_of_row(row) for row in hits[MOST_READ:]
                )
        return ()

    async def get_customer(self, number: str) -> CustomerRecord | None:
        content = await self._client.get(CUSTOMERS, number)
        return None if content is None else reading.customer(reading.parse(wire.Customer, content))

    async def create_customer(self, customer: NewCustomer) -> CustomerRecord:
        content = await self._client.post(CUSTOMERS, customer_payload(customer))
        return reading.customer(reading.parse(wire.Customer, content, is_write=True))

    async def _equal_rows(self, key: CustomerKey, term: str, value: str) -> list[wire.CustomerRow]:
        normalise, field = _COMPARED[key]
        wanted = normalise(value)
        rows = await self._client.list_all(CUSTOMERS, [(_SEARCH[key], term)])
        parsed = [reading.parse(wire.CustomerRow, row) for row in rows]
        return [row for row in parsed if wanted and normalise(field(row)) == wanted]

    async def _read_customer(self, row: wire.CustomerRow) -> CustomerRecord:
        # A customer deleted between list and read is as good as inactive; its row says what it was.
        found = await self.get_customer(row.CustomerNumber)
        return found or reading.customer(wire.Customer(**row.model_dump(), Active=False))


def _terms(key: CustomerKey, value: str) -> tuple[str, ...]:
    """What to search for, one at a time: Fortnox keeps organisation numbers as typed, mostly with the hyphen."""
    term = " ".join(value.split())
    if not term:
        return ()
    if key is CustomerKey.ORGANISATION_NUMBER and (ten_digits := normalise_organisation_number(term)):
        return (written_organisation_number(ten_digits), ten_digits)
    return (term,)
