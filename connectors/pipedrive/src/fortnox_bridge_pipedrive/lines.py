"""Products on a deal as lines, with their discounts (facts 7 and 8)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from fortnox_bridge.sdk import (
    Discount,
    DiscountKind,
    LineItem,
    Product,
    Recurrence,
    SourceDataInvalid,
    round_half_up,
)
from fortnox_bridge_pipedrive.account import Account
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.products import to_product
from fortnox_bridge_pipedrive.wire import WireDealDiscount, WireLine, WireProduct
from fortnox_bridge_pipedrive.wire_requests import PRODUCT

_ONE_TIME: Final = "one-time"
_HUNDRED: Final = Decimal(100)


def to_lines(
    wires: Sequence[WireLine], products: Mapping[str, WireProduct], record: str, account: Account
) -> tuple[LineItem, ...]:
    """Lines in printing order; those without a number come last, in the order they were answered."""
    ordered = sorted(wires, key=lambda wire: (wire.order_nr is None, wire.order_nr or 0))
    return tuple(_line(wire, products.get(wire.product_id or ""), record, account) for wire in ordered)


def to_deal_discounts(wires: Sequence[WireDealDiscount], record: str) -> tuple[Discount, ...]:
    found = (
        _discount(wire.amount, wire.type, record, description=(wire.description or "").strip() or None)
        for wire in wires
    )
    return tuple(discount for discount in found if discount is not None)


def prices_include_vat(wires: Sequence[WireLine], record: str) -> bool | None:
    """One statement for the deal: Pipedrive keeps the method equal on all its lines (facts 0.8)."""
    methods = {wire.tax_method or "none" for wire in wires if wire.is_enabled} or {
        wire.tax_method or "none" for wire in wires
    }
    if len(methods) > 1:
        raise SourceDataInvalid("source_tax_mixed", system=SYSTEM, record=record, field="tax_method")
    return {"inclusive": True, "exclusive": False}.get(methods.pop()) if methods else None


def _line(wire: WireLine, product: WireProduct | None, record: str, account: Account) -> LineItem:
    name = (wire.name or (product.name if product else None) or "").strip()
    discount = _discount(wire.discount or Decimal(0), wire.discount_type or "percentage", record)
    _watch_sum(wire, discount, account)
    neutral = _product(wire, product, name, account)
    return LineItem(
        external_id=wire.id,
        name=name,
        quantity=wire.quantity,
        unit_price=wire.item_price,
        product=neutral,
        discounts=(discount,) if discount else (),
        # Without a method the account has no taxes set up, and 0 is only a default (facts 22).
        vat_rate=wire.tax if wire.tax_method in {"exclusive", "inclusive"} else None,
        unit=neutral.unit if neutral else None,
        comment=(wire.comments or "").strip() or None,
        is_enabled=wire.is_enabled,
        recurrence=_recurrence(wire),
    )


def _product(wire: WireLine, product: WireProduct | None, name: str, account: Account) -> Product | None:
    """The product's own record, or what the line still tells of one that is gone or invisible (facts 8)."""
    if wire.product_id is None:
        return None
    if product is None:
        return Product(ref=account.ref(PRODUCT, wire.product_id), name=name)
    return to_product(product, account, name=name)


def _recurrence(wire: WireLine) -> Recurrence | None:
    if wire.billing_frequency in {None, "", _ONE_TIME}:
        return None
    assert wire.billing_frequency is not None
    return Recurrence(wire.billing_frequency, wire.billing_frequency_cycles, wire.billing_start_date)


def _discount(value: Decimal, kind: str, record: str, description: str | None = None) -> Discount | None:
    """An amount is taken once per line, not per unit (facts 7.1, unverified; the sum is watched)."""
    if value == 0:
        return None
    percent = kind == "percentage"
    if value < 0 or (percent and value > _HUNDRED):
        raise SourceDataInvalid("source_discount_invalid", system=SYSTEM, record=record, value=format(value, "f"))
    return Discount(DiscountKind.PERCENT if percent else DiscountKind.AMOUNT, value, description=description)


def _watch_sum(wire: WireLine, discount: Discount | None, account: Account) -> None:
    """Tell when Pipedrive's own line total is neither the net nor the gross of ours; it decides nothing.

    Whether it holds the tax of an exclusive price is not known (facts 7.1).
    """
    if wire.sum is None:
        return
    gross = wire.quantity * wire.item_price
    match discount:
        case None:
            total = gross
        case Discount(kind=DiscountKind.PERCENT):
            total = gross * (1 - discount.value / _HUNDRED)
        case _:
            total = gross - discount.value
    with_tax = total * (1 + (wire.tax or Decimal(0)) / _HUNDRED)
    tolerance = Decimal("0.01")
    if all(abs(round_half_up(reading) - round_half_up(wire.sum)) > tolerance for reading in (total, with_tax)):
        account.log.warning("pipedrive_line_sum_differs", line=wire.id)
