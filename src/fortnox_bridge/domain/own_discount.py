"""A deal's discount on rows of its own, one for each VAT rate in proportion to what is sold at it (F43)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fortnox_bridge.domain.deal import Discount
from fortnox_bridge.domain.document_arithmetic import row_total
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.money import ZERO, allocate, round_half_up
from fortnox_bridge.domain.spread import DiscountTooLarge, reduction


@dataclass(frozen=True, slots=True)
class RateShare:
    """What is taken off the rows of one rate, as a magnitude. `account` is that of all these rows, if it is one."""

    vat_rate: Decimal | None
    amount: Decimal
    account: str | None = None


def shares_by_rate(rows: Sequence[PlannedRow], discounts: Sequence[Discount]) -> tuple[RateShare, ...]:
    """How much of the discounts falls on each rate, in the order the rates come in.

    Together it is the discounts' sum, rounded to the öre once. A rate at which nothing is left to pay bears no share.

    Raises:
        DiscountTooLarge: the discounts exceed what the rows cost.
    """
    totals: dict[Decimal | None, Decimal] = {}
    for row in rows:
        totals[row.counted_vat_rate] = totals.get(row.counted_vat_rate, ZERO) + row_total(row)
    whole = sum(totals.values(), ZERO)
    taken = round_half_up(reduction(discounts, whole))
    if taken == ZERO:
        return ()
    weights = [max(total, ZERO) for total in totals.values()]
    if taken > whole:
        raise DiscountTooLarge(str(taken))
    shares = zip(totals, allocate(taken, weights), strict=True)
    return tuple(RateShare(rate, share, _account(rows, rate)) for rate, share in shares if share)


def _account(rows: Sequence[PlannedRow], rate: Decimal | None) -> str | None:
    accounts = {row.account_number for row in rows if row.counted_vat_rate == rate and row_total(row)}
    return accounts.pop() if len(accounts) == 1 else None
