"""The proof that the draft comes to what the source says (F57)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fortnox_bridge.domain.deal import Deal, Trust
from fortnox_bridge.domain.document_arithmetic import document_totals
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.money import ZERO, Basis, Money
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import DocumentRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.source_total import lines_total
from fortnox_bridge.domain.totals import DocumentTotals, TotalsProof
from fortnox_bridge.pipeline.articles.lookup import article_by_number
from fortnox_bridge.pipeline.context import StageContext

_ONE = Decimal(1)
_TEXT = "Öresutjämning"


@dataclass(frozen=True, slots=True)
class Proven:
    """`rows` end with a rounding row where one was needed and allowed."""

    rows: tuple[PlannedRow, ...]
    totals: DocumentTotals
    proof: TotalsProof
    notices: tuple[Notice, ...] = ()


async def gather_rounding_article(ctx: StageContext) -> ArticleRecord | None:
    """The article of a rounding row, if the settings allow one."""
    rules = ctx.rules.document
    if not rules.allowed_difference or rules.rounding_article is None:
        return None
    return await article_by_number(ctx, rules.rounding_article)


def prove(
    sale: Deal, rows: Sequence[PlannedRow], rounding_article: ArticleRecord | None, rules: DocumentRules
) -> Proven:
    """The plan's total against the source's own; where that one is not to be trusted, against the sum of lines.

    Raises:
        SourceDataInvalid: `totals_differ` by more than the settings allow, or `total_negative`.
        SettingsInvalid: the rounding row's article cannot be used.
    """
    totals = _add_up(sale, rows)
    basis, expected, notices = _control(sale, totals)
    difference = expected - _in_basis(totals, basis)
    if difference:
        if abs(difference) > rules.allowed_difference:
            raise _differs(sale, expected, expected - difference)
        rows = (*rows, _rounding_row(difference, rounding_article, rules))
        totals = _add_up(sale, rows)
        said = {"record": sale.title, "difference": shown(difference, sale), "expected": shown(expected, sale)}
        notices += (Notice("rounding_row_added", said),)
    predicted = _in_basis(totals, basis)
    if predicted != expected:
        raise _differs(sale, expected, predicted)
    return Proven(tuple(rows), totals, TotalsProof(basis, expected, predicted, holds=True), notices)


def shown(amount: Decimal, deal: Deal) -> str:
    return f"{format(amount.quantize(Decimal('0.01')), 'f').replace('.', ',')} {deal.currency}"


def _add_up(sale: Deal, rows: Sequence[PlannedRow]) -> DocumentTotals:
    totals = document_totals(rows, currency=sale.currency, vat_included=bool(sale.prices_include_vat))
    if totals.total < ZERO:
        raise SourceDataInvalid("total_negative", where=sale.url, record=sale.title, total=shown(totals.total, sale))
    return totals


def _control(sale: Deal, totals: DocumentTotals) -> tuple[Basis, Decimal, tuple[Notice, ...]]:
    """What the draft must come to, and in which basis."""
    basis = Basis.GROSS if sale.prices_include_vat else Basis.NET
    expected = lines_total(sale)
    control = sale.control_total
    if control is None or control.total.currency != sale.currency:
        return basis, expected, ()
    if control.trust is Trust.EXACT:
        return control.basis, control.total.amount - control.rounding, ()
    if control.total.amount not in {totals.net, totals.total, totals.payable}:
        return basis, expected, (_amount_differs(sale, control.total, expected),)
    return basis, expected, ()


def _in_basis(totals: DocumentTotals, basis: Basis) -> Decimal:
    return totals.net if basis is Basis.NET else totals.total


def _rounding_row(difference: Decimal, article: ArticleRecord | None, rules: DocumentRules) -> PlannedRow:
    """Without VAT, so that it moves net and total by just as much: the difference is gone in either basis."""
    number = rules.rounding_article or "–"
    if article is None or not article.is_active or article.has_housework:
        raise SettingsInvalid("rounding_article_missing", number=number)
    return PlannedRow(
        description=_TEXT,
        article_number=article.number,
        quantity=_ONE,
        unit_price=difference,
        vat_rate=ZERO,
        origins={"article_number": Origin(ValueOrigin.CONNECTION_DEFAULT, "document.rounding_article")},
    )


def _differs(sale: Deal, expected: Decimal, predicted: Decimal) -> SourceDataInvalid:
    return SourceDataInvalid(
        "totals_differ",
        where=sale.url,
        record=sale.title,
        expected=shown(expected, sale),
        predicted=shown(predicted, sale),
    )


def _amount_differs(sale: Deal, stated: Money, expected: Decimal) -> Notice:
    params = {"record": sale.title, "stated": shown(stated.amount, sale), "lines": shown(expected, sale)}
    return Notice("deal_amount_differs", params)
