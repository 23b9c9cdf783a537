"""Map: lines, discounts, VAT, texts and totals become the draft plan, with the proof that its total is the source's."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from fortnox_bridge.domain.deal import Deal, LineItem, LineKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan, NewArticle, PlannedRow
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.instalment import is_instalment
from fortnox_bridge.domain.marker import document_marker
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import SyncRules, VatRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.pipeline.articles.lookup import sold_lines
from fortnox_bridge.pipeline.articles.matching import ArticleChoice, ArticleMatch
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.default_fill import Filled, company_number_of
from fortnox_bridge.pipeline.document import header as headers
from fortnox_bridge.pipeline.document.billed import billing_notices
from fortnox_bridge.pipeline.document.deal_discounts import apply_discounts
from fortnox_bridge.pipeline.document.header import HeaderFacts
from fortnox_bridge.pipeline.document.instalment_rows import bill_instalment, gather_instalment_article
from fortnox_bridge.pipeline.document.row_fields import RowFields, decide_fields, gather_codes
from fortnox_bridge.pipeline.document.row_text import append_text, cleaned, is_cut, split_text
from fortnox_bridge.pipeline.document.row_vat import row_tax
from fortnox_bridge.pipeline.document.rows import plan_line
from fortnox_bridge.pipeline.document.sold_deal import decide_sold_deal, whole_deal_line
from fortnox_bridge.pipeline.document.totals_proof import gather_rounding_article, prove
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.outcome import Proceed
from fortnox_bridge.pipeline.register_codes import RegisterCodes


@dataclass(frozen=True, slots=True)
class MapFacts:
    kind: DocumentKind
    generation: int
    company_number: str
    header: HeaderFacts
    codes: RegisterCodes = field(default_factory=RegisterCodes)
    rounding_article: ArticleRecord | None = None
    instalment_article: ArticleRecord | None = None


async def gather(ctx: StageContext, deal: Deal, kind: DocumentKind) -> MapFacts:
    return MapFacts(
        kind=kind,
        generation=ctx.run.key.generation,
        company_number=company_number_of(ctx),
        header=await headers.gather(ctx, deal),
        codes=await gather_codes(ctx, sold_lines(deal) or (whole_deal_line(deal),), deal),
        rounding_article=await gather_rounding_article(ctx),
        instalment_article=await gather_instalment_article(ctx, deal),
    )


def decide(deal: Deal, matched: Matched, filled: Filled, facts: MapFacts, rules: SyncRules) -> Proceed[DraftPlan]:
    header = headers.decide(deal, facts.kind, facts.header, rules.document)
    sale = decide_sold_deal(deal, matched.articles, rules)
    taxing = _Taxing(filled.sale, rules.vat, header.document_date)
    rows, row_notices = _rows(
        sale.deal,
        matched.articles,
        taxing,
        lambda line: decide_fields(line, sale.deal, rules, facts.codes),
        header.first_text,
    )
    sold, rows = bill_instalment(
        sale.deal, rows, facts.instalment_article, rules.document.instalment_article, header.first_text
    )
    proven = prove(sold, rows, facts.rounding_article, rules.document)
    return Proceed(
        DraftPlan(
            kind=facts.kind,
            marker=document_marker(facts.company_number, deal.ref, facts.kind, facts.generation),
            customer=filled.customer,
            new_articles=() if is_instalment(deal.ref) else _new_articles(matched.articles),
            document_date=header.document_date,
            currency=deal.currency,
            vat_included=sale.is_vat_included,
            rows=proven.rows,
            totals=proven.totals,
            proof=proven.proof,
            delivery_address=header.delivery_address,
            billing_address=header.billing_address,
            fields=header.fields,
            customer_update=filled.update,
            article_updates=() if is_instalment(deal.ref) else matched.articles.updates,
            is_not_completed=rules.document.mark_not_completed,
            is_warehouse_ready=rules.document.marks_warehouse_ready and facts.kind is DocumentKind.INVOICE,
            sale=filled.sale,
            origins={**header.origins, "vat_included": sale.basis_origin},
            notices=(
                matched.notices
                + filled.notices
                + tuple(billing_notices(deal, rules.document))
                + header.notices
                + sale.notices
                + facts.codes.notices
                + row_notices
                + proven.notices
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class _Taxing:
    """What every row's VAT follows."""

    decision: SaleDecision
    rules: VatRules
    on: date


def _rows(
    sale: Deal,
    articles: ArticleMatch,
    taxing: _Taxing,
    fields_of: Callable[[LineItem], RowFields],
    first_text: str | None,
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
    rows = _laid_out(sale, dict(zip(priced, discounted.rows, strict=True)), first_text) + discounted.own
    if is_cut(rows):
        notices.append(Notice("row_text_cut", {"record": sale.title}))
    return rows, tuple(notices)


def _article(line: LineItem, articles: ArticleMatch) -> ArticleChoice:
    if articles.whole_deal is not None:
        return articles.whole_deal
    return articles.by_line[line.external_id]


def _laid_out(sale: Deal, priced: dict[str, PlannedRow], first_text: str | None) -> tuple[PlannedRow, ...]:
    """Rows in the deal's order, with the texts that do not fit on text rows of their own."""
    rows: list[PlannedRow] = []
    append_text(rows, first_text or "")
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
