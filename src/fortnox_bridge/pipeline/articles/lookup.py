"""Match, the articles: what is looked up in Fortnox for the deal's products, and what of its registers."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fortnox_bridge.domain.alphabet import clean_article_number
from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.fields import read_field
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import (
    ArticleKey,
    ArticleMode,
    DealDiscount,
    MissingArticle,
    MissingLines,
    ProductRules,
)
from fortnox_bridge.domain.source_total import is_sold
from fortnox_bridge.domain.values import as_text
from fortnox_bridge.pipeline.articles.filling import codes_in, new_fields, price_list_of
from fortnox_bridge.pipeline.articles.overwriting import decide_update, needs_price, stated_update
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.register_codes import RegisterCodes, read_codes

_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """One article to be found: by the source's `stated` value, searched for as `value` by `key`.

    `is_in_table`: a row of the article table names it.
    """

    line: LineItem
    stated: str
    value: str
    key: ArticleKey
    is_in_table: bool = False

    @property
    def label(self) -> str:
        return self.line.name

    @property
    def product(self) -> Product | None:
        return self.line.product


@dataclass(frozen=True, slots=True)
class ArticleLookup:
    """`link` is what was remembered of the product. `is_by_link`: the hit is what it names, not what was searched."""

    wanted: Wanted
    hits: tuple[ArticleRecord, ...]
    link: Link | None = None
    is_by_link: bool = False


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """`fallback` and `discount` are configured articles, looked up only when they may be needed."""

    lookups: tuple[ArticleLookup, ...] = ()
    fallback: ArticleRecord | None = None
    discount: ArticleRecord | None = None
    codes: RegisterCodes = field(default_factory=RegisterCodes)

    def of(self, wanted: Wanted) -> ArticleLookup | None:
        return next((lookup for lookup in self.lookups if lookup.wanted.stated == wanted.stated), None)


def sold_lines(deal: Deal) -> tuple[LineItem, ...]:
    return tuple(line for line in deal.lines if is_sold(line))


def wanted_of(line: LineItem, deal: Deal, rules: ProductRules) -> Wanted:
    value = read_field(rules.source, deal, line)
    stated = as_text(value) if value is not None else ""
    if rules.mode is ArticleMode.TABLE:
        number = rules.table.get(stated.casefold())
        return Wanted(line, stated, number or stated, ArticleKey.NUMBER, is_in_table=number is not None)
    searched = clean_article_number(stated).text if rules.key is ArticleKey.NUMBER else stated
    return Wanted(line, stated, searched, rules.key)


async def gather(ctx: StageContext, deal: Deal) -> ArticleFacts:
    rules = ctx.rules.products
    lines = sold_lines(deal)
    discount = await _discount_article(ctx, deal)
    if not lines:
        if rules.when_no_lines is MissingLines.ONE_LINE and rules.no_lines_article:
            return ArticleFacts(fallback=await article_by_number(ctx, rules.no_lines_article), discount=discount)
        return ArticleFacts(discount=discount)
    wanted = tuple({one.stated: one for one in (wanted_of(line, deal, rules) for line in lines)}.values())
    lookups = await _look_up_all(ctx, [one for one in wanted if one.value])
    is_missing = len(lookups) < len(wanted) or any(not lookup.hits for lookup in lookups)
    fallback: ArticleRecord | None = None
    if is_missing and rules.when_missing is MissingArticle.DEFAULT and rules.default_article:
        fallback = await article_by_number(ctx, rules.default_article)
    codes = await read_codes(ctx, _codes(lookups, deal, rules))
    refreshed = [await _fit_for_update(ctx, lookup, deal, codes) for lookup in lookups]
    return ArticleFacts(tuple(refreshed), fallback, discount, codes)


async def article_by_number(ctx: StageContext, number: str) -> ArticleRecord | None:
    cached = await ctx.registers.article(ArticleKey.NUMBER, number)
    if cached is not None and not ctx.is_afresh:
        return cached
    article = await ctx.fortnox.get_article(number)
    if article is not None:
        await ctx.registers.keep_article(ArticleKey.NUMBER, number, article)
    return article


async def _discount_article(ctx: StageContext, deal: Deal) -> ArticleRecord | None:
    rules = ctx.rules.products
    if rules.deal_discount is not DealDiscount.OWN_LINE or rules.discount_article is None or not deal.discounts:
        return None
    return await article_by_number(ctx, rules.discount_article)


def _codes(lookups: Sequence[ArticleLookup], deal: Deal, rules: ProductRules) -> Iterable[tuple[str, str]]:
    for lookup in lookups:
        line = lookup.wanted.line
        if lookup.hits:
            yield from codes_in(stated_update(line, deal, rules), rules)
        elif rules.when_missing is MissingArticle.CREATE:
            yield from codes_in(new_fields(line, deal, rules), rules)


async def _fit_for_update(ctx: StageContext, lookup: ArticleLookup, deal: Deal, codes: RegisterCodes) -> ArticleLookup:
    """The lookup, with the article read afresh before anything of it is overwritten (F49).

    A remembered article decides whether there is anything to do, which costs no call; what a person changed since
    must not be overwritten on the strength of an old copy.
    """
    rules = ctx.rules.products
    if len(lookup.hits) != 1 or not stated_update(lookup.wanted.line, deal, rules):
        return lookup
    (record,) = lookup.hits
    is_known = record.fields is not None and not needs_price(record, lookup.wanted.line, deal, rules)
    if is_known and decide_update(record, lookup.wanted.line, deal, rules, codes) is None:
        return lookup
    fresh = await ctx.fortnox.get_article(record.number)
    if fresh is None:
        await ctx.registers.drop_article(record.number)
        return replace(lookup, hits=())
    if needs_price(fresh, lookup.wanted.line, deal, rules):
        price_list = price_list_of(rules)
        price = await ctx.fortnox.get_price(price_list, fresh.number)
        fresh = replace(fresh, prices={price_list: price})
    await ctx.registers.drop_article(fresh.number)
    await ctx.registers.keep_article(ArticleKey.NUMBER, fresh.number, fresh)
    if not lookup.is_by_link:
        await ctx.registers.keep_article(lookup.wanted.key, lookup.wanted.value, fresh)
    return replace(lookup, hits=(fresh,))


async def _look_up_all(ctx: StageContext, wanted: Sequence[Wanted]) -> tuple[ArticleLookup, ...]:
    slots = asyncio.Semaphore(_AT_ONCE)
    try:
        async with asyncio.TaskGroup() as tasks:
            pending = [tasks.create_task(_look_up(ctx, one, slots)) for one in wanted]
    except BaseExceptionGroup as group:
        # The callers' taxonomy knows single errors; the first one says enough, and the others were cancelled by it.
        raise group.exceptions[0] from group
    return tuple(task.result() for task in pending)


async def _look_up(ctx: StageContext, wanted: Wanted, slots: asyncio.Semaphore) -> ArticleLookup:
    async with slots:
        link = await ctx.links.find(LinkKind.ARTICLE, wanted.product.ref) if wanted.product else None
        if link is not None and link.is_picked_by_user:
            # The article a person chose for this product comes before any field.
            picked = await _linked(ctx, link)
            if picked is not None:
                return ArticleLookup(wanted, (picked,), link, is_by_link=True)
        if ctx.rules.products.mode is ArticleMode.TABLE and not wanted.is_in_table:
            hits: tuple[ArticleRecord, ...] = ()
        else:
            hits = await _search(ctx, wanted)
        if not hits and not wanted.is_in_table and ctx.rules.products.when_missing is MissingArticle.CREATE:
            # Made for this product before, under a number or a name that its field does not tell.
            made = await _linked(ctx, link)
            return ArticleLookup(wanted, (made,) if made is not None else (), link, is_by_link=True)
        return ArticleLookup(wanted, hits, link)


async def _search(ctx: StageContext, wanted: Wanted) -> tuple[ArticleRecord, ...]:
    cached = await ctx.registers.article(wanted.key, wanted.value)
    if cached is not None and not ctx.is_afresh:
        return (cached,)
    hits = await _ask(ctx, wanted)
    if len(hits) == 1:
        await ctx.registers.keep_article(wanted.key, wanted.value, hits[0])
    return hits


async def _ask(ctx: StageContext, wanted: Wanted) -> tuple[ArticleRecord, ...]:
    if wanted.key is ArticleKey.NUMBER:
        article = await ctx.fortnox.get_article(wanted.value)
        if article is not None:
            return (article,)
    return await ctx.fortnox.find_articles(wanted.key, wanted.value)


async def _linked(ctx: StageContext, link: Link | None) -> ArticleRecord | None:
    if link is None or link.state is not LinkState.LINKED or link.number is None:
        return None
    return await article_by_number(ctx, link.number)
