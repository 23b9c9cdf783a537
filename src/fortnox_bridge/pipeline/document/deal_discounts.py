"""The discounts of the whole deal: spread into its rows, or on rows of their own (F43)."""

from dataclasses import dataclass, replace
from typing import Final

from fortnox_bridge.domain.deal import Deal, Discount, DiscountKind
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.own_discount import RateShare, shares_by_rate
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.spread import DiscountTooLarge, spread
from fortnox_bridge.pipeline.document.row_text import LIMIT, cleaned, cut, number_text
from fortnox_bridge.pipeline.document.rows import ONE

_BY_RULE: Final = Origin(ValueOrigin.DECISION, "products.deal_discount")


@dataclass(frozen=True, slots=True)
class Discounted:
    """The lines' rows, in their order, and the rows that take the discount off what they do not."""

    rows: tuple[PlannedRow, ...]
    own: tuple[PlannedRow, ...] = ()


def apply_discounts(sale: Deal, rows: tuple[PlannedRow, ...], article: ArticleRecord | None) -> Discounted:
    """Take the deal's discounts off. With an `article` they get rows of their own, else the lines bear them."""
    for discount in sale.discounts:
        if discount.value < ZERO:
            raise SourceDataInvalid(
                "discount_invalid", where=sale.url, record=sale.title, line="–", value=number_text(discount.value)
            )
    try:
        if article is None:
            return Discounted(
                tuple(_marked(row, old) for row, old in zip(spread(rows, sale.discounts), rows, strict=True))
            )
        shares = shares_by_rate(rows, sale.discounts)
    except DiscountTooLarge as error:
        raise SourceDataInvalid("discount_exceeds_total", where=sale.url, record=sale.title) from error
    return Discounted(rows, tuple(_own_row(sale, share, article) for share in shares))


def _marked(row: PlannedRow, old: PlannedRow) -> PlannedRow:
    return row if row.discount == old.discount else replace(row, origins={**row.origins, "discount": _BY_RULE})


def _own_row(sale: Deal, share: RateShare, article: ArticleRecord) -> PlannedRow:
    """One piece at a negative price: a discount on a negative row has a sign that nobody has documented.

    Its rate is always sent, since the article's own would be that of one rate for all of them.
    """
    return PlannedRow(
        description=_text(sale, article),
        article_number=article.number,
        quantity=ONE,
        unit_price=-share.amount,
        vat_rate=share.vat_rate,
        account_number=share.account,
        origins={
            "description": Origin(ValueOrigin.SOURCE, "deal.discounts"),
            "article_number": Origin(ValueOrigin.CONNECTION_DEFAULT, "products.discount_article"),
            **dict.fromkeys(("quantity", "unit_price", "vat_rate", "account_number"), _BY_RULE),
        },
    )


def _text(sale: Deal, article: ArticleRecord) -> str:
    said = ", ".join(_said(discount, sale) for discount in sale.discounts if discount.value)
    name = cleaned(article.description).text or article.number
    return cut(f"{name}: {cleaned(said).text}")[:LIMIT]


def _said(discount: Discount, sale: Deal) -> str:
    unit = "%" if discount.kind is DiscountKind.PERCENT else sale.currency
    value = f"{number_text(discount.value)} {unit}"
    return f"{discount.description} {value}" if discount.description else value
