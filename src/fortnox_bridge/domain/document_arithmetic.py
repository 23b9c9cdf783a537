"""What a Fortnox document sums up to, before it exists: the whole of its arithmetic, pure and exact.

Facts, fortnox.md 6.1 and 10: quantity and price are kept with two decimals, halves up; an amount discount is off
the whole row; VAT is computed once per rate; freight and administration fee carry VAT of their own;
öresavrundning moves only what is left to pay.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.money import ZERO, Currency, round_half_up
from fortnox_bridge.domain.totals import DocumentTotals

KRONA: Final = Decimal(1)
HUNDRED: Final = Decimal(100)


class RateUnknown(ValueError):
    """A row that costs something has no VAT rate: nobody may add that up, least of all as zero."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Freight or administration fee: a header amount in the document's own basis, net or gross."""

    amount: Decimal
    vat_rate: Decimal


def row_full_amount(row: PlannedRow) -> Decimal:
    """Quantity times price as Fortnox keeps them, without the discount and not yet rounded."""
    return round_half_up(row.quantity) * round_half_up(row.unit_price)


def row_total(row: PlannedRow) -> Decimal:
    """What the row costs after its discount, rounded to the öre. Text rows cost nothing."""
    if row.is_text:
        return ZERO
    full = row_full_amount(row)
    if row.discount is None:
        return round_half_up(full)
    if row.discount.kind is DiscountKind.PERCENT:
        return round_half_up(full * (HUNDRED - row.discount.value) / HUNDRED)
    # By comparison, not by sign: nothing at a negative quantity is a negative zero, and no return.
    return round_half_up(full + row.discount.value if full < ZERO else full - row.discount.value)


def document_totals(
    rows: Sequence[PlannedRow],
    *,
    currency: Currency,
    vat_included: bool,
    freight: Charge | None = None,
    administration_fee: Charge | None = None,
    is_rounded_to_kronor: bool = False,
) -> DocumentTotals:
    """Add up a document.

    Raises:
        RateUnknown: a priced row has no rate.
    """
    totals = tuple(row_total(row) for row in rows)
    amounts: defaultdict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for row, total in zip(rows, totals, strict=True):
        rate = row.counted_vat_rate
        if rate is not None:
            amounts[rate] += total
        elif total:
            raise RateUnknown(row.description)
    vat_by_rate = {rate: _vat(amount, rate, vat_included=vat_included) for rate, amount in amounts.items()}
    stated = sum(totals, ZERO)
    for charge in (freight, administration_fee):
        if charge is not None and charge.amount:
            amount = round_half_up(charge.amount)
            stated += amount
            # Each charge is a line of its own in the books, so its VAT is rounded apart from the rows' (7.3).
            charged = _vat(amount, charge.vat_rate, vat_included=vat_included)
            vat_by_rate[charge.vat_rate] = vat_by_rate.get(charge.vat_rate, ZERO) + charged
    vat = sum(vat_by_rate.values(), ZERO)
    total = stated if vat_included else stated + vat
    payable = round_half_up(total, KRONA) if is_rounded_to_kronor else total
    return DocumentTotals(
        currency=currency,
        net=total - vat,
        vat_by_rate=vat_by_rate,
        vat=vat,
        total=total,
        round_off=payable - total,
        payable=payable,
        row_totals=totals,
    )


def _vat(amount: Decimal, rate: Decimal, *, vat_included: bool) -> Decimal:
    return round_half_up(amount * rate / (HUNDRED + rate if vat_included else HUNDRED))
