"""Create draft, the articles: made under numbers of our choosing, changed field by field, remembered (F41, F49).

Each write may be repeated: a number that is taken answers the article that has it, and a change that is made is none.
"""

from dataclasses import replace
from decimal import Decimal

from fortnox_bridge.domain.draft_plan import ArticleUpdate, NewArticle
from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.normalise import normalise_name
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import ArticleKey, ArticleMode, ProductRules
from fortnox_bridge.pipeline.articles.matching import ArticleMatch
from fortnox_bridge.pipeline.context import StageContext


async def ensure_article(ctx: StageContext, article: NewArticle) -> None:
    record = await ctx.fortnox.create_article(article)
    ctx.checkpoint("article.posted")
    _refuse_unusable(article, record, ctx.rules.products)
    record = await _priced(ctx, record, article.price_list, article.fields.get(ArticleField.PRICE))
    await ctx.links.link(LinkKind.ARTICLE, article.source, record)
    await ctx.registers.keep_article(ArticleKey.NUMBER, article.number, record)
    ctx.checkpoint("article.recorded")


async def update_article(ctx: StageContext, update: ArticleUpdate) -> None:
    """Write what the overwrite policies allow. What is remembered of the article gives way first."""
    await ctx.registers.drop_article(update.number)
    fields: dict[ArticleField, str] = {**update.fields}
    fields.pop(ArticleField.PRICE, None)
    if fields:
        record: ArticleRecord | None = await ctx.fortnox.update_article(replace(update, fields=fields))
    else:
        record = await ctx.fortnox.get_article(update.number)
    if record is None:
        raise MappingMissing("article_not_found", product=update.number, value=update.number)
    record = await _priced(ctx, record, update.price_list, update.fields.get(ArticleField.PRICE))
    ctx.checkpoint("article.updated")
    await ctx.registers.keep_article(ArticleKey.NUMBER, update.number, record)


async def remember_articles(ctx: StageContext, match: ArticleMatch) -> None:
    """From now on a change of these products concerns Fortnox."""
    for choice in match.by_line.values():
        if choice.record is not None and choice.to_remember is not None:
            await ctx.links.link(LinkKind.ARTICLE, choice.to_remember, choice.record)


async def _priced(ctx: StageContext, record: ArticleRecord, price_list: str | None, price: str | None) -> ArticleRecord:
    if price_list is None or price is None:
        return record
    await ctx.fortnox.set_price(price_list, record.number, Decimal(price))
    return replace(record, prices={**record.prices, price_list: Decimal(price)})


def _refuse_unusable(article: NewArticle, record: ArticleRecord, rules: ProductRules) -> None:
    params = {"product": article.description, "number": record.number}
    if not record.is_active:
        raise MappingMissing("article_inactive", **params)
    if record.has_housework:
        raise MappingMissing("article_housework", **params)
    is_matched_by_number = rules.key is ArticleKey.NUMBER and rules.mode is ArticleMode.FIELD
    if not is_matched_by_number and normalise_name(record.description) != normalise_name(article.description):
        raise MappingMissing("article_number_taken", found=record.description, **params)
