"""A row's VAT: the sale says whether there is any, then article, source or table say how much (F56)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import RowRate, VatRules
from fortnox_bridge.domain.vat.accounts import sale_account, setting_of
from fortnox_bridge.domain.vat.rates import RateOrigin, decide_rate, oss_rate, swedish_rates
from fortnox_bridge.domain.vat.sale import SaleDecision, Taxation


class RowUnknown(StrEnum):
    """Nobody states a rate; or the OSS table has none for this row."""

    RATE = "rate"
    OSS = "oss"


@dataclass(frozen=True, slots=True)
class RowFacts:
    """Rates in percent as the article and the source state them; None: no statement."""

    kind: ProductKind
    article: Decimal | None = None
    source: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RowVat:
    """`rate` is what the row will carry; `is_sent` False: Fortnox chooses it, and `rate` is what it will choose.

    `account` None: the article's, as Fortnox chooses; else `account_by` is the settings key that names it.
    `contradicted` is the rate of whoever says otherwise.
    """

    rate: Decimal
    origin: RateOrigin
    is_sent: bool = True
    account: str | None = None
    account_by: str = ""
    contradicted: Decimal | None = None


def decide_row(sale: SaleDecision, row: RowFacts, rules: VatRules, on: date) -> RowVat | RowUnknown:
    is_sent = rules.row_rate is not RowRate.FORTNOX
    match sale.taxation(row.kind):
        case Taxation.NONE:
            account = sale_account(rules.accounts, sale.vat_type, row.kind) if sale.vat_type else None
            by = setting_of(sale.vat_type, row.kind) if account and sale.vat_type else ""
            return RowVat(Decimal(0), RateOrigin.SALE, is_sent, account, by)
        case Taxation.OSS:
            return _by_oss(sale, row, rules, on)
        case Taxation.SWEDISH:
            return _at_stated_rate(sale, row, rules, on)


def _by_oss(sale: SaleDecision, row: RowFacts, rules: VatRules, on: date) -> RowVat | RowUnknown:
    """Always sent: Fortnox does not know the table."""
    swedish = row.article if row.article is not None else rules.fallback_rate
    found = oss_rate(rules.oss, sale.rates_of, swedish, on)
    if found is None:
        return RowUnknown.OSS
    contradicted = row.source if row.source not in {None, found.rate, swedish} else None
    by = "vat.oss" if found.account else ""
    return RowVat(found.rate, RateOrigin.OSS, account=found.account, account_by=by, contradicted=contradicted)


def _at_stated_rate(sale: SaleDecision, row: RowFacts, rules: VatRules, on: date) -> RowVat | RowUnknown:
    decided = decide_rate(rules, article=row.article, source=row.source)
    if decided is None:
        return RowUnknown.RATE
    # What Fortnox would choose can be foretold from the article alone.
    is_sent = rules.row_rate is not RowRate.FORTNOX or decided.origin is not RateOrigin.ARTICLE
    account = None
    if decided.rate not in swedish_rates(on):
        # Another country's rate, as the source charges it: only an account set up for it can carry it.
        carrying = [each for each in rules.oss if each.country == sale.rates_of and each.rate == decided.rate]
        account = next((each.account for each in carrying if each.account), None)
    return RowVat(decided.rate, decided.origin, is_sent, account, "vat.oss" if account else "", decided.contradicted)
