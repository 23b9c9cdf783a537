"""The value of a deal out of its lines and discounts (sections 6 and 7), pure and in Decimal."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from fortnox_bridge_pipedrive.simulator.answers import Record

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def line_sum(line: Record) -> Decimal:
    """Total of one line after its discount, in the line's own VAT basis.

    `amount` discounts are taken once per line (section 7.1, unverified); tax is never added, as in the recorded line
    120.5 x 310 less 5 % = 35487.25 with 25 % exclusive.
    """
    gross = Decimal(line["quantity"]) * Decimal(line["item_price"])
    discount = Decimal(line["discount"])
    if line["discount_type"] == "amount":
        return _rounded(gross - discount)
    return _rounded(gross * (_HUNDRED - discount) / _HUNDRED)


def computed_value(lines: Iterable[Record], discounts: Iterable[Record]) -> Decimal | None:
    """Value of a deal with enabled lines, or None when it has none and the hand-entered value counts.

    Discounts reduce only one-time lines and each is taken of the undiscounted sum (section 7.2: stacking is not
    documented).
    """
    enabled = [line for line in lines if line["is_enabled"]]
    if not enabled:
        return None
    one_time = sum((line_sum(line) for line in enabled if line["billing_frequency"] == "one-time"), Decimal())
    recurring = sum((line_sum(line) for line in enabled if line["billing_frequency"] != "one-time"), Decimal())
    reduction = Decimal()
    if any(line["billing_frequency"] == "one-time" for line in enabled):
        for discount in discounts:
            amount = Decimal(discount["amount"])
            reduction += one_time * amount / _HUNDRED if discount["type"] == "percentage" else amount
    return _rounded(one_time - reduction + recurring)
