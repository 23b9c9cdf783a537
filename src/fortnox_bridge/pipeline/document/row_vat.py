"""A row's VAT rate and account, with who said so (F56). The decision is `domain/vat/row.py`."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import VatRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import (
    RateOrigin,
    RowFacts,
    RowUnknown,
    RowVat,
    SaleDecision,
    Taxation,
    changed_supply,
    decide_row,
    swedish_rates,
)
from fortnox_bridge.pipeline.articles.matching import ArticleChoice
from fortnox_bridge.pipeline.document.row_text import number_text
from fortnox_bridge.pipeline.vat.sale import kind_of, stated_rate

_ORIGINS: Final = {
    RateOrigin.ARTICLE: Origin(ValueOrigin.ARTICLE, "vat_rate"),
    RateOrigin.SOURCE: Origin(ValueOrigin.SOURCE, "line.vat_rate"),
    RateOrigin.FALLBACK: Origin(ValueOrigin.CONNECTION_DEFAULT, "vat.fallback_rate"),
    RateOrigin.SALE: Origin(ValueOrigin.DECISION, "vat.sale"),
    RateOrigin.OSS: Origin(ValueOrigin.CONNECTION_DEFAULT, "vat.oss"),
}
_BY_FORTNOX: Final = Origin(ValueOrigin.FORTNOX_DEFAULT, "vat.row_rate")


@dataclass(frozen=True, slots=True)
class RowTax:
    """The VAT of one row; `on` puts it there."""

    vat: RowVat
    notices: tuple[Notice, ...] = ()

    def on(self, row: PlannedRow) -> PlannedRow:
        vat = self.vat
        rate_by = _ORIGINS[vat.origin] if vat.is_sent else _BY_FORTNOX
        origins = {**row.origins, "vat_rate": rate_by}
        if vat.account is not None:
            origins["account_number"] = Origin(ValueOrigin.CONNECTION_DEFAULT, vat.account_by)
        return replace(
            row,
            vat_rate=vat.rate if vat.is_sent else None,
            expected_vat_rate=None if vat.is_sent else vat.rate,
            account_number=vat.account or row.account_number,
            origins=origins,
        )


def row_tax(
    line: LineItem, deal: Deal, article: ArticleChoice, sale: SaleDecision, rules: VatRules, on: date
) -> RowTax:
    """What the row of `line` is taxed with on the document's day.

    Raises:
        SettingsInvalid: nobody states a rate, or the OSS table has none.
    """
    held = article.record.vat_rate if article.record else (article.new.vat_rate if article.new else None)
    kind = kind_of(line, article, rules) or sale.main
    vat = decide_row(sale, RowFacts(kind, held, stated_rate(line)), rules, on)
    if vat is RowUnknown.RATE:
        raise SettingsInvalid("vat_rate_unknown", where=deal.url, product=line.name)
    if vat is RowUnknown.OSS:
        raise SettingsInvalid("oss_rate_missing", where=deal.url, record=deal.title, country=sale.rates_of, day=str(on))
    notices = _notices(line, vat, sale.taxation(kind), on)
    if article.new is not None and article.new.vat_rate == 0 and sale.taxation(kind) is Taxation.NONE:
        notices.append(Notice("article_without_vat", {"product": line.name, "number": article.number}))
    return RowTax(vat, tuple(notices))


def _notices(line: LineItem, vat: RowVat, taxation: Taxation, on: date) -> list[Notice]:
    params = {"product": line.name, "rate": number_text(vat.rate)}
    notices: list[Notice] = []
    if vat.contradicted is not None:
        other = vat.contradicted
        notices.append(Notice("vat_rates_differ", {**params, "other": number_text(other)}))
        new = changed_supply(vat.rate, other, on)
        if new is not None:
            changed = {**params, "new": number_text(other), "day": str(new.since)}
            notices.append(Notice("vat_rate_changed", changed))
    if vat.origin is RateOrigin.FALLBACK:
        notices.append(Notice("vat_rate_fallback", params))
    if taxation is Taxation.SWEDISH and vat.rate not in swedish_rates(on):
        known = ", ".join(number_text(rate) for rate in swedish_rates(on))
        notices.append(Notice("vat_rate_not_swedish", {**params, "known": known, "day": str(on)}))
    return notices
