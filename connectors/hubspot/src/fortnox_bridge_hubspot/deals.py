"""Reads deals in four calls: the deal with what hangs on it, its lines, its company and its contact (facts 20)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.sdk import (
    Currency,
    Customer,
    Deal,
    DealHead,
    DealStatus,
    LineItem,
    Log,
    Money,
    Owner,
    Product,
    SourceDataInvalid,
    SourceRef,
    Stage,
    UserAction,
    business_date,
)
from fortnox_bridge_hubspot.account import Account, HubSpotAccount
from fortnox_bridge_hubspot.config import SYSTEM
from fortnox_bridge_hubspot.currencies import known_currency
from fortnox_bridge_hubspot.customers import HubSpotCustomers, former_ids
from fortnox_bridge_hubspot.lines import LineReading, control_total, in_order, to_line
from fortnox_bridge_hubspot.products import HubSpotProducts
from fortnox_bridge_hubspot.properties import OwnFields
from fortnox_bridge_hubspot.records import HubSpotRecords, record_name
from fortnox_bridge_hubspot.taxes import HubSpotTaxes
from fortnox_bridge_hubspot.values import NotADecimal, to_decimal, to_instant
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, LINE_ITEM, PATHS, PRODUCT, WireRecord

_PRIMARY: Final = frozenset({"deal_to_company", "5"})
_ASSOCIATED: Final = tuple(PATHS[kind] for kind in (COMPANY, CONTACT, LINE_ITEM))


@dataclass(frozen=True, slots=True)
class Reading:
    """What deals are read with, all of one session."""

    records: HubSpotRecords
    identity: HubSpotAccount
    account: Account
    customers: HubSpotCustomers
    products: HubSpotProducts
    taxes: HubSpotTaxes
    own_fields: OwnFields
    log: Log


class HubSpotDeals:
    def __init__(self, reading: Reading) -> None:
        self._with = reading

    async def read_head(self, ref: SourceRef) -> DealHead:
        """An archived deal is answered as deleted. One that was merged is answered as what it was merged into."""
        return await self.to_head(await self._fetch(ref.external_id), asked=ref.external_id)

    async def to_head(self, wire: WireRecord, asked: str | None = None) -> DealHead:
        return DealHead(
            ref=self._with.account.ref(DEAL, wire.id),
            title=wire.text("dealname") or "",
            status=_status(wire),
            stage=_stage(wire),
            currency=await self._currency(wire),
            updated_at=to_instant(wire.updated_at),
            former_ids=former_ids(wire, asked),
            custom_fields=await self._with.own_fields.values(DEAL, wire),
            url=wire.url,
            stage_changed_at=to_instant(wire.text("hs_v2_date_entered_current_stage")),
            opaque=wire,
        )

    def asked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The properties and associations that make a head and all that follows from it."""
        return self._with.own_fields.asked(DEAL), _ASSOCIATED

    async def read_deal(self, head: DealHead) -> Deal:
        """What the head fetched is not fetched again; a head from elsewhere is."""
        wire = head.opaque if isinstance(head.opaque, WireRecord) else await self._fetch(head.ref.external_id)
        record = record_name(DEAL, wire.id)
        currency = await self._currency(wire)
        if currency is None:
            code = wire.text("deal_currency_code") or "–"
            raise SourceDataInvalid("custom_currency", system=SYSTEM, record=record, currency=code)
        company_id, contact_id = await self._company_id(wire), await self._contact_id(wire)
        company, contact, sold = await self._together(wire, company_id, contact_id)
        lines = await self._lines(sold, currency, record)
        closed_at = to_instant(wire.text("closedate"))
        status = _status(wire)
        is_closed = status in {DealStatus.WON, DealStatus.LOST}
        return Deal(
            ref=self._with.account.ref(DEAL, wire.id),
            title=wire.text("dealname") or "",
            status=status,
            currency=currency,
            lines=lines,
            # Net, unless the account's commerce settings say otherwise, which no record tells (facts 12).
            prices_include_vat=False if lines else None,
            amount=_amount(wire, currency),
            control_total=control_total(sold, currency),
            company=company,
            contact=contact,
            owner=Owner(owner) if (owner := wire.text("hubspot_owner_id")) else None,
            stage=_stage(wire),
            message=wire.text("description"),
            created_at=to_instant(wire.created_at),
            updated_at=to_instant(wire.updated_at),
            stage_changed_at=to_instant(wire.text("hs_v2_date_entered_current_stage")),
            closed_at=closed_at if is_closed else None,
            expected_close_on=business_date(closed_at) if closed_at else None,
            url=wire.url,
            former_ids=head.former_ids,
            custom_fields=await self._with.own_fields.values(DEAL, wire),
        )

    async def _fetch(self, external_id: str) -> WireRecord:
        properties, associations = self.asked()
        records = self._with.records
        try:
            return await records.read(DEAL, external_id, properties, associations=associations)
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
            # Archived records answer to a read of their own only; gone for good, they are missing there too.
            return await records.read(DEAL, external_id, properties, is_archived=True)

    async def _currency(self, wire: WireRecord) -> Currency | None:
        """The deal's; an account with one currency states none on its deals (facts 9)."""
        code = wire.text("deal_currency_code") or (await self._with.identity.details()).company_currency
        return known_currency(code)

    async def _company_id(self, wire: WireRecord) -> str | None:
        """The primary company, else the only one. A company comes once for each kind of link (facts 7.3)."""
        links = await self._with.records.linked_ids(wire, DEAL, COMPANY)
        primary = [external_id for external_id, kind in links if kind in _PRIMARY]
        every = list(dict.fromkeys(external_id for external_id, _ in links))
        if primary or len(every) < 2:
            return next(iter(primary or every), None)
        named = await self._with.records.read_batch(COMPANY, every[:10], ("name",), record=record_name(DEAL, wire.id))
        candidates = ", ".join((each.text("name") or each.id)[:60] for each in named)
        raise SourceDataInvalid(
            "source_company_unclear", system=SYSTEM, record=record_name(DEAL, wire.id), candidates=candidates
        )

    async def _contact_id(self, wire: WireRecord) -> str | None:
        """Contacts have no primary one on a deal: the oldest is taken, which is the lowest id (facts 7.3)."""
        links = await self._with.records.linked_ids(wire, DEAL, CONTACT)
        return min((external_id for external_id, _ in links), key=lambda each: (len(each), each), default=None)

    async def _together(
        self, wire: WireRecord, company_id: str | None, contact_id: str | None
    ) -> tuple[Customer | None, Customer | None, list[WireRecord]]:
        """The other three calls at once. Of several failures the one that needs a person wins."""
        try:
            async with asyncio.TaskGroup() as group:
                company = group.create_task(self._customer(COMPANY, company_id))
                contact = group.create_task(self._customer(CONTACT, contact_id))
                sold = group.create_task(self._sold(wire))
        except ExceptionGroup as failures:
            raise min(failures.exceptions, key=lambda failure: not isinstance(failure, UserAction)) from None
        return company.result(), contact.result(), sold.result()

    async def _customer(self, kind: str, external_id: str | None) -> Customer | None:
        return None if external_id is None else await self._with.customers.read(kind, external_id)

    async def _sold(self, wire: WireRecord) -> list[WireRecord]:
        ids = list(dict.fromkeys(each for each, _ in await self._with.records.linked_ids(wire, DEAL, LINE_ITEM)))
        if not ids:
            return []
        record = record_name(DEAL, wire.id)
        properties = self._with.own_fields.asked(LINE_ITEM)
        found = await self._with.records.read_batch(LINE_ITEM, ids, properties, record=record)
        if len(found) != len(ids):
            missing = str(len(ids) - len(found))
            raise SourceDataInvalid("source_lines_missing", system=SYSTEM, record=record, count=missing)
        return in_order(found)

    async def _lines(self, sold: Sequence[WireRecord], currency: Currency, record: str) -> tuple[LineItem, ...]:
        with_tax = any(wire.text("hs_tax_rate_group_id") for wire in sold)
        reading = LineReading(
            account=self._with.account,
            record=record,
            currency=currency,
            rates=await self._with.taxes.rates() if with_tax else {},
            products=await self._products(sold, record),
            own_fields={wire.id: await self._with.own_fields.values(LINE_ITEM, wire) for wire in sold},
            log=self._with.log,
        )
        return tuple(to_line(wire, reading) for wire in sold)

    async def _products(self, sold: Sequence[WireRecord], record: str) -> Mapping[str, Product]:
        """Only when settings name properties of products: the lines hold all the rest."""
        if not self._with.own_fields.names(PRODUCT):
            return {}
        ids = list(dict.fromkeys(product for wire in sold if (product := wire.text("hs_product_id"))))
        properties = self._with.own_fields.asked(PRODUCT)
        found = await self._with.records.read_batch(PRODUCT, ids, properties, record=record) if ids else []
        return {wire.id: await self._with.products.to_product(wire) for wire in found}


def _status(wire: WireRecord) -> DealStatus:
    if wire.archived:
        return DealStatus.DELETED
    if wire.text("hs_is_closed_won") == "true":
        return DealStatus.WON
    return DealStatus.LOST if wire.text("hs_is_closed_lost") == "true" else DealStatus.OPEN


def _stage(wire: WireRecord) -> Stage | None:
    stage = wire.text("dealstage")
    return Stage(stage, wire.text("pipeline")) if stage else None


def _amount(wire: WireRecord, currency: Currency) -> Money | None:
    text = wire.text("amount")
    try:
        return Money(to_decimal(text), currency) if text else None
    except NotADecimal:
        return None
