"""What Fortnox makes of rows: rounding, discounts, VAT per rate, fees, öresavrundning. Pure, exact.

Source: facts/fortnox.md 6.1 (rounded quantity and price), 7.3 (fields), 10 (VAT and rounding).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

CENT = Decimal("0.01")
KRONA = Decimal(1)
HUNDRED = Decimal(100)
ZERO = Decimal("0.00")

DiscountType = Literal["AMOUNT", "PERCENT"]


def round_cents(amount: Decimal) -> Decimal:
    """Half a cent goes away from zero, so that a credit mirrors its invoice."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as stored: quantity and price already rounded, VAT in percent."""

    quantity: Decimal
    price: Decimal
    discount: Decimal
    discount_type: DiscountType
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Fee:
    """Freight or administration fee: a header amount with a VAT of its own."""

    amount: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class RowTotal:
    total: Decimal
    total_excluding_vat: Decimal
    price_excluding_vat: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    gross: Decimal
    net: Decimal
    freight_vat: Decimal
    administration_fee_vat: Decimal
    total_vat: Decimal
    round_off: Decimal
    total: Decimal


def row_amount(row: Row) -> Decimal:
    """Quantity times price less discount. A discount in kronor is for the whole row, not per piece."""
    full = row.quantity * row.price
    if row.discount_type == "PERCENT":
        return round_cents(full * (HUNDRED - row.discount) / HUNDRED)
    # On a row of negative quantity the discount works towards zero as well, so that a credit mirrors its invoice.
    return round_cents(full - (row.discount if full >= 0 else -row.discount))


def total_row(row: Row, *, is_vat_included: bool) -> RowTotal:
    amount = row_amount(row)
    if not is_vat_included:
        return RowTotal(amount, amount, row.price)
    return RowTotal(amount, _excluding(amount, row.vat), _excluding(row.price, row.vat))


def total_document(
    rows: Sequence[Row],
    *,
    freight: Fee,
    administration_fee: Fee,
    is_vat_included: bool,
    is_rounded_to_kronor: bool,
) -> Totals:
    """Add up a document. VAT is rounded once per rate over all its rows, and once for each fee."""
    amount_by_rate: defaultdict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    undiscounted = ZERO
    for row in rows:
        amount_by_rate[row.vat] += row_amount(row)
        full = round_cents(row.quantity * row.price)
        undiscounted += _excluding(full, row.vat) if is_vat_included else full
    vat = sum((_vat_in(amount, rate, is_vat_included) for rate, amount in amount_by_rate.items()), ZERO)
    amounts = sum(amount_by_rate.values(), ZERO)
    freight_vat = _vat_in(freight.amount, freight.vat, is_vat_included)
    fee_vat = _vat_in(administration_fee.amount, administration_fee.vat, is_vat_included)
    fees = round_cents(freight.amount) + round_cents(administration_fee.amount)
    total_vat = vat + freight_vat + fee_vat
    exact = amounts + fees + (ZERO if is_vat_included else total_vat)
    total = exact.quantize(KRONA, rounding=ROUND_HALF_UP) if is_rounded_to_kronor else exact
    return Totals(
        gross=undiscounted,
        net=amounts - vat if is_vat_included else amounts,
        freight_vat=freight_vat,
        administration_fee_vat=fee_vat,
        total_vat=total_vat,
        round_off=total - exact,
        total=total,
    )


def _vat_in(amount: Decimal, rate: Decimal, is_vat_included: bool) -> Decimal:  # noqa: FBT001 -- private
    return round_cents(amount * rate / ((HUNDRED + rate) if is_vat_included else HUNDRED))


def _excluding(amount: Decimal, rate: Decimal) -> Decimal:
    return round_cents(amount * HUNDRED / (HUNDRED + rate))
