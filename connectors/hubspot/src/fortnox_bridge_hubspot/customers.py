"""Companies and contacts as customers (facts 10)."""

from datetime import datetime

from fortnox_bridge.sdk import Address, Customer, PartyKind, SourceDataInvalid, SourcePage, SourceRef
from fortnox_bridge_hubspot.account import Account
from fortnox_bridge_hubspot.config import SYSTEM
from fortnox_bridge_hubspot.countries import country_code
from fortnox_bridge_hubspot.properties import MERGED, OwnFields
from fortnox_bridge_hubspot.records import HubSpotRecords, is_changed_since, record_name
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, WireRecord


def former_ids(wire: WireRecord, asked: str | None = None) -> tuple[str, ...]:
    """The ids that the record had before others were merged into it; reading by one of them answers this record."""
    listed = (wire.text(MERGED) or "").split(";")
    every = dict.fromkeys([*listed, asked or ""])
    return tuple(each for each in every if each and each != wire.id)


class HubSpotCustomers:
    """An archived record is missing to a read; it is looked for once more among the archived ones."""

    def __init__(self, records: HubSpotRecords, account: Account, own_fields: OwnFields) -> None:
        self._records = records
        self._account = account
        self._own_fields = own_fields

    async def read_customer(self, ref: SourceRef) -> Customer:
        if ref.kind not in {COMPANY, CONTACT}:
            record = record_name(ref.kind, ref.external_id)
            raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record)
        return await self.read(ref.kind, ref.external_id)

    async def read(self, kind: str, external_id: str) -> Customer:
        properties = self._own_fields.asked(kind)
        try:
            wire = await self._records.read(kind, external_id, properties)
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
            wire = await self._records.read(kind, external_id, properties, is_archived=True)
        return await self._to_customer(kind, wire, asked=external_id)

    async def list_customers(
        self, kind: str, cursor: str | None, *, changed_since: datetime | None = None
    ) -> SourcePage[Customer]:
        if kind not in {COMPANY, CONTACT}:
            raise ValueError(f"{kind!r} is no kind of customer: {COMPANY} or {CONTACT}")
        page = await self._records.page(kind, cursor, self._own_fields.asked(kind))
        wires = [wire for wire in page.results if not wire.archived and is_changed_since(wire, changed_since)]
        return SourcePage(tuple([await self._to_customer(kind, wire) for wire in wires]), page.after)

    async def _to_customer(self, kind: str, wire: WireRecord, asked: str | None = None) -> Customer:
        is_company = kind == COMPANY
        first, last = wire.text("firstname"), wire.text("lastname")
        person = " ".join(part for part in (first, last) if part) or wire.text("email") or ""
        return Customer(
            ref=self._account.ref(kind, wire.id),
            kind=PartyKind.COMPANY if is_company else PartyKind.PERSON,
            # Companies made of e-mail domains may have no name, but the domain (facts 10).
            name=(wire.text("name") or wire.text("domain") or "") if is_company else person,
            first_name=first,
            last_name=last,
            email=wire.text("email"),
            phone=wire.text("phone") or wire.text("mobilephone"),
            website=wire.text("website") or wire.text("domain"),
            address=_address(wire, "hs_country_code" if is_company else "hs_country_region_code"),
            is_deleted=wire.archived,
            url=wire.url,
            former_ids=former_ids(wire, asked),
            custom_fields=await self._own_fields.values(kind, wire),
        )


def _address(wire: WireRecord, code_property: str) -> Address | None:
    """The country's code, else what its free text means."""
    country = wire.text("country")
    address = Address(
        line1=wire.text("address"),
        line2=wire.text("address2"),
        zip_code=wire.text("zip"),
        city=wire.text("city"),
        region=wire.text("state"),
        country_code=country_code(wire.text(code_property) or country or ""),
        country_name=country,
    )
    return None if address == Address() else address
