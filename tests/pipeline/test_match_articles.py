"""Which article each line gets, through the stage itself with a Fortnox in memory."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.pipeline.deals import make_article, make_deal, make_line, make_rules, ref
from tests.pipeline.world import World

from fortnox_bridge.domain.errors import Unavailable, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.money import SEK, Currency, Money
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey, ArticleMode, FieldMapping, MissingArticle, MissingLines, Overwrite
from fortnox_bridge.pipeline.articles import lookup, matching

D = Decimal


def world_of(*lines, **product_rules):
    rules = make_rules()
    world = World(rules=replace(rules, products=replace(rules.products, **product_rules)))
    world.source.deal = make_deal(lines=lines)
    return world


async def match(world, *articles):
    for article in articles:
        world.fortnox.articles[article.number] = article
    deal, rules = world.source.deal, world.rules
    facts = await lookup.gather(world.context(), deal)
    return matching.decide(deal, facts, rules.products, rules.vat)


async def refusal(world, *articles) -> UserAction:
    with pytest.raises(UserAction) as caught:
        await match(world, *articles)
    return caught.value


async def test_each_distinct_product_is_asked_once_and_then_remembered():
    world = world_of(make_line(1), make_line(2), make_line(3, code="TAK"))

    matched = await match(world, make_article(), make_article("TAK"))
    again = await match(world)

    assert {line: choice.number for line, choice in matched.by_line.items()} == {"1": "KONS", "2": "KONS", "3": "TAK"}
    assert again == matched
    assert world.fortnox.count("get_article") == 2


async def test_disabled_lines_are_not_asked_for():
    world = world_of(make_line(1), make_line(2, code="OKÄND", is_enabled=False))

    assert set((await match(world, make_article())).by_line) == {"1"}


async def test_case_does_not_count():
    matched = await match(world_of(make_line(code="kons")), make_article("KONS"))

    assert matched.by_line["1"].number == "KONS"


@pytest.mark.parametrize(
    ("key", "path", "article"),
    [
        (ArticleKey.NAME, "product.name", make_article("A1")),
        (ArticleKey.EAN, "product.ean", make_article("A1", ean="7310000000001")),
    ],
)
async def test_article_is_found_by_the_configured_pair(key, path, article):
    line = make_line()
    line = replace(line, product=replace(line.product, ean="7310000000001"))

    matched = await match(world_of(line, source=FieldPath.parse(path), key=key), article)

    assert matched.by_line["1"].number == "A1"


async def test_cleaned_number_is_told():
    matched = await match(world_of(make_line(code="TAK[1]")), make_article("TAK(1)"))

    assert [(notice.code, notice.params["number"]) for notice in matched.notices] == [
        ("article_number_cleaned", "TAK(1)")
    ]


async def test_two_products_cleaned_to_one_number_park():
    error = await refusal(world_of(make_line(1, code="A[1]"), make_line(2, code="A(1)")), make_article("A(1)"))

    assert error.code == "article_number_collision"


@pytest.mark.parametrize(
    ("line", "articles", "code"),
    [
        (make_line(), [], "article_not_found"),
        (make_line(), [make_article(is_active=False)], "article_inactive"),
        (make_line(), [make_article(has_housework=True)], "article_housework"),
        (replace(make_line(), product=replace(make_line().product, code=None)), [], "product_code_missing"),
        (replace(make_line(), product=None), [], "product_code_missing"),
    ],
)
async def test_line_without_a_usable_article_parks_naming_the_product(line, articles, code):
    error = await refusal(world_of(line), *articles)

    assert (error.code, error.params["product"]) == (code, "Rådgivning")


async def test_several_articles_with_one_name_park():
    world = world_of(make_line(), source=FieldPath.parse("product.name"), key=ArticleKey.NAME)

    assert (await refusal(world, make_article("A"), make_article("B"))).code == "article_ambiguous"


async def test_missing_article_takes_the_default_and_says_so():
    world = world_of(make_line(), when_missing=MissingArticle.DEFAULT, default_article="ÖVR")

    matched = await match(world, make_article("ÖVR"))

    assert matched.by_line["1"].number == "ÖVR"
    assert [notice.code for notice in matched.notices] == ["default_article_used"]


async def test_default_article_that_is_gone_parks():
    world = world_of(make_line(), when_missing=MissingArticle.DEFAULT, default_article="ÖVR")

    assert (await refusal(world)).code == "default_article_missing"


async def test_missing_article_is_planned_with_rate_and_known_unit():
    line = make_line(code="NY")
    line = replace(line, product=replace(line.product, unit="H"))
    world = world_of(line, when_missing=MissingArticle.CREATE)
    world.memory.registers["units"] = (RegisterEntry("h", "timmar"),)

    new = (await match(world)).by_line["1"].new

    assert (new.number, new.vat_rate, new.unit) == ("NY", D(25), "h")


async def test_missing_article_without_any_rate_is_not_made():
    world = world_of(make_line(vat_rate=None), when_missing=MissingArticle.CREATE)

    assert (await refusal(world)).code == "vat_rate_unknown"


async def test_article_that_a_person_picked_comes_before_the_field():
    world = world_of(make_line())
    source = ref("product", "pKONS")
    link = Link(LinkKind.ARTICLE, source, LinkState.LINKED, "VALD", is_picked_by_user=True)
    world.memory.links[LinkKind.ARTICLE, source] = link

    matched = await match(world, make_article(), make_article("VALD"))

    assert matched.by_line["1"].number == "VALD"


@pytest.mark.parametrize(("when", "code"), [(MissingLines.STOP, "deal_without_lines"), (MissingLines.ONE_LINE, None)])
async def test_deal_without_lines_parks_or_takes_its_article(when, code):
    world = world_of(make_line(is_enabled=False), when_no_lines=when, no_lines_article="AVTAL")
    if code:
        assert (await refusal(world)).code == code
    else:
        assert (await match(world, make_article("AVTAL"))).whole_deal.number == "AVTAL"


async def test_failing_look_up_comes_out_as_itself():
    world = world_of(make_line(1), make_line(2, code="TAK"))
    world.fortnox.faults["get_article"] = [Unavailable("fortnox_unavailable")]

    with pytest.raises(Unavailable):
        await match(world, make_article(), make_article("TAK"))


async def test_look_ups_run_side_by_side_but_few_at_once():
    world = world_of(*(make_line(number, code=f"A{number}") for number in range(12)))
    running, most = 0, 0

    async def slow(number):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return make_article(number)

    world.fortnox.get_article = slow
    await match(world)

    assert most == 4


TABLE = {"mode": ArticleMode.TABLE, "table": {"rådgivning": "KONS", "pkons": "KONS"}}


async def test_table_says_which_article_whatever_the_case():
    world = world_of(make_line(code="okänd"), source=FieldPath.parse("product.name"), **TABLE)

    choice = (await match(world, make_article())).by_line["1"]

    assert (choice.number, choice.origin.by) == ("KONS", "products.table")


@pytest.mark.parametrize(
    ("line", "articles", "code"),
    [
        (make_line(code="rådgivning"), [], "table_article_missing"),
        (make_line(code="rådgivning"), [make_article(is_active=False)], "table_article_inactive"),
        (make_line(code="annat"), [make_article("ANNAT")], "article_not_in_table"),
        (replace(make_line(), product=replace(make_line().product, code=None)), [], "product_code_missing"),
    ],
)
async def test_table_that_names_no_usable_article_parks(line, articles, code):
    error = await refusal(world_of(line, **TABLE), *articles)

    assert (error.code, error.params["product"]) == (code, "Rådgivning")


async def test_default_article_does_not_stand_in_for_a_broken_row_of_the_table():
    world = world_of(make_line(code="rådgivning"), when_missing=MissingArticle.DEFAULT, default_article="ÖVR", **TABLE)

    assert (await refusal(world, make_article("ÖVR"))).code == "table_article_missing"


async def test_product_outside_the_table_is_made_under_its_own_code():
    world = world_of(make_line(code="NY-1"), when_missing=MissingArticle.CREATE, **TABLE)

    new = (await match(world)).by_line["1"].new

    assert (new.number, new.description) == ("NY-1", "Rådgivning")


def always(target, path):
    return FieldMapping(target, (FieldPath.parse(path),), overwrite=Overwrite.ALWAYS)


NAMED = (always(ArticleField.DESCRIPTION, "product.name"),)


async def test_article_that_says_all_of_it_already_is_left_alone():
    record = make_article(fields={ArticleField.DESCRIPTION: "Rådgivning"})

    assert (await match(world_of(make_line(), mapping=NAMED), record)).updates == ()


@pytest.mark.parametrize("of", ["table", "deal"])
async def test_article_of_several_products_is_nobodys_to_overwrite(of):
    record = make_article(fields={ArticleField.DESCRIPTION: "Timme"})
    if of == "table":
        world = world_of(make_line(code="rådgivning"), mapping=NAMED, **TABLE)
    else:
        other = make_line(2, code="ANNAN")
        lines = (make_line(), replace(other, product=replace(other.product, code="KONS")))
        world = world_of(*lines, mapping=NAMED)

    assert (await match(world, record)).updates == ()


async def test_empty_source_never_blanks_and_price_is_that_in_kronor():
    price = always(ArticleField.PRICE, "product.price")
    ean = always(ArticleField.EAN, "product.ean")
    line = make_line()
    prices = (Money(D(29), Currency("EUR")), Money(D("310.50"), SEK))
    line = replace(line, product=replace(line.product, prices=prices))
    world = world_of(line, mapping=(price, ean))
    world.source.deal = replace(world.source.deal, currency=Currency("EUR"))
    world.fortnox.registers["price_lists"] = ["A"]

    (update,) = (await match(world, make_article(fields={ArticleField.EAN: "73"}))).updates

    assert (update.fields, update.price_list) == ({ArticleField.PRICE: "310.5"}, "A")


async def test_article_made_before_under_another_number_is_used_again():
    world = world_of(
        make_line(), when_missing=MissingArticle.CREATE, source=FieldPath.parse("product.name"), key=ArticleKey.EAN
    )
    source = ref("product", "pKONS")
    world.memory.links[LinkKind.ARTICLE, source] = Link(LinkKind.ARTICLE, source, LinkState.LINKED, "GJORD")

    matched = await match(world, make_article("GJORD"))

    assert matched.by_line["1"].number == "GJORD"


async def test_unit_that_no_register_has_parks_before_the_article_is_made():
    line = make_line(code="NY")
    line = replace(line, product=replace(line.product, unit="dussin"))
    world = world_of(line, when_missing=MissingArticle.CREATE)
    world.fortnox.registers["units"] = ["st"]

    error = await refusal(world)

    assert (error.code, error.params["register"], error.params["code"]) == (
        "register_code_missing",
        "Enheter",
        "dussin",
    )
