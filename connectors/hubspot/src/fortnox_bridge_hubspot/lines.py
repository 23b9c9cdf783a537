"""Line items as lines, with their discounts, taxes and recurrence (facts 11 and 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fortnox_bridge.sdk import (
    Basis,
    ControlTotal,
    Currency,
    Discount,
    DiscountKind,
    DiscountPer,
    FieldValue,
    LineItem,
    Log,
    Money,
    Product,
    Recurrence,
    SourceDataInvalid,
    Trust,
)
from fortnox_bridge_hubspot.account import Account
from fortnox_bridge_hubspot.config import SYSTEM
from fortnox_bridge_hubspot.products import product_kind
from fortnox_bridge_hubspot.values import NotADecimal, to_decimal, to_instant
from fortnox_bridge_hubspot.wire import LINE_ITEM, PRODUCT, WireRecord

_TIERED: Final = frozenset({"volume", "graduated", "stairstep"})
_ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)
_TOLERANCE: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LineReading:
    """What lines are read with: the deal's currency, tax rates by id, products and own fields by the line's id."""

    account: Account
    record: str
    currency: Currency
    rates: Mapping[str, Decimal]
    products: Mapping[str, Product]
    own_fields: Mapping[str, Mapping[str, FieldValue]]
    log: Log


def in_order(wires: Sequence[WireRecord]) -> list[WireRecord]:
    """As people see them: by position, then by age; batches promise no order."""

    def place(wire: WireRecord) -> tuple[bool, Decimal, int, str]:
        try:
            position = to_decimal(wire.text("hs_position_on_quote") or "")
        except NotADecimal:
            return (True, _ZERO, len(wire.id), wire.id)
        return (False, position, len(wire.id), wire.id)

    return sorted(wires, key=place)


def to_line(wire: WireRecord, reading: LineReading) -> LineItem:
    currency = wire.text("hs_line_item_currency_code")
    if currency is not None and currency != reading.currency:
        raise SourceDataInvalid(
            "source_line_currency",
            system=SYSTEM,
            record=reading.record,
            line=_name(wire),
            currency=currency,
            deal_currency=reading.currency,
        )
    quantity, price, discounts = _priced(wire, reading)
    return LineItem(
        external_id=wire.id,
        name=_printed_name(wire),
        quantity=quantity,
        unit_price=price,
        product=_product(wire, reading),
        discounts=discounts,
        vat_rate=_vat_rate(wire, reading),
        comment=wire.text("description"),
        recurrence=_recurrence(wire, reading),
        custom_fields=reading.own_fields.get(wire.id, {}),
    )


def control_total(wires: Sequence[WireRecord], currency: Currency) -> ControlTotal | None:
    """The sum of what HubSpot itself computed for each line. An indication: lines made by programs may lack it.

    The deal's own amount is none: an account's setting decides what it means (facts 9).
    """
    amounts = [wire.text("amount") for wire in wires]
    if not amounts or None in amounts:
        return None
    try:
        total = sum((to_decimal(amount) for amount in amounts if amount is not None), _ZERO)
    except NotADecimal:
        return None
    return ControlTotal(Money(total, currency), Basis.NET, Trust.INDICATIVE)


def _priced(wire: WireRecord, reading: LineReading) -> tuple[Decimal, Decimal, tuple[Discount, ...]]:
    """Quantity, unit price and discounts. A tiered line has no one price: it is one of its whole amount."""
    if wire.text("hs_pricing_model") in _TIERED:
        return Decimal(1), _number(wire, "amount", reading), ()
    # Lines made by programs may lack it; nobody sells nothing (facts 11).
    quantity = _number(wire, "quantity", reading) if wire.text("quantity") else Decimal(1)
    price = _number(wire, "price", reading)
    discount = _discount(wire, price, reading)
    _watch_amount(wire, quantity, price, discount, reading)
    return quantity, price, (discount,) if discount else ()


def _discount(wire: WireRecord, price: Decimal, reading: LineReading) -> Discount | None:
    """Percent wins where both stand: the vendor's own editor keeps one (facts 11). An amount is for each unit."""
    percent = _number(wire, "hs_discount_percentage", reading) if wire.text("hs_discount_percentage") else _ZERO
    if percent:
        _require(0 < percent <= _HUNDRED, percent, reading)
        return Discount(DiscountKind.PERCENT, percent)
    amount = _number(wire, "discount", reading) if wire.text("discount") else _ZERO
    if not amount:
        return None
    _require(0 < amount <= price, amount, reading)
    return Discount(DiscountKind.AMOUNT, amount, DiscountPer.UNIT)


def _require(is_sound: bool, value: Decimal, reading: LineReading) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_sound:
        raise SourceDataInvalid(
            "source_discount_invalid", system=SYSTEM, record=reading.record, value=format(value, "f")
        )


def _watch_amount(
    wire: WireRecord, quantity: Decimal, price: Decimal, discount: Discount | None, reading: LineReading
) -> None:
    """Tell when HubSpot's own amount of the line is another one; it decides nothing."""
    stated = wire.text("amount")
    if stated is None:
        return
    match discount:
        case None:
            unit = price
        case Discount(kind=DiscountKind.PERCENT):
            unit = price * (1 - discount.value / _HUNDRED)
        case _:
            unit = price - discount.value
    try:
        difference = abs(to_decimal(stated) - quantity * unit)
    except NotADecimal:
        return
    if difference > _TOLERANCE:
        reading.log.warning("hubspot_line_amount_differs", line=wire.id)


def _vat_rate(wire: WireRecord, reading: LineReading) -> Decimal | None:
    """No group is no statement about VAT, and not 0 % (facts 12)."""
    group = wire.text("hs_tax_rate_group_id")
    if group is not None and group in reading.rates:
        return reading.rates[group]
    return _number(wire, "hs_tax_rate", reading) if wire.text("hs_tax_rate") else None


def _product(wire: WireRecord, reading: LineReading) -> Product | None:
    """What the line itself tells of its product: it carries a copy, and reading the product tells nothing new.

    A program may write a number on a line without naming a product of the library: the line is its product then.
    """
    code = wire.text("hs_sku")
    external_id = wire.text("hs_product_id")
    if external_id is None and code is None:
        return None
    known = reading.products.get(external_id) if external_id else None
    return Product(
        ref=reading.account.ref(PRODUCT, external_id) if external_id else reading.account.ref(LINE_ITEM, wire.id),
        name=wire.text("name") or (known.name if known else ""),
        code=code or (known.code if known else None),
        description=wire.text("description") or (known.description if known else None),
        kind=product_kind(wire.text("hs_product_type")),
        custom_fields=known.custom_fields if known else {},
    )


def _recurrence(wire: WireRecord, reading: LineReading) -> Recurrence | None:
    interval = wire.text("recurringbillingfrequency")
    if interval is None:
        return None
    cycles = wire.text("hs_recurring_billing_number_of_payments")
    start = to_instant(wire.text("hs_recurring_billing_start_date"))
    return Recurrence(
        interval,
        int(_number(wire, "hs_recurring_billing_number_of_payments", reading)) if cycles else None,
        start.date() if start else None,
    )


def _number(wire: WireRecord, name: str, reading: LineReading) -> Decimal:
    text = wire.text(name)
    try:
        return to_decimal(text or "")
    except NotADecimal:
        raise SourceDataInvalid(
            "source_line_incomplete", system=SYSTEM, record=reading.record, line=_name(wire), field=name
        ) from None


def _printed_name(wire: WireRecord) -> str:
    """Of a tiered line with its quantity, which the line itself does not show."""
    name, quantity = wire.text("name") or "", wire.text("quantity")
    is_tiered = wire.text("hs_pricing_model") in _TIERED
    return f"{quantity} × {name}" if is_tiered and quantity else name


def _name(wire: WireRecord) -> str:
    return (wire.text("name") or wire.id)[:80]
