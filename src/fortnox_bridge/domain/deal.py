"""A Deal: what was agreed, as one immutable snapshot of the source. A shop order and a source invoice are Deals too.

Amounts of a line are in the deal's currency. Whether prices include VAT is said once, by `prices_include_vat`;
None means that the source makes no statement, which is not the same as "excluded".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.money import Basis, Currency, Money
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.values import FieldValue


class DealStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    ARCHIVED = "archived"


class DiscountKind(StrEnum):
    PERCENT = "percent"
    AMOUNT = "amount"


class DiscountPer(StrEnum):
    UNIT = "unit"
    LINE = "line"


class LineKind(StrEnum):
    PRODUCT = "product"
    SHIPPING = "shipping"
    FEE = "fee"
    TIP = "tip"
    DUTY = "duty"
    GIFT_CARD = "gift_card"
    ROUNDING = "rounding"
    TEXT = "text"


class Trust(StrEnum):
    """How far a control total may be trusted: exact to the öre, or only an indication."""

    EXACT = "exact"
    INDICATIVE = "indicative"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a deal stands. `id` alone identifies it; names are for people and may change."""

    id: str
    pipeline_id: str | None = None
    name: str | None = None
    pipeline_name: str | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """A reduction. `value` is percent (0-100) or an amount in the deal's currency and VAT basis, never negative."""

    kind: DiscountKind
    value: Decimal
    per: DiscountPer = DiscountPer.LINE
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SourceTax:
    """A tax as the source computed it. `rate` is percent; `amount` is for the whole line."""

    title: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    country_code: str | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A line that is billed repeatedly. `cycles` None means without end."""

    interval: str
    cycles: int | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line. `external_id` is the line's own id, not the product's.

    `vat_rate` is percent and None when the source makes no statement. Lines with `is_enabled` False are kept
    on the deal by the source but not sold.
    """

    external_id: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    kind: LineKind = LineKind.PRODUCT
    product: Product | None = None
    discounts: tuple[Discount, ...] = ()
    vat_rate: Decimal | None = None
    taxes: tuple[SourceTax, ...] = ()
    unit: str | None = None
    comment: str | None = None
    is_enabled: bool = True
    recurrence: Recurrence | None = None
    custom_fields: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """The source's own total, which the draft must equal. `rounding` is the source's stated cash rounding."""

    total: Money
    basis: Basis
    trust: Trust
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Payment:
    external_id: str
    amount: Money
    paid_at: datetime
    method: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RefundLine:
    line_external_id: str
    quantity: Decimal
    amount: Money
    tax_amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    external_id: str
    created_at: datetime
    lines: tuple[RefundLine, ...] = ()
    shipping: Money | None = None
    adjustment: Money | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    external_id: str
    amount: Money
    due_on: date
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A number or name the parties know the deal by: `purchase_order`, `order_number`, `project` and so on."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Owner:
    external_id: str
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class DealHead:
    """The cheap first look at a deal: enough to route it and to see whether a rule applies.

    `ref` is the record as it is now; `former_ids` are ids it had before records were merged into it, the one that was
    asked for among them. `stage_changed_at` is when it came to stand in its stage: missed deals are found by it, and
    not without it. `opaque` is the connector's own, handed back to it when the rest is read, so that nothing is
    fetched twice.
    """

    ref: SourceRef
    title: str
    status: DealStatus
    stage: Stage | None
    currency: Currency | None
    updated_at: datetime | None = None
    former_ids: tuple[str, ...] = ()
    custom_fields: Mapping[str, FieldValue] = field(default_factory=dict)
    url: str | None = None
    stage_changed_at: datetime | None = None
    opaque: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Deal:
    """One consistent snapshot. `amount` is the deal's stated value, whatever it is worth as a control total."""

    ref: SourceRef
    title: str
    status: DealStatus
    currency: Currency
    lines: tuple[LineItem, ...] = ()
    discounts: tuple[Discount, ...] = ()
    prices_include_vat: bool | None = None
    amount: Money | None = None
    control_total: ControlTotal | None = None
    company: Customer | None = None
    contact: Customer | None = None
    owner: Owner | None = None
    stage: Stage | None = None
    billing_address: Address | None = None
    delivery_address: Address | None = None
    references: tuple[Reference, ...] = ()
    taxes: tuple[SourceTax, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    number: str | None = None
    message: str | None = None
    tags: tuple[str, ...] = ()
    is_test: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    stage_changed_at: datetime | None = None
    closed_at: datetime | None = None
    expected_close_on: date | None = None
    due_on: date | None = None
    url: str | None = None
    former_ids: tuple[str, ...] = ()
    custom_fields: Mapping[str, FieldValue] = field(default_factory=dict)
