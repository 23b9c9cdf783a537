"""The rows of one instalment: its amount, shared out over the deal's VAT rates in proportion (F63)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fortnox_bridge.domain.deal import ControlTotal, Deal, Instalment, Trust
from fortnox_bridge.domain.document_arithmetic import row_total
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.instalment import is_instalment
from fortnox_bridge.domain.money import ZERO, Basis, Money, allocate, round_half_up
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.pipeline.articles.lookup import article_by_number
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.row_text import append_text, cleaned, cut, number_text

_ONE = Decimal(1)
_TEXT = "Delbetalning"


@dataclass(frozen=True, slots=True)
class Share:
    """What rows of one rate and account have in common."""

    vat_rate: Decimal | None
    account_number: str | None


async def gather_instalment_article(ctx: StageContext, deal: Deal) -> ArticleRecord | None:
    number = ctx.rules.document.instalment_article
    if not is_instalment(deal.ref) or number is None:
        return None
    return await article_by_number(ctx, number)


def bill_instalment(
    sale: Deal, rows: Sequence[PlannedRow], article: ArticleRecord | None, number: str | None, first_text: str | None
) -> tuple[Deal, tuple[PlannedRow, ...]]:
    """The sale with the instalment as what it must come to, and the instalment's rows instead of the deal's own."""
    if not is_instalment(sale.ref):
        return sale, tuple(rows)
    if article is None or not article.is_active or article.has_housework:
        raise SettingsInvalid("instalment_article_missing", number=number or "–")
    (instalment,) = sale.instalments
    amount = round_half_up(instalment.amount.amount)
    basis = Basis.GROSS if sale.prices_include_vat else Basis.NET
    control = ControlTotal(Money(amount, sale.currency), basis, Trust.EXACT)
    own: list[PlannedRow] = []
    append_text(own, first_text or "")
    own += _rows(sale, rows, instalment, amount, article)
    return replace(sale, control_total=control), tuple(own)


def _rows(
    sale: Deal, rows: Sequence[PlannedRow], instalment: Instalment, amount: Decimal, article: ArticleRecord
) -> list[PlannedRow]:
    weights: defaultdict[Share, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if not row.is_text:
            weights[Share(row.vat_rate, row.account_number)] += row_total(row)
    if any(weight < ZERO for weight in weights.values()):
        raise SourceDataInvalid("instalment_not_shareable", where=sale.url, record=sale.title)
    parts = allocate(amount, tuple(weights.values()))
    shares = [(share, part) for share, part in zip(weights, parts, strict=True) if part or len(weights) == 1]
    text = cleaned(instalment.description or _TEXT).text or _TEXT
    return [
        PlannedRow(
            description=cut(text if len(shares) == 1 else f"{text} ({_rate_text(share)})"),
            article_number=article.number,
            quantity=_ONE,
            unit_price=part,
            vat_rate=share.vat_rate,
            account_number=share.account_number,
            origins={
                "article_number": Origin(ValueOrigin.CONNECTION_DEFAULT, "document.instalment_article"),
                "unit_price": Origin(ValueOrigin.SOURCE, "instalment.amount"),
                "vat_rate": Origin(ValueOrigin.DECISION, "document.instalment_share"),
            },
        )
        for share, part in shares
    ]


def _rate_text(share: Share) -> str:
    return "moms" if share.vat_rate is None else f"moms {number_text(share.vat_rate)} %"
