"""After a refusal: whether an article changed since it was remembered, which says more than Fortnox's words (F48)."""

from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import MappingMissing, Transient, UserAction
from fortnox_bridge.pipeline.context import StageContext


async def find_stale_article(ctx: StageContext, rows: tuple[PlannedRow, ...]) -> MappingMissing | None:
    """Forget what was remembered of the rows' articles, and name the first that cannot be sold any more."""
    products = {row.article_number: row.description for row in rows if row.article_number}
    for number, product in products.items():
        await ctx.registers.drop_article(number)
        try:
            article = await ctx.fortnox.get_article(number)
        except (UserAction, Transient):
            # The refusal itself must not be hidden by what we fail to learn about it.
            continue
        if article is None:
            return MappingMissing("article_not_found", product=product, value=number)
        if not article.is_active:
            return MappingMissing("article_inactive", product=product, number=number)
        if article.has_housework:
            return MappingMissing("article_housework", product=product, number=number)
    return None
