"""What a row says besides quantity and price, and where each of its values comes from."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.pipeline.deals import make_article, make_deal, make_line, make_rules
from tests.pipeline.world import World

from fortnox_bridge.domain.deal import Discount, DiscountKind
from fortnox_bridge.domain.errors import PermissionMissing, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import RowField
from fortnox_bridge.domain.origin import ValueOrigin
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.rules import DealDiscount, FieldMapping
from fortnox_bridge.domain.template import Template
from fortnox_bridge.pipeline.document.row_fields import decide_fields, gather_codes
from fortnox_bridge.pipeline.runner import preview

D = Decimal
UNIT = FieldMapping(RowField.UNIT, (FieldPath.parse("line.unit"),))
COST_CENTRE = FieldMapping(RowField.COST_CENTRE, (FieldPath.parse("deal.custom:kst"),))
PROJECT = FieldMapping(RowField.PROJECT, (FieldPath.parse("deal.custom:projekt"),))
ACCOUNT = FieldMapping(RowField.ACCOUNT, (FieldPath.parse("product.custom:konto"),))


def world_of(*rows, line=None, units=(), **custom):
    rules = make_rules()
    rules = replace(
        rules,
        document=replace(rules.document, row_mapping=rows),
        products=replace(rules.products, units=dict(units)),
    )
    world = World(rules=rules)
    world.fortnox.articles["KONS"] = make_article()
    world.source.deal = make_deal(lines=(line or make_line(unit="tim"),), custom_fields=custom)
    world.fortnox.registers = {"units": ["h", "st"], "cost_centres": ["FOR"], "projects": ["P1"]}
    return world


async def fields_of(world):
    deal = world.source.deal
    codes = await gather_codes(world.context(), deal.lines, deal)
    return decide_fields(deal.lines[0], deal, world.rules, codes), codes


async def refusal(world) -> UserAction:
    with pytest.raises(UserAction) as caught:
        await fields_of(world)
    return caught.value


async def test_unit_goes_by_the_table_and_is_written_as_the_register_writes_it():
    fields, _ = await fields_of(world_of(UNIT, units={"tim": "H"}))

    assert (fields.unit, fields.origins["unit"].by) == ("h", "line.unit")


@pytest.mark.parametrize(
    ("row", "custom", "register"),
    [
        (UNIT, {}, "Enheter"),
        (COST_CENTRE, {"kst": "FEL"}, "Kostnadsställen"),
        (PROJECT, {"projekt": "FEL"}, "Projekt"),
    ],
)
async def test_code_that_no_register_has_parks_naming_register_and_field(row, custom, register):
    world = world_of(row, **custom)

    error = await refusal(world)

    assert (error.code, error.params["register"]) == ("register_code_missing", register)
    assert error.params["field"] == str(row.sources[0])


@pytest.mark.parametrize("fact", [("active", "false"), ("status", "COMPLETED")])
async def test_code_that_is_not_in_use_any_more_parks_after_one_look_afresh(fact):
    world = world_of(COST_CENTRE, kst="FOR")
    world.memory.registers["cost_centres"] = (RegisterEntry("FOR", "Försäljning", (fact,)),)

    async def register(name):
        world.fortnox.calls.append("register")
        return (RegisterEntry("FOR", "Försäljning", (fact,)),)

    world.fortnox.register = register

    assert (await refusal(world)).code == "register_code_inactive"
    assert world.fortnox.count("register") == 1


async def test_code_added_since_the_register_was_read_is_found_by_asking_once_more():
    world = world_of(COST_CENTRE, kst="NY")
    world.memory.registers["cost_centres"] = (RegisterEntry("FOR", "Försäljning"),)
    world.fortnox.registers["cost_centres"] = ["FOR", "NY"]

    first, _ = await fields_of(world)
    again, _ = await fields_of(world)

    assert first.cost_centre == again.cost_centre == "NY"
    assert world.fortnox.count("register") == 1


async def test_register_that_may_not_be_read_is_told_and_checked_by_nobody():
    world = world_of(PROJECT, projekt="P9")
    world.fortnox.faults["register"] = [PermissionMissing("fortnox_scope_missing")]

    fields, codes = await fields_of(world)
    await fields_of(world)

    assert fields.project == "P9"
    assert [(notice.code, notice.params["register"]) for notice in codes.notices] == [("register_unchecked", "Projekt")]
    assert world.fortnox.count("register") == 1


@pytest.mark.parametrize("value", ["tre tusen", "300", "30010", "0300", "３００１"])
async def test_what_is_no_account_parks(value):
    line = make_line()
    line = replace(line, product=replace(line.product, custom_fields={"konto": value}))

    assert (await refusal(world_of(ACCOUNT, line=line))).code == "row_field_invalid"


async def test_row_without_mapping_asks_for_no_register():
    world = world_of()

    fields, _ = await fields_of(world)

    assert world.fortnox.calls == []
    assert (fields.text, fields.unit, fields.account) == (None, None, None)


async def test_every_field_of_a_row_says_where_it_comes_from():
    text = FieldMapping(RowField.DESCRIPTION, template=Template.parse("{{ line.name }}: {{ deal.title }}"))
    line = make_line(unit="tim", discounts=(Discount(DiscountKind.PERCENT, D(5)),))
    world = world_of(text, UNIT, COST_CENTRE, line=line, units={"tim": "h"}, kst="FOR")

    row = (await preview(world.context())).plan.rows[0]

    assert row.description == "Rådgivning: Plåttak"
    assert (row.unit, row.cost_centre, row.project) == ("h", "FOR", None)
    kinds = {name: (origin.kind, origin.by) for name, origin in row.origins.items()}
    assert kinds == {
        "description": (ValueOrigin.SOURCE, "template"),
        "article_number": (ValueOrigin.SOURCE, "product.code"),
        "quantity": (ValueOrigin.SOURCE, "line.quantity"),
        "unit_price": (ValueOrigin.SOURCE, "line.unit_price"),
        "discount": (ValueOrigin.SOURCE, "line.discounts"),
        "vat_rate": kinds["vat_rate"],
        "unit": (ValueOrigin.SOURCE, "line.unit"),
        "account_number": (ValueOrigin.ARTICLE, "sales_account"),
        "cost_centre": (ValueOrigin.SOURCE, "deal.custom:kst"),
        "project": (ValueOrigin.FORTNOX_DEFAULT, ""),
    }


async def test_deal_discount_on_its_own_line_leaves_the_lines_rows_alone():
    world = world_of()
    rules = replace(world.rules.products, deal_discount=DealDiscount.OWN_LINE, discount_article="RABATT")
    world.rules = replace(world.rules, products=rules)
    world.fortnox.articles["RABATT"] = make_article("RABATT", description="Rabatt")
    discounts = (
        Discount(DiscountKind.PERCENT, D(10)),
        Discount(DiscountKind.AMOUNT, D(100), description="Trogen kund"),
    )
    cheap = make_line(2, vat_rate=D(12), unit_price=D(80))
    world.source.deal = replace(
        world.source.deal,
        lines=(make_line(), replace(cheap, product=replace(cheap.product, code="MAT"))),
        discounts=discounts,
    )
    world.fortnox.articles["MAT"] = make_article("MAT", vat_rate=D(12))

    sold, food, *own = (await preview(world.context())).plan.rows

    assert sold.discount is food.discount is None
    assert [(row.article_number, row.quantity, row.vat_rate) for row in own] == [
        ("RABATT", D(1), D(25)),
        ("RABATT", D(1), D(12)),
    ]
    assert sum(row.unit_price for row in own) == -(D("12.5") * 950 + D("12.5") * 80) / 10 - 100
    assert own[0].description == "Rabatt: 10 %, Trogen kund 100 SEK"


@pytest.mark.parametrize(
    ("article", "code"),
    [
        (None, "discount_article_missing"),
        (make_article("RABATT", is_active=False), "discount_article_missing"),
        (make_article("RABATT", has_housework=True), "article_housework"),
    ],
)
async def test_discount_without_a_usable_article_parks_and_writes_nothing(article, code):
    world = world_of()
    rules = replace(world.rules.products, deal_discount=DealDiscount.OWN_LINE, discount_article="RABATT")
    world.rules = replace(world.rules, products=rules)
    if article is not None:
        world.fortnox.articles["RABATT"] = article
    world.source.deal = replace(world.source.deal, discounts=(Discount(DiscountKind.AMOUNT, D(10)),))

    with pytest.raises(UserAction) as caught:
        await world.run()

    assert caught.value.code == code
    assert world.fortnox.documents == []
