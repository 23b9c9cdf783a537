"""VAT rates by day, and the rate of a row where a rate is charged (F56). Unknown is never 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from fortnox_bridge.domain.rules import OssRate, RowRate, VatRules


class Supply(StrEnum):
    """What a Swedish rate is for."""

    STANDARD = "standard"
    FOOD = "food"
    RESTAURANT_AND_HOTEL = "restaurant_and_hotel"
    CULTURE_AND_TRANSPORT = "culture_and_transport"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class DatedRate:
    """Percent. `since` and `until` are the first and the last day; None: from before, or on and on."""

    supply: Supply
    rate: Decimal
    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


# Mervärdesskattelagen (2023:200) chapter 9; the lower food rate is temporary (bill 2025/26:55).
SWEDISH_RATES: Final = (
    DatedRate(Supply.STANDARD, Decimal(25)),
    DatedRate(Supply.RESTAURANT_AND_HOTEL, Decimal(12)),
    DatedRate(Supply.CULTURE_AND_TRANSPORT, Decimal(6)),
    DatedRate(Supply.EXEMPT, Decimal(0)),
    DatedRate(Supply.FOOD, Decimal(12), until=date(2026, 3, 31)),
    DatedRate(Supply.FOOD, Decimal(6), since=date(2026, 4, 1), until=date(2027, 12, 31)),
    DatedRate(Supply.FOOD, Decimal(12), since=date(2028, 1, 1)),
)


def swedish_rates(on: date) -> tuple[Decimal, ...]:
    """Every rate that exists in Sweden that day, in rising order."""
    return tuple(sorted({each.rate for each in SWEDISH_RATES if each.holds(on)}))


def changed_supply(old: Decimal, new: Decimal, on: date) -> DatedRate | None:
    """The rate in force that day for something that had the rate `old` right before: what a stale register misses."""
    for each in SWEDISH_RATES:
        if each.rate == new and each.since is not None and each.holds(on):
            before = [one for one in SWEDISH_RATES if one.supply is each.supply and one.rate == old and one.until]
            if any(one.until is not None and one.until < each.since for one in before):
                return each
    return None


def oss_rate(rows: Sequence[OssRate], country: str, swedish_rate: Decimal | None, on: date) -> OssRate | None:
    """The row for a destination: one for this Swedish rate before one for all, then the latest that has begun."""
    fitting = [
        row
        for row in rows
        if row.country == country
        and (row.valid_from is None or row.valid_from <= on)
        and row.swedish_rate in {None, swedish_rate}
    ]
    return max(fitting, key=lambda row: (row.swedish_rate is not None, row.valid_from or date.min), default=None)


def has_oss_rates(rows: Sequence[OssRate], country: str, on: date) -> bool:
    return any(row.country == country and (row.valid_from is None or row.valid_from <= on) for row in rows)


class RateOrigin(StrEnum):
    """Who said a row's rate. `sale`: the kind of sale has none. `oss`: the table for the destination."""

    ARTICLE = "article"
    SOURCE = "source"
    FALLBACK = "fallback"
    SALE = "sale"
    OSS = "oss"


@dataclass(frozen=True, slots=True)
class RateDecision:
    """A row's rate in percent and who said so. `contradicted` is the other party's rate when it says otherwise."""

    rate: Decimal
    origin: RateOrigin
    contradicted: Decimal | None = None


def decide_rate(rules: VatRules, *, article: Decimal | None, source: Decimal | None) -> RateDecision | None:
    """The rate by the configured order, then the fallback; None when nobody states one."""
    stated = [(article, RateOrigin.ARTICLE), (source, RateOrigin.SOURCE)]
    if rules.row_rate is RowRate.SOURCE:
        stated.reverse()
    for rate, origin in stated:
        if rate is not None:
            other = source if origin is RateOrigin.ARTICLE else article
            return RateDecision(rate, origin, other if other is not None and other != rate else None)
    if rules.fallback_rate is not None:
        return RateDecision(rules.fallback_rate, RateOrigin.FALLBACK)
    return None
