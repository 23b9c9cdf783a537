"""What a row must name when it is written again, and need not when it is new.

A new row takes unit and account from its article. A row written over another one keeps what stood there, or loses it
when told to (facts: fortnox 6.2, 6.3): so both are named, as far as they are known.
"""

from dataclasses import replace

from fortnox_bridge.domain.draft_plan import DraftPlan, PlannedRow
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.pipeline.context import StageContext


async def named(ctx: StageContext, plan: DraftPlan, vat_type: VatType | None) -> DraftPlan:
    """The plan with the units of its articles, and their accounts where the sale is an ordinary Swedish one."""
    numbers = {row.article_number for row in plan.rows if row.article_number is not None and not row.is_text}
    articles = {number: await _article(ctx, number) for number in sorted(numbers)}
    rows = tuple(_named(row, articles.get(row.article_number or ""), vat_type) for row in plan.rows)
    return replace(plan, rows=rows)


async def _article(ctx: StageContext, number: str) -> ArticleRecord | None:
    """As remembered; the few that are not are read."""
    return await ctx.registers.article(ArticleKey.NUMBER, number) or await ctx.fortnox.get_article(number)


def _named(row: PlannedRow, article: ArticleRecord | None, vat_type: VatType | None) -> PlannedRow:
    if row.is_text or article is None:
        return row
    account = article.sales_account if vat_type is VatType.SWEDISH else None
    return replace(row, unit=row.unit or article.unit, account_number=row.account_number or account)
