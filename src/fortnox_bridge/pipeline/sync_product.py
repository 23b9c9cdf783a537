"""A product by itself, without a document: read, matched, then its article created or brought up to date (F16, F49).

The stages are the deal's, asked with a deal that sells one piece of the product for nothing, so that a deal and a
sync of one product decide alike.
"""

from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.deal import Deal, DealStatus, LineItem
from fortnox_bridge.domain.draft_plan import ArticleUpdate, NewArticle
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.money import SEK, ZERO
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.rules import MissingArticle, SyncRules
from fortnox_bridge.domain.run import Change, Notice, RunTask, StageName, Synced
from fortnox_bridge.pipeline.articles import matching
from fortnox_bridge.pipeline.articles.creation import ensure_article, remember_articles, update_article
from fortnox_bridge.pipeline.articles.lookup import ArticleFacts, gather
from fortnox_bridge.pipeline.articles.matching import ArticleChoice, ArticleMatch
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.rows import ONE
from fortnox_bridge.pipeline.explain import brought_to_outcome
from fortnox_bridge.pipeline.steps import Steps

_LINE: Final = "product"


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """What shall become of the article: `new`, an `update`, or neither when it says all of it already."""

    number: str
    new: NewArticle | None = None
    update: ArticleUpdate | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def change(self) -> Change:
        if self.new is not None:
            return Change.CREATED
        return Change.UNCHANGED if self.update is None else Change.UPDATED


async def run(ctx: StageContext) -> Synced:
    """Bring the one product's article up to date.

    Raises:
        BridgeError: by taxonomy; repeating the run repeats no effect.
        LeaseLost: the run belongs to somebody else.
    """
    return await brought_to_outcome(ctx, _run(ctx))


def decide(product: Product, facts: ArticleFacts, rules: SyncRules) -> tuple[ProductPlan, ArticleMatch]:
    """The plan, and the match it rests on. The default article stands in on documents, never for the product itself."""
    if product.is_deleted:
        raise SourceDataInvalid("product_deleted", product=product.name)
    matched = matching.decide(as_deal(product), facts, rules.products, rules.vat)
    choice = matched.by_line[_LINE]
    if _is_default(choice, facts, rules):
        raise SettingsInvalid("product_without_article", product=product.name, number=choice.number)
    return ProductPlan(choice.number, choice.new, choice.update, matched.notices), matched


def as_deal(product: Product) -> Deal:
    line = LineItem(external_id=_LINE, name=product.name, quantity=ONE, unit_price=ZERO, product=product)
    return Deal(ref=product.ref, title=product.name, status=DealStatus.OPEN, currency=SEK, lines=(line,))


async def _run(ctx: StageContext) -> Synced:
    steps, rules = Steps(ctx), ctx.rules
    async with steps.stage(StageName.READ, {"source": ctx.run.source}) as step:
        product = step.facts = await _read(ctx)
    async with steps.stage(StageName.MATCH, {"product": product, "rules": rules.products}) as step:
        facts = step.facts = await gather(ctx, as_deal(product))
        plan, matched = decide(product, facts, rules)
        step.decided(plan)
    async with steps.stage(StageName.SYNC, plan) as step:
        if plan.new is not None:
            await ensure_article(ctx, plan.new)
        if plan.update is not None:
            await update_article(ctx, plan.update)
        await remember_articles(ctx, matched)
        step.decided({"number": plan.number, "change": plan.change})
    fields = tuple(sorted(plan.update.fields)) if plan.update is not None else ()
    return Synced(RunTask.PRODUCT, plan.number, plan.change, fields, plan.notices)


async def _read(ctx: StageContext) -> Product:
    if ctx.source.products is None:
        raise SettingsInvalid("products_not_readable", system=ctx.source_title)
    return await ctx.source.products.read_product(ctx.run.source)


def _is_default(choice: ArticleChoice, facts: ArticleFacts, rules: SyncRules) -> bool:
    is_fallback = rules.products.when_missing is MissingArticle.DEFAULT and facts.fallback is not None
    return is_fallback and choice.record is facts.fallback
