"""Map: lines, discounts, VAT, texts and totals become the draft plan, with the proof that its total is the source's."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.deal import Deal, LineItem, LineKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_arithmetic import document_totals
from fortnox_bridge.domain.draft_plan import DraftPlan, NewArticle, PlannedRow
from fortnox_bridge.domain.errors import MappingMissing, SourceDataInvalid
from fortnox_bridge.domain.marker import document_marker
from fortnox_bridge.domain.money import SEK, ZERO, Basis
from fortnox_bridge.domain.rules import SyncRules, VatRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.pipeline.articles.lookup import sold_lines
from fortnox_bridge.pipeline.articles.matching import ArticleChoice, ArticleMatch
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.default_fill import Filled, company_number_of
from fortnox_bridge.pipeline.document.deal_discounts import apply_discounts
from fortnox_bridge.pipeline.document.row_fields import RowFields, decide_fields, gather_codes
from fortnox_bridge.pipeline.document.row_text import append_text, cleaned, is_cut, split_text
from fortnox_bridge.pipeline.document.row_vat import row_tax
from fortnox_bridge.pipeline.document.rows import ONE, plan_line
from fortnox_bridge.pipeline.document.totals_proof import prove, shown
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.outcome import Proceed
from fortnox_bridge.pipeline.register_codes import RegisterCodes
from fortnox_bridge.pipeline.registers import holds_code

_WHOLE_DEAL = "deal"


@dataclass(frozen=True, slots=True)
class MapFacts:
    kind: DocumentKind
    generation: int
    company_number: str
    document_date: date
    is_currency_known: bool
    codes: RegisterCodes = field(default_factory=RegisterCodes)


async def gather(ctx: StageContext, deal: Deal, kind: DocumentKind) -> MapFacts:
    return MapFacts(
        kind=kind,
        generation=ctx.run.key.generation,
        company_number=company_number_of(ctx),
        document_date=business_date(ctx.run.created_at),
        is_currency_known=deal.currency == SEK or await holds_code(ctx, "currencies", deal.currency),
        codes=await gather_codes(ctx, sold_lines(deal) or (_whole_deal_line(deal),), deal),
    )


def decide(deal: Deal, matched: Matched, filled: Filled, facts: MapFacts, rules: SyncRules) -> Proceed[DraftPlan]:
    if not facts.is_currency_known:
        raise MappingMissing("currency_missing", where=deal.url, record=deal.title, currency=deal.currency)
    sale, basis_notices = _sale_of(deal, matched.articles, rules)
    taxing = _Taxing(filled.sale, rules.vat, facts.document_date)
    rows, row_notices = _rows(
        sale, matched.articles, taxing, lambda line: decide_fields(line, sale, rules, facts.codes)
    )
    totals = document_totals(rows, currency=sale.currency, vat_included=bool(sale.prices_include_vat))
    if totals.total < ZERO:
        raise SourceDataInvalid("total_negative", where=deal.url, record=deal.title, total=shown(totals.total, deal))
    proof, proof_notices = prove(sale, totals)
    return Proceed(
        DraftPlan(
            kind=facts.kind,
            marker=document_marker(facts.company_number, deal.ref, facts.kind, facts.generation),
            customer=filled.customer,
            new_articles=_new_articles(matched.articles),
            document_date=facts.document_date,
            currency=deal.currency,
            vat_included=bool(sale.prices_include_vat),
            rows=rows,
            totals=totals,
            proof=proof,
            delivery_address=deal.delivery_address,
            customer_update=filled.update,
            article_updates=matched.articles.updates,
            is_not_completed=rules.document.mark_not_completed,
            sale=filled.sale,
            notices=(
                matched.notices + filled.notices + basis_notices + facts.codes.notices + row_notices + proof_notices
            ),
        )
    )


def _sale_of(deal: Deal, articles: ArticleMatch, rules: SyncRules) -> tuple[Deal, tuple[Notice, ...]]:
    """The deal with its VAT basis settled, and with one line for its value where it has no lines (F42, F55)."""
    if articles.whole_deal is not None:
        if deal.amount is None or deal.amount.amount == ZERO:
            raise SourceDataInvalid("deal_amount_missing", where=deal.url, record=deal.title)
        line = replace(_whole_deal_line(deal), unit_price=deal.amount.amount)
        gross = rules.products.no_lines_basis is Basis.GROSS
        # The discounts of a deal that sells nothing by line are in its hand-entered value already.
        return replace(deal, lines=(line,), discounts=(), prices_include_vat=gross), ()
    included = rules.vat.prices_include_vat
    if included is None:
        included = deal.prices_include_vat
    if included is not None:
        return replace(deal, prices_include_vat=included), ()
    return replace(deal, prices_include_vat=False), (Notice("vat_basis_assumed", {"record": deal.title}),)


def _whole_deal_line(deal: Deal) -> LineItem:
    return LineItem(external_id=_WHOLE_DEAL, name=deal.title, quantity=ONE, unit_price=ZERO)


@dataclass(frozen=True, slots=True)
class _Taxing:
    """What every row's VAT follows."""

    decision: SaleDecision
    rules: VatRules
    on: date


def _rows(
    sale: Deal, articles: ArticleMatch, taxing: _Taxing, fields_of: Callable[[LineItem], RowFields]
) -> tuple[tuple[PlannedRow, ...], tuple[Notice, ...]]:
    notices: list[Notice] = []
    priced: dict[str, PlannedRow] = {}
    for line in sale.lines:
        if not line.is_enabled or line.kind is LineKind.TEXT:
            continue
        if line.quantity == ZERO:
            notices.append(Notice("line_without_quantity", {"product": line.name}))
            continue
        article = _article(line, articles)
        tax = row_tax(line, sale, article, taxing.decision, taxing.rules, taxing.on)
        planned = plan_line(line, sale, article, tax, fields_of(line))
        notices += planned.notices
        priced[line.external_id] = planned.row
    if not priced:
        raise SourceDataInvalid("deal_without_lines", where=sale.url, record=sale.title)
    discounted = apply_discounts(sale, tuple(priced.values()), articles.discount)
    rows = _laid_out(sale, dict(zip(priced, discounted.rows, strict=True))) + discounted.own
    if is_cut(rows):
        notices.append(Notice("row_text_cut", {"record": sale.title}))
    return rows, tuple(notices)


def _article(line: LineItem, articles: ArticleMatch) -> ArticleChoice:
    if articles.whole_deal is not None:
        return articles.whole_deal
    return articles.by_line[line.external_id]


def _laid_out(sale: Deal, priced: dict[str, PlannedRow]) -> tuple[PlannedRow, ...]:
    """Rows in the deal's order, with the texts that do not fit on text rows of their own."""
    rows: list[PlannedRow] = []
    for line in sale.lines:
        if line.is_enabled and line.kind is LineKind.TEXT:
            append_text(rows, cleaned(line.name).text)
        row = priced.get(line.external_id)
        if row is not None:
            text, rest = split_text(row.description)
            rows.append(replace(row, description=text))
            append_text(rows, rest)
    return tuple(rows)


def _new_articles(articles: ArticleMatch) -> tuple[NewArticle, ...]:
    new = {choice.number: choice.new for choice in articles.by_line.values() if choice.new is not None}
    return tuple(new.values())
