"""Exact money. Nothing here or above ever computes in binary floating point."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NewType

from typing_extensions import override

Currency = NewType("Currency", str)
SEK = Currency("SEK")
ORE = Decimal("0.01")
ZERO = Decimal(0)

_CODE = re.compile(r"[A-Z]{3}\Z")


class CurrencyMismatch(ValueError):
    """Arithmetic between amounts of different currencies: always a programming error."""


class Basis(StrEnum):
    """Whether an amount is stated without VAT (net) or with it (gross)."""

    NET = "net"
    GROSS = "gross"


def currency(code: str) -> Currency:
    """Return `code` as a currency; ValueError unless it is three capital letters."""
    if not _CODE.match(code):
        raise ValueError(f"not an ISO 4217 code: {code!r}")
    return Currency(code)


def round_half_up(value: Decimal, step: Decimal = ORE) -> Decimal:
    """Round to a multiple of `step`, halves away from zero, as Swedish invoices do."""
    return value.quantize(step, rounding=ROUND_HALF_UP)


def allocate(total: Decimal, weights: Sequence[Decimal], step: Decimal = ORE) -> tuple[Decimal, ...]:
    """Split `total` in proportion to `weights` so that the parts add up to it exactly.

    Every part is a multiple of `step`; what rounding leaves over goes to the largest remainders first, and
    among equals to the earliest. All weights zero: everything goes to the first part.
    """
    if not weights:
        raise ValueError("nothing to allocate to")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights may not be negative")
    units = (total / step).to_integral_value(rounding=ROUND_FLOOR)
    if units * step != total:
        raise ValueError(f"{total} is not a multiple of {step}")
    whole = sum(weights, ZERO)
    if whole == 0:
        return (total, *([ZERO] * (len(weights) - 1)))
    shares = [units * weight / whole for weight in weights]
    floors = [share.to_integral_value(rounding=ROUND_FLOOR) for share in shares]
    left = int(units - sum(floors, ZERO))
    by_remainder = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for index in by_remainder[:left]:
        floors[index] += 1
    return tuple(floor * step for floor in floors)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. Adding different currencies raises `CurrencyMismatch`."""

    amount: Decimal
    currency: Currency

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("money is Decimal, nothing else")
        if not self.amount.is_finite():
            raise ValueError("money is finite")

    def __add__(self, other: "Money") -> "Money":
        self._require_same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._require_same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    @override
    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def rounded(self, step: Decimal = ORE) -> "Money":
        return Money(round_half_up(self.amount, step), self.currency)

    def _require_same(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
