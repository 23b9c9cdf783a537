"""Reads deals with the fewest calls (facts 18): one for the head, three without products, six with them."""

from dataclasses import dataclass
from typing import Final

from fortnox_bridge.sdk import (
    Basis,
    ControlTotal,
    Currency,
    Customer,
    Deal,
    DealHead,
    DealStatus,
    Discount,
    Instalment,
    LineItem,
    Money,
    Owner,
    SourceDataInvalid,
    SourceRef,
    Stage,
    Trust,
)
from fortnox_bridge_pipedrive.account import Account
from fortnox_bridge_pipedrive.client import PipedriveClient, both
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.currencies import known_currency
from fortnox_bridge_pipedrive.custom_fields import to_values
from fortnox_bridge_pipedrive.customers import PipedriveCustomers
from fortnox_bridge_pipedrive.lines import prices_include_vat, to_deal_discounts, to_lines
from fortnox_bridge_pipedrive.products import PRODUCTS_RIGHT, PipedriveProducts
from fortnox_bridge_pipedrive.wire import (
    WireDeal,
    WireDealDiscount,
    WireInstalment,
    WireLine,
)
from fortnox_bridge_pipedrive.wire_requests import (
    DEAL,
    DEAL_HEAD,
    IN_ORDER,
    deal_ids_query,
    path_of,
    record_name,
)

_DEALS: Final = "deals:full"


@dataclass(frozen=True, slots=True)
class _Lines:
    lines: tuple[LineItem, ...] = ()
    discounts: tuple[Discount, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    prices_include_vat: bool | None = None


class PipedriveDeals:
    def __init__(self, client: PipedriveClient, account: Account, *, reads_instalments: bool) -> None:
        self._client = client
        self._account = account
        self._customers = PipedriveCustomers(client, account)
        self._products = PipedriveProducts(client, account)
        self._reads_instalments = reads_instalments

    async def read_head(self, ref: SourceRef) -> DealHead:
        return deal_head(ref, await self._fetch(ref), self._account)

    async def read_deal(self, head: DealHead) -> Deal:
        """What the head fetched is not fetched again; a head from elsewhere is."""
        wire = head.opaque if isinstance(head.opaque, WireDeal) else await self._fetch(head.ref)
        record = record_name(DEAL, wire.id)
        money = known_currency(wire.currency)
        if money is None:
            raise SourceDataInvalid("custom_currency", system=SYSTEM, record=record, currency=wire.currency or "–")
        (company, contact), sold = await both(
            both(self._company(wire.org_id), self._contact(wire.person_id)), self._sold(wire, money, record)
        )
        return self._deal(head.ref, wire, money, company, contact, sold)

    async def _fetch(self, ref: SourceRef) -> WireDeal:
        path = path_of(DEAL, ref.external_id)
        answer = await self._client.get_v2(path, DEAL_HEAD, record=record_name(DEAL, ref.external_id), right=_DEALS)
        return answer.one(WireDeal)

    async def _company(self, external_id: str | None) -> Customer | None:
        return None if external_id is None else await self._customers.read_company(external_id)

    async def _contact(self, external_id: str | None) -> Customer | None:
        return None if external_id is None else await self._customers.read_contact(external_id)

    async def _sold(self, deal: WireDeal, money: Currency, record: str) -> _Lines:
        if deal.products_count == 0:
            return _Lines()
        (lines, discounts), instalments = await both(
            both(self._lines(deal.id, record), self._discounts(deal.id, record)),
            self._instalments(deal.id, money, record),
        )
        if not lines:
            return _Lines()
        ids = list(dict.fromkeys(line.product_id for line in lines if line.product_id is not None))
        products = await self._products.read_wires(ids, record)
        return _Lines(
            to_lines(lines, products, record, self._account),
            to_deal_discounts(discounts, record),
            instalments,
            prices_include_vat(lines, record),
        )

    async def _lines(self, deal_id: str, record: str) -> list[WireLine]:
        path = path_of(DEAL, deal_id) + "/products"
        return await self._client.list_v2(path, WireLine, IN_ORDER, record=record, right=PRODUCTS_RIGHT)

    async def _discounts(self, deal_id: str, record: str) -> list[WireDealDiscount]:
        """Not paginated (facts 5)."""
        answer = await self._client.get_v2(path_of(DEAL, deal_id) + "/discounts", record=record, right=_DEALS)
        return answer.many(WireDealDiscount)

    async def _instalments(self, deal_id: str, money: Currency, record: str) -> tuple[Instalment, ...]:
        if not self._reads_instalments:
            return ()
        query = (deal_ids_query(deal_id),)
        found = await self._client.list_v2("/deals/installments", WireInstalment, query, record=record, right=_DEALS)
        return tuple(
            Instalment(wire.id, Money(wire.amount, money), wire.billing_date, wire.description) for wire in found
        )

    def _deal(
        self,
        ref: SourceRef,
        wire: WireDeal,
        money: Currency,
        company: Customer | None,
        contact: Customer | None,
        sold: _Lines,
    ) -> Deal:
        amount = Money(wire.value, money) if wire.value is not None else None
        return Deal(
            ref=ref,
            title=wire.title or "",
            status=_status(wire),
            currency=money,
            lines=sold.lines,
            discounts=sold.discounts,
            instalments=sold.instalments,
            prices_include_vat=sold.prices_include_vat,
            amount=amount,
            control_total=_control_total(amount, sold),
            company=company,
            contact=contact,
            owner=Owner(wire.owner_id) if wire.owner_id else None,
            stage=_stage(wire),
            created_at=wire.add_time,
            updated_at=wire.update_time,
            stage_changed_at=wire.stage_change_time,
            closed_at=wire.close_time or wire.won_time or wire.lost_time,
            expected_close_on=wire.expected_close_date,
            url=self._account.url(DEAL, wire.id),
            custom_fields=to_values(wire.custom_fields, self._account.log),
        )


def deal_head(ref: SourceRef, wire: WireDeal, account: Account) -> DealHead:
    return DealHead(
        ref=ref,
        title=wire.title or "",
        status=_status(wire),
        stage=_stage(wire),
        currency=known_currency(wire.currency),
        updated_at=wire.update_time,
        custom_fields=to_values(wire.custom_fields, account.log),
        url=account.url(DEAL, wire.id),
        # A deal that was made in its stage has never changed it.
        stage_changed_at=wire.stage_change_time or wire.add_time,
        opaque=wire,
    )


def _control_total(amount: Money | None, sold: _Lines) -> ControlTotal | None:
    """An indication: computed from the lines, but neither its basis nor its recurring share is documented (facts 6).

    Without lines it is typed by hand and controls nothing.
    """
    if amount is None or not sold.lines:
        return None
    basis = Basis.GROSS if sold.prices_include_vat else Basis.NET
    return ControlTotal(amount, basis, Trust.INDICATIVE)


def _stage(wire: WireDeal) -> Stage | None:
    return Stage(wire.stage_id, wire.pipeline_id) if wire.stage_id else None


def _status(wire: WireDeal) -> DealStatus:
    """A deal merged into another is a deleted one (facts 12)."""
    if wire.is_deleted or wire.status == "deleted":
        return DealStatus.DELETED
    if wire.is_archived:
        return DealStatus.ARCHIVED
    return DealStatus(wire.status)
