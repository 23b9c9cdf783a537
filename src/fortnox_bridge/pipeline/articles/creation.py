"""Create draft, the articles: under numbers of our choosing, which makes a repeated creation harmless."""

from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.pipeline.context import StageContext


async def ensure_article(ctx: StageContext, article: NewArticle) -> None:
    record = await ctx.fortnox.create_article(article)
    ctx.checkpoint("article.posted")
    if not record.is_active:
        raise MappingMissing("article_inactive", product=article.description, number=record.number)
    if record.has_housework:
        raise MappingMissing("article_housework", product=article.description, number=record.number)
    await ctx.links.link(LinkKind.ARTICLE, article.source, record)
    await ctx.registers.keep_article(ArticleKey.NUMBER, article.number, record)
    ctx.checkpoint("article.recorded")
