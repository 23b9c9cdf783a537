"""VAT decisions: which sales we may judge at all, and each row's rate (F56). Unknown is never 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import RowRate, VatRules

SWEDEN = "SE"


class RateOrigin(StrEnum):
    ARTICLE = "article"
    SOURCE = "source"
    FALLBACK = "fallback"


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


@dataclass(frozen=True, slots=True)
class SaleDecision:
    """`vat_type` None: not for us to decide yet; `country` and `card_vat_type` then say why.

    `is_country_assumed`: no country was known, and Sweden was taken.
    """

    vat_type: VatType | None
    country: str
    card_vat_type: str = ""
    is_country_assumed: bool = False


def decide_existing_sale(card: CustomerRecord, delivery_country: str | None) -> SaleDecision:
    """The sale to a customer who exists: the card's own VAT type decides, as it does in Fortnox."""
    foreign = _foreign((card.country_code, delivery_country))
    if card.vat_type is not VatType.SWEDISH or foreign:
        return SaleDecision(None, foreign or card.country_code or SWEDEN, card.vat_type or "?")
    return SaleDecision(VatType.SWEDISH, SWEDEN)


def decide_new_sale(countries: Sequence[str | None], default_country: str | None) -> SaleDecision:
    """The sale to a customer to be created. `countries` are every country known of party and delivery."""
    foreign = _foreign(countries)
    if foreign:
        return SaleDecision(None, foreign)
    if any(countries):
        return SaleDecision(VatType.SWEDISH, SWEDEN)
    if default_country and _foreign((default_country,)):
        return SaleDecision(None, default_country.upper(), is_country_assumed=True)
    return SaleDecision(VatType.SWEDISH, SWEDEN, is_country_assumed=True)


def _foreign(countries: Sequence[str | None]) -> str | None:
    return next((code.strip().upper() for code in countries if code and code.strip().upper() != SWEDEN), None)
