"""Organizations and persons as customers, read one by one or walked through (facts 9 and 10)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from fortnox_bridge.sdk import Customer, PartyKind, SourceDataInvalid, SourcePage, SourceRef
from fortnox_bridge_pipedrive.account import Account
from fortnox_bridge_pipedrive.addresses import to_address
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.custom_fields import to_values
from fortnox_bridge_pipedrive.wire import WireContactPoint, WireOrganization, WirePerson
from fortnox_bridge_pipedrive.wire_requests import (
    COMPANY,
    CONTACT,
    OPTION_LABELS,
    changed_since_query,
    folder_of,
    path_of,
    record_name,
)

_CONTACTS: Final = "contacts:read"


class PipedriveCustomers:
    """Companies are Pipedrive's organizations, contacts its persons.

    A deleted record can be read for thirty days and says so; one that was merged into another is missing or deleted
    (facts 12). Neither is listed.
    """

    def __init__(self, client: PipedriveClient, account: Account) -> None:
        self._client = client
        self._account = account

    async def read_customer(self, ref: SourceRef) -> Customer:
        if ref.kind == COMPANY:
            return await self.read_company(ref.external_id)
        if ref.kind == CONTACT:
            return await self.read_contact(ref.external_id)
        raise SourceDataInvalid(
            "source_record_missing", system=SYSTEM, record=record_name(ref.kind, ref.external_id)[:80]
        )

    async def read_company(self, external_id: str) -> Customer:
        record = record_name(COMPANY, external_id)
        answer = await self._client.get_v2(path_of(COMPANY, external_id), OPTION_LABELS, record=record, right=_CONTACTS)
        return to_company(answer.one(WireOrganization), self._account)

    async def read_contact(self, external_id: str) -> Customer:
        record = record_name(CONTACT, external_id)
        answer = await self._client.get_v2(path_of(CONTACT, external_id), OPTION_LABELS, record=record, right=_CONTACTS)
        return to_contact(answer.one(WirePerson), self._account)

    async def list_customers(
        self, kind: str, cursor: str | None, *, changed_since: datetime | None = None
    ) -> SourcePage[Customer]:
        """At most 500, in the order of their ids: a walk by time would skip what changes meanwhile (facts 5)."""
        query = [*OPTION_LABELS, *changed_since_query(changed_since)]
        if kind == COMPANY:
            companies, following = await self._client.page_v2(
                folder_of(COMPANY), WireOrganization, query, cursor, record=COMPANY, right=_CONTACTS
            )
            return _living((to_company(wire, self._account) for wire in companies), following)
        if kind == CONTACT:
            contacts, following = await self._client.page_v2(
                folder_of(CONTACT), WirePerson, query, cursor, record=CONTACT, right=_CONTACTS
            )
            return _living((to_contact(wire, self._account) for wire in contacts), following)
        raise ValueError(f"{kind!r} is no kind of customer: {COMPANY} or {CONTACT}")


def _living(found: Iterable[Customer], following: str | None) -> SourcePage[Customer]:
    return SourcePage(tuple(customer for customer in found if not customer.is_deleted), following)


def to_company(wire: WireOrganization, account: Account) -> Customer:
    """An organisation number, e-mail and phone are not built in: they are fields of the account's own."""
    return Customer(
        ref=account.ref(COMPANY, wire.id),
        kind=PartyKind.COMPANY,
        name=_text(wire.name) or "",
        website=_text(wire.website),
        address=to_address(wire.address),
        is_deleted=wire.is_deleted,
        url=account.url(COMPANY, wire.id),
        custom_fields=to_values(wire.custom_fields, account.log),
    )


def to_contact(wire: WirePerson, account: Account) -> Customer:
    first, last = _text(wire.first_name), _text(wire.last_name)
    return Customer(
        ref=account.ref(CONTACT, wire.id),
        kind=PartyKind.PERSON,
        name=_text(wire.name) or " ".join(part for part in (first, last) if part),
        first_name=first,
        last_name=last,
        email=preferred(wire.emails),
        phone=preferred(wire.phones),
        address=to_address(wire.postal_address),
        is_deleted=wire.is_deleted,
        url=account.url(CONTACT, wire.id),
        custom_fields=to_values(wire.custom_fields, account.log),
    )


def preferred(points: Sequence[WireContactPoint]) -> str | None:
    """The primary e-mail or number, else the first that is not empty: entries with an empty value occur."""
    filled = [(point.primary, text) for point in points if (text := _text(point.value))]
    return next((text for primary, text in filled if primary), filled[0][1] if filled else None)


def _text(text: str | None) -> str | None:
    return text.strip() or None if text else None
