"""Discounts: of a line as an amount, of a deal spread over its rows to the öre (F43, F57)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from fortnox_bridge.domain.deal import Discount, DiscountKind, DiscountPer
from fortnox_bridge.domain.document_arithmetic import HUNDRED, row_full_amount, row_total
from fortnox_bridge.domain.draft_plan import PlannedRow, RowDiscount
from fortnox_bridge.domain.money import ZERO, allocate, round_half_up

FREE = RowDiscount(DiscountKind.PERCENT, HUNDRED)


class DiscountTooLarge(ValueError):
    """More is taken off than there is."""


def reduction(discounts: Sequence[Discount], full: Decimal, quantity: Decimal = Decimal(1)) -> Decimal:
    """What the discounts take off `full`, exactly, as a magnitude.

    Each is reckoned on the undiscounted amount: how several stack is documented nowhere,
    and this is the reading in which their order does not matter.
    """
    taken = ZERO
    for discount in discounts:
        if discount.kind is DiscountKind.PERCENT:
            taken += abs(full) * discount.value / HUNDRED
        elif discount.per is DiscountPer.UNIT:
            taken += discount.value * abs(quantity)
        else:
            taken += discount.value
    return taken


def with_total(row: PlannedRow, total: Decimal) -> PlannedRow:
    """The same row, discounted by an amount so that it comes to `total` exactly.

    The amount is counted from the rounded full price: the difference to the unrounded one is at most half an öre
    and disappears when Fortnox rounds the row. A row that comes to nothing is given away by percent, where that
    half öre cannot show.
    """
    full = round_half_up(row_full_amount(row))
    if total == full:
        discount = None
    elif total == ZERO:
        discount = FREE
    else:
        discount = RowDiscount(DiscountKind.AMOUNT, abs(full) - abs(total))
    return replace(row, discount=discount)


def spread(rows: Sequence[PlannedRow], discounts: Sequence[Discount]) -> tuple[PlannedRow, ...]:
    """Take the deal's discounts off its rows in proportion to what they cost.

    Rows that cost nothing or less bear no share. The rows' sum falls by the discounts' sum rounded to the öre.

    Raises:
        DiscountTooLarge: the discounts exceed what the rows cost.
    """
    totals = [row_total(row) for row in rows]
    taken = round_half_up(reduction(discounts, sum(totals, ZERO)))
    if taken == ZERO:
        return tuple(rows)
    weights = [max(total, ZERO) for total in totals]
    if taken > sum(weights, ZERO) or taken > sum(totals, ZERO):
        raise DiscountTooLarge(str(taken))
    shares = allocate(taken, weights)
    return tuple(
        with_total(row, total - share) if share else row for row, total, share in zip(rows, totals, shares, strict=True)
    )
