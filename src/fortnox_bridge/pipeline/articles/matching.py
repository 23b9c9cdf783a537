"""Match, the articles: every distinct product of the deal to one article, or to one to be created (F40, F41, F46)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.alphabet import clean_article_number, clean_text
from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.errors import MappingMissing, SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.fields import read_field
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.link import LinkKind, LinkState
from fortnox_bridge.domain.product import Product, ProductKind
from fortnox_bridge.domain.records import ArticleRecord, RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey, MissingArticle, MissingLines, ProductRules, VatRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.source_total import is_sold
from fortnox_bridge.domain.values import as_text
from fortnox_bridge.domain.vat import decide_rate
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.registers import read_register

_AT_ONCE: Final = 4
_DESCRIPTION_LIMIT: Final = 200
_NOTE_LIMIT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One article to be found: by the source's `stated` value, searched for as `value`."""

    label: str
    stated: str
    value: str
    product: Product | None = None


@dataclass(frozen=True, slots=True)
class ArticleLookup:
    wanted: Wanted
    hits: tuple[ArticleRecord, ...]


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """`fallback` is the configured default article, looked up only when a line may need it."""

    lookups: tuple[ArticleLookup, ...] = ()
    fallback: ArticleRecord | None = None
    units: tuple[RegisterEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleChoice:
    """`record` for an article that exists, `new` for one to be created."""

    number: str
    record: ArticleRecord | None = None
    new: NewArticle | None = None


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """`by_line` is keyed by the line's id; `whole_deal` is the article of a deal without lines (F42)."""

    by_line: Mapping[str, ArticleChoice]
    whole_deal: ArticleChoice | None = None
    notices: tuple[Notice, ...] = ()


def sold_lines(deal: Deal) -> tuple[LineItem, ...]:
    return tuple(line for line in deal.lines if is_sold(line))


async def gather(ctx: StageContext, deal: Deal) -> ArticleFacts:
    rules = ctx.rules.products
    lines = sold_lines(deal)
    if not lines:
        if rules.when_no_lines is MissingLines.ONE_LINE and rules.no_lines_article:
            return ArticleFacts(fallback=await _by_number(ctx, rules.no_lines_article))
        return ArticleFacts()
    wanted = tuple({_value(line, deal, rules): _wanted(line, deal, rules) for line in lines}.values())
    lookups = await _look_up_all(ctx, [one for one in wanted if one.value])
    missing = len(lookups) < len(wanted) or any(not lookup.hits for lookup in lookups)
    fallback: ArticleRecord | None = None
    units: tuple[RegisterEntry, ...] = ()
    if missing and rules.when_missing is MissingArticle.DEFAULT and rules.default_article:
        fallback = await _by_number(ctx, rules.default_article)
    if missing and rules.when_missing is MissingArticle.CREATE:
        units = await read_register(ctx, "units")
    return ArticleFacts(lookups, fallback, units)


def decide(deal: Deal, facts: ArticleFacts, rules: ProductRules, vat: VatRules) -> ArticleMatch:
    lines = sold_lines(deal)
    if not lines:
        return ArticleMatch({}, _for_whole_deal(deal, facts, rules))
    _refuse_collisions(facts, rules)
    found = {lookup.wanted.stated: lookup for lookup in facts.lookups}
    by_line: dict[str, ArticleChoice] = {}
    notices: dict[tuple[str, str], Notice] = {}
    for line in lines:
        lookup = found.get(_value(line, deal, rules))
        choice = _choose(line, deal, lookup, facts, rules, vat)
        by_line[line.external_id] = choice
        for notice in _notices(line, lookup, choice, facts, rules):
            notices[notice.code, str(notice.params)] = notice
    return ArticleMatch(by_line, None, tuple(notices.values()))


def _choose(
    line: LineItem,
    deal: Deal,
    lookup: ArticleLookup | None,
    facts: ArticleFacts,
    rules: ProductRules,
    vat: VatRules,
) -> ArticleChoice:
    if lookup is not None and lookup.hits:
        record = _usable(line, deal, lookup)
        return ArticleChoice(record.number, record)
    if rules.when_missing is MissingArticle.DEFAULT:
        return _default(line, facts.fallback, rules.default_article)
    if lookup is None:
        raise SourceDataInvalid("product_code_missing", where=deal.url, product=line.name, field=str(rules.source))
    if rules.when_missing is MissingArticle.STOP:
        raise MappingMissing(
            "article_not_found", where=deal.url, product=line.name, value=lookup.wanted.value, key=rules.key.value
        )
    return _new(line, deal, lookup.wanted, facts.units, rules, vat)


def _usable(line: LineItem, deal: Deal, lookup: ArticleLookup) -> ArticleRecord:
    active = [record for record in lookup.hits if record.is_active]
    if not active:
        raise MappingMissing("article_inactive", where=deal.url, product=line.name, number=lookup.hits[0].number)
    if len(active) > 1:
        raise MappingMissing(
            "article_ambiguous",
            where=deal.url,
            product=line.name,
            value=lookup.wanted.stated,
            candidates="; ".join(f"{record.number} {record.description}" for record in active),
        )
    return _without_housework(line.name, active[0])


def _without_housework(product: str, record: ArticleRecord) -> ArticleRecord:
    if record.has_housework:
        raise MappingMissing("article_housework", product=product, number=record.number)
    return record


def _default(line: LineItem, record: ArticleRecord | None, number: str | None) -> ArticleChoice:
    if record is None or not record.is_active:
        raise SettingsInvalid("default_article_missing", product=line.name, number=number or "–")
    return ArticleChoice(record.number, _without_housework(line.name, record))


def _for_whole_deal(deal: Deal, facts: ArticleFacts, rules: ProductRules) -> ArticleChoice:
    if rules.when_no_lines is MissingLines.STOP:
        raise SourceDataInvalid("deal_without_lines", where=deal.url, record=deal.title)
    record = facts.fallback
    if record is None or not record.is_active:
        raise SettingsInvalid("default_article_missing", product=deal.title, number=rules.no_lines_article or "–")
    return ArticleChoice(record.number, _without_housework(deal.title, record))


def _new(
    line: LineItem, deal: Deal, wanted: Wanted, units: Sequence[RegisterEntry], rules: ProductRules, vat: VatRules
) -> ArticleChoice:
    product = line.product
    code = (
        wanted.value if rules.key is ArticleKey.NUMBER else clean_article_number((product and product.code) or "").text
    )
    if product is None or not code:
        raise SourceDataInvalid("product_code_missing", where=deal.url, product=line.name, field="product.code")
    stated = line.vat_rate if line.vat_rate is not None else product.vat_rate
    rate = decide_rate(vat, article=None, source=stated)
    if rate is None:
        raise SettingsInvalid("vat_rate_unknown", where=deal.url, product=line.name)
    unit = next((entry.code for entry in units if entry.code.casefold() == (product.unit or "").casefold()), None)
    note = clean_text(product.description or "", limit=_NOTE_LIMIT).text or None
    article = NewArticle(
        source=product.ref,
        number=code,
        description=clean_text(product.name, limit=_DESCRIPTION_LIMIT).text or code,
        unit=unit,
        vat_rate=rate.rate,
        is_service=product.kind is ProductKind.SERVICE if product.kind is not None else None,
        note=note,
    )
    return ArticleChoice(code, new=article)


def _refuse_collisions(facts: ArticleFacts, rules: ProductRules) -> None:
    """Two products that come out as one number would be invoiced as each other (F46)."""
    if rules.key is not ArticleKey.NUMBER:
        return
    stated: dict[str, Wanted] = {}
    for lookup in facts.lookups:
        other = stated.setdefault(lookup.wanted.value.casefold(), lookup.wanted)
        if other.stated.casefold() != lookup.wanted.stated.casefold():
            raise SourceDataInvalid(
                "article_number_collision",
                product=lookup.wanted.label,
                other=other.label,
                number=lookup.wanted.value,
            )


def _notices(
    line: LineItem, lookup: ArticleLookup | None, choice: ArticleChoice, facts: ArticleFacts, rules: ProductRules
) -> list[Notice]:
    notices = []
    if lookup is not None and rules.key is ArticleKey.NUMBER and lookup.wanted.stated != lookup.wanted.value:
        changed = {"product": line.name, "stated": lookup.wanted.stated, "number": lookup.wanted.value}
        notices.append(Notice("article_number_cleaned", changed))
    if facts.fallback is not None and choice.record is facts.fallback and not (lookup and lookup.hits):
        notices.append(Notice("default_article_used", {"product": line.name, "number": choice.number}))
    if choice.new is not None:
        notices.append(Notice("article_created", {"product": line.name, "number": choice.number}))
    return notices


def _wanted(line: LineItem, deal: Deal, rules: ProductRules) -> Wanted:
    stated = _value(line, deal, rules)
    value = clean_article_number(stated).text if rules.key is ArticleKey.NUMBER else stated
    return Wanted(line.name, stated, value, line.product)


def _value(line: LineItem, deal: Deal, rules: ProductRules) -> str:
    value = read_field(rules.source, deal, line)
    return as_text(value) if value is not None else ""


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
        picked = await _picked(ctx, wanted.product.ref) if wanted.product else None
        if picked is not None:
            return ArticleLookup(wanted, (picked,))
        key = ctx.rules.products.key
        cached = await ctx.registers.article(key, wanted.value)
        if cached is not None:
            return ArticleLookup(wanted, (cached,))
        hits = await _ask(ctx, key, wanted.value)
        if len(hits) == 1:
            await ctx.registers.keep_article(key, wanted.value, hits[0])
        return ArticleLookup(wanted, hits)


async def _ask(ctx: StageContext, key: ArticleKey, value: str) -> tuple[ArticleRecord, ...]:
    if key is ArticleKey.NUMBER:
        article = await ctx.fortnox.get_article(value)
        if article is not None:
            return (article,)
    return await ctx.fortnox.find_articles(key, value)


async def _picked(ctx: StageContext, product: SourceRef) -> ArticleRecord | None:
    """The article a person chose for this product: it comes before any field."""
    link = await ctx.links.find(LinkKind.ARTICLE, product)
    if link is None or link.state is not LinkState.LINKED or not link.is_picked_by_user or link.number is None:
        return None
    return await _by_number(ctx, link.number)


async def _by_number(ctx: StageContext, number: str) -> ArticleRecord | None:
    cached = await ctx.registers.article(ArticleKey.NUMBER, number)
    if cached is not None:
        return cached
    article = await ctx.fortnox.get_article(number)
    if article is not None:
        await ctx.registers.keep_article(ArticleKey.NUMBER, number, article)
    return article
