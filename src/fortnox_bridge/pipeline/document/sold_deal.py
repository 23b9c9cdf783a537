"""The deal as it is sold: with its VAT basis settled, and with one line for its value where it has none (F42, F55)."""

from dataclasses import dataclass, replace

from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.money import ZERO, Basis
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.articles.matching import ArticleMatch
from fortnox_bridge.pipeline.document.rows import ONE

_WHOLE_DEAL = "deal"


@dataclass(frozen=True, slots=True)
class SoldDeal:
    """`deal.prices_include_vat` is never None; `basis_origin` says who decided it."""

    deal: Deal
    basis_origin: Origin
    notices: tuple[Notice, ...] = ()

    @property
    def is_vat_included(self) -> bool:
        return bool(self.deal.prices_include_vat)


def decide_sold_deal(deal: Deal, articles: ArticleMatch, rules: SyncRules) -> SoldDeal:
    if articles.whole_deal is not None:
        return _whole(deal, rules)
    if rules.vat.prices_include_vat is not None:
        origin = Origin(ValueOrigin.CONNECTION_DEFAULT, "vat.prices_include_vat")
        return SoldDeal(replace(deal, prices_include_vat=rules.vat.prices_include_vat), origin)
    if deal.prices_include_vat is not None:
        return SoldDeal(deal, Origin(ValueOrigin.SOURCE, "deal.prices_include_vat"))
    assumed = Notice("vat_basis_assumed", {"record": deal.title})
    return SoldDeal(
        replace(deal, prices_include_vat=False), Origin(ValueOrigin.DECISION, "document.vat_basis"), (assumed,)
    )


def _whole(deal: Deal, rules: SyncRules) -> SoldDeal:
    if deal.amount is None or deal.amount.amount == ZERO:
        raise SourceDataInvalid("deal_amount_missing", where=deal.url, record=deal.title)
    line = replace(whole_deal_line(deal), unit_price=deal.amount.amount)
    gross = rules.products.no_lines_basis is Basis.GROSS
    # The discounts of a deal that sells nothing by line are in its hand-entered value already.
    whole = replace(deal, lines=(line,), discounts=(), prices_include_vat=gross)
    return SoldDeal(whole, Origin(ValueOrigin.CONNECTION_DEFAULT, "products.no_lines_value_is"))


def whole_deal_line(deal: Deal) -> LineItem:
    """The one line of a deal that has none, not yet priced."""
    return LineItem(external_id=_WHOLE_DEAL, name=deal.title, quantity=ONE, unit_price=ZERO)
