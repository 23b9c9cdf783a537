"""From Example's records to the neutral model: the only translator."""

from dataclasses import dataclass
from datetime import UTC

from fortnox_bridge.sdk import (
    Address,
    Customer,
    Deal,
    DealHead,
    DealStatus,
    Discount,
    DiscountKind,
    LineItem,
    PartyKind,
    Product,
    SourceRef,
    Stage,
    currency,
)
from fortnox_bridge_example.config import NAME
from fortnox_bridge_example.wire import WireCompany, WireDeal, WireLine, WirePerson

_STATUSES = {
    "open": DealStatus.OPEN,
    "won": DealStatus.WON,
    "lost": DealStatus.LOST,
    "deleted": DealStatus.DELETED,
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """`account` is part of every reference: the same number is another record in another account."""

    account: str

    def ref(self, kind: str, external_id: str) -> SourceRef:
        return SourceRef(NAME, self.account, kind, external_id)

    def to_head(self, wire: WireDeal) -> DealHead:
        return DealHead(
            ref=self.ref("deal", wire.id),
            title=wire.title,
            status=_STATUSES.get(wire.status, DealStatus.OPEN),
            stage=Stage(wire.stage_id, wire.pipeline_id),
            currency=currency(wire.currency),
            updated_at=wire.updated_at.astimezone(UTC),
            # Handed back when the rest is read, so that nothing is fetched twice.
            opaque=wire,
        )

    def to_deal(self, wire: WireDeal, company: Customer | None, contact: Customer | None) -> Deal:
        head = self.to_head(wire)
        return Deal(
            ref=head.ref,
            title=head.title,
            status=head.status,
            currency=currency(wire.currency),
            lines=tuple(self.to_line(line) for line in wire.lines),
            # Example's prices are without VAT. A source that does not say so leaves None: unknown is never "without".
            prices_include_vat=False,
            company=company,
            contact=contact,
            stage=head.stage,
            updated_at=head.updated_at,
        )

    def to_line(self, wire: WireLine) -> LineItem:
        percent = wire.discount_percent
        return LineItem(
            external_id=wire.id,
            name=wire.name,
            quantity=wire.quantity,
            unit_price=wire.price,
            product=self.to_product(wire),
            discounts=(Discount(DiscountKind.PERCENT, percent),) if percent else (),
            # None: the source makes no statement about VAT.
            vat_rate=wire.vat_percent,
        )

    def to_product(self, wire: WireLine) -> Product | None:
        if wire.product_id is None:
            return None
        return Product(ref=self.ref("product", wire.product_id), name=wire.name, code=wire.code)

    def to_company(self, wire: WireCompany) -> Customer:
        address = Address(line1=wire.street, zip_code=wire.zip_code, city=wire.city, country_code=wire.country_code)
        return Customer(
            ref=self.ref("company", wire.id),
            kind=PartyKind.COMPANY,
            name=wire.name,
            organisation_number=wire.organisation_number,
            email=wire.email,
            address=None if address == Address() else address,
        )

    def to_person(self, wire: WirePerson) -> Customer:
        return Customer(
            ref=self.ref("contact", wire.id),
            kind=PartyKind.PERSON,
            name=f"{wire.first_name} {wire.last_name}".strip(),
            first_name=wire.first_name or None,
            last_name=wire.last_name or None,
            email=wire.email,
        )
