"""A product by itself: its article created once, brought up to date, remembered; no document, no note."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.pipeline.deals import ACCOUNT, make_article, make_rules, make_run, ref
from tests.pipeline.world import World

from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.money import SEK, Money
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.rules import FieldMapping, MissingArticle, Overwrite, WhenChanged
from fortnox_bridge.domain.run import BusinessKey, Change, RunTask, Skipped, StageName, Synced, TriggerKind
from fortnox_bridge.pipeline.tasks import carry_out

D = Decimal
SOURCE = ref("product", "77")
NAME = FieldMapping(ArticleField.DESCRIPTION, (FieldPath.parse("product.name"),), overwrite=Overwrite.ALWAYS)
PRICE = FieldMapping(ArticleField.PRICE, (FieldPath.parse("product.price"),), overwrite=Overwrite.ALWAYS)


class Products:
    """A source that reads products by themselves."""

    def __init__(self, *products):
        self._products = {product.ref: product for product in products}

    async def read_product(self, wanted):
        return self._products[wanted]

    async def list_products(self, cursor, *, changed_since=None):
        raise AssertionError("not asked for by the pipeline")


def world_of(*articles, product=None, **rules):
    base = make_rules()
    world = World(rules=replace(base, products=replace(base.products, mapping=(NAME, PRICE), **rules)))
    world.fortnox.articles = {article.number: article for article in articles}
    world.fortnox.registers["price_lists"] = ["A"]
    world.product = product or Product(SOURCE, "Trall", code="TRALL", vat_rate=D(25), prices=(Money(D(310), SEK),))
    return world


async def sync(world, trigger=TriggerKind.MANUAL, number=1, products=True):
    key = BusinessKey(ACCOUNT, "product", "77", task=RunTask.PRODUCT)
    ctx = world.context(make_run(number, key=key, source=SOURCE, trigger=trigger))
    held = Products(world.product) if products else None
    return await carry_out(replace(ctx, source=replace(ctx.source, products=held)))


def known(**overrides):
    return make_article("TRALL", description="Gammalt", fields={ArticleField.DESCRIPTION: "Gammalt"}, **overrides)


def remembered(world):
    return world.memory.links.get((LinkKind.ARTICLE, SOURCE))


async def test_known_article_is_brought_up_to_date_and_remembered():
    world = world_of(known())

    outcome = await sync(world)

    assert isinstance(outcome, Synced)
    assert (outcome.number, outcome.change, outcome.fields) == ("TRALL", Change.UPDATED, ("description", "price"))
    assert world.fortnox.articles["TRALL"].fields[ArticleField.DESCRIPTION] == "Trall"
    assert world.fortnox.prices == {("A", "TRALL"): D(310)}
    assert remembered(world).number == "TRALL"
    assert (world.fortnox.documents, world.source.notes_held) == ([], {})
    assert [step.stage for step in world.memory.steps] == [StageName.READ, StageName.MATCH, StageName.SYNC]


async def test_second_sync_writes_nothing():
    world = world_of(known())
    await sync(world)
    world.fortnox.calls.clear()

    outcome = await sync(world, number=2)

    assert outcome.change is Change.UNCHANGED
    assert not {"update_article", "set_price", "create_article"} & set(world.fortnox.calls)


async def test_missing_article_is_made_where_settings_say_so():
    world = world_of(when_missing=MissingArticle.CREATE)

    outcome = await sync(world)

    assert (outcome.number, outcome.change) == ("TRALL", Change.CREATED)
    assert world.fortnox.prices == {("A", "TRALL"): D(310)}


@pytest.mark.parametrize(
    ("rules", "product", "code"),
    [
        ({}, None, "article_not_found"),
        ({}, Product(SOURCE, "Trall"), "product_code_missing"),
        ({}, Product(SOURCE, "Trall", code="TRALL", is_deleted=True), "product_deleted"),
        ({"when_missing": MissingArticle.DEFAULT, "default_article": "ÖVR"}, None, "product_without_article"),
    ],
)
async def test_product_without_an_article_of_its_own_parks_and_writes_nothing(rules, product, code):
    world = world_of(make_article("ÖVR"), product=product, **rules)

    with pytest.raises(UserAction) as caught:
        await sync(world)

    assert caught.value.code == code
    assert not {"update_article", "set_price", "create_article"} & set(world.fortnox.calls)


async def test_source_that_cannot_read_products_by_themselves_says_so():
    with pytest.raises(UserAction) as caught:
        await sync(world_of(known()), products=False)

    assert caught.value.code == "products_not_readable"


async def test_change_of_a_product_never_used_in_fortnox_is_skipped_without_a_call():
    world = world_of(known(), when_changed=WhenChanged.AT_ONCE)

    outcome = await sync(world, TriggerKind.WEBHOOK)

    assert isinstance(outcome, Skipped)
    assert outcome.reason == "not_linked"
    assert world.fortnox.calls == []


@pytest.mark.parametrize("when", WhenChanged)
async def test_change_of_a_product_in_use_reaches_its_article_when_settings_say_so(when):
    world = world_of(known(), when_changed=when)
    world.memory.links[LinkKind.ARTICLE, SOURCE] = Link(LinkKind.ARTICLE, SOURCE, LinkState.LINKED, "TRALL")

    outcome = await sync(world, TriggerKind.WEBHOOK)

    if when is WhenChanged.AT_ONCE:
        assert outcome.change is Change.UPDATED
    else:
        assert (outcome.reason, world.fortnox.calls) == ("change_at_next_use", [])
