"""What the source itself would say that its lines come to: the reference of the totals proof (F57).

Deliberately not built on `document_arithmetic`: a proof that shares its code with what it proves is none. It works
on the deal alone and in exact numbers; only each line's sum and the deal discount are rounded, as the source does.
"""

from decimal import ROUND_HALF_UP, Decimal

from fortnox_bridge.domain.deal import Deal, Discount, DiscountKind, DiscountPer, LineItem, LineKind

_ORE = Decimal("0.01")


def lines_total(deal: Deal) -> Decimal:
    """Sum of the deal's enabled lines less all discounts, in the basis of the deal's prices."""
    lines = sum((line_total(line) for line in deal.lines if is_sold(line)), Decimal(0))
    off = sum((_off(discount, lines, Decimal(1)) for discount in deal.discounts), Decimal(0))
    return lines - _to_ore(off)


def line_total(line: LineItem) -> Decimal:
    before = line.quantity * line.unit_price
    off = sum((_off(discount, abs(before), abs(line.quantity)) for discount in line.discounts), Decimal(0))
    return _to_ore(before - off if before >= 0 else before + off)


def is_sold(line: LineItem) -> bool:
    """Whether the line is part of the sale: neither switched off nor only a text."""
    return line.is_enabled and line.kind is not LineKind.TEXT


def _off(discount: Discount, before: Decimal, quantity: Decimal) -> Decimal:
    match discount.kind, discount.per:
        case DiscountKind.PERCENT, _:
            return before * discount.value / 100
        case _, DiscountPer.UNIT:
            return discount.value * quantity
        case _:
            return discount.value


def _to_ore(value: Decimal) -> Decimal:
    return value.quantize(_ORE, rounding=ROUND_HALF_UP)
