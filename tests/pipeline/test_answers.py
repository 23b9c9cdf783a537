"""Fortnox's answer against the plan, rounding rows, and the warehouse: what is told, marked, and left alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import exact_total, make_article, make_card, make_deal, make_line
from tests.pipeline.world import steady_world

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.money import Basis
from fortnox_bridge.domain.rules import DocumentRules, FieldMapping
from fortnox_bridge.domain.run import Done
from fortnox_bridge.pipeline.document.totals_proof import prove
from fortnox_bridge.pipeline.runner import preview

D = Decimal
ROUNDING = DocumentRules(allowed_difference=D("0.05"), rounding_article="ORE")
ROW = replace(make_line(), quantity=D(1), unit_price=D(1000))


def codes(world):
    return [notice.code for notice in world.document.notices]


def world_with(document, **deal):
    world = steady_world()
    world.rules = replace(world.rules, document=document)
    world.source.deal = replace(world.source.deal, **deal)
    world.fortnox.articles["ORE"] = make_article("ORE", vat_rate=None)
    return world


@pytest.mark.parametrize(
    ("stated", "basis", "difference"),
    [
        ("1000.05", Basis.NET, "0.05"),
        ("999.97", Basis.NET, "-0.03"),
        ("1250.01", Basis.GROSS, "0.01"),
        ("1249.95", Basis.GROSS, "-0.05"),
    ],
)
async def test_small_difference_is_made_up_for_by_a_rounding_row_and_told(stated, basis, difference):
    world = world_with(ROUNDING, lines=(ROW,), control_total=exact_total(stated, basis))

    plan = (await preview(world.context())).plan

    row = plan.rows[-1]
    assert (row.article_number, row.quantity, row.unit_price, row.vat_rate) == ("ORE", D(1), D(difference), D(0))
    assert (plan.totals.net if basis is Basis.NET else plan.totals.total) == D(stated)
    assert plan.proof.holds is True
    assert "rounding_row_added" in [notice.code for notice in plan.notices]


@pytest.mark.parametrize(("rules", "stated"), [(ROUNDING, "1000.06"), (DocumentRules(), "1000.01")])
async def test_difference_beyond_what_is_allowed_parks(rules, stated):
    world = world_with(rules, lines=(ROW,), control_total=exact_total(stated))

    with pytest.raises(SourceDataInvalid) as caught:
        await world.run()

    assert caught.value.code == "totals_differ"
    assert world.fortnox.documents == []


@pytest.mark.parametrize("article", [None, {"is_active": False}, {"has_housework": True}])
async def test_rounding_article_that_cannot_be_used_parks_before_any_write(article):
    world = world_with(ROUNDING, lines=(ROW,), control_total=exact_total("1000.01"))
    del world.fortnox.articles["ORE"]
    if article is not None:
        world.fortnox.articles["ORE"] = make_article("ORE", **article)

    with pytest.raises(SettingsInvalid) as caught:
        await world.run()

    assert caught.value.code == "rounding_article_missing"
    assert world.fortnox.documents == []


async def test_rounding_article_is_not_asked_for_without_an_allowed_difference():
    world = world_with(DocumentRules(rounding_article="ORE"))

    await world.run()

    assert world.fortnox.count("get_article") == 0


@given(
    off=st.decimals(min_value="-0.05", max_value="0.05", places=2),
    included=st.booleans(),
    basis=st.sampled_from(Basis),
)
async def test_any_allowed_difference_is_gone_to_the_ore(off, included, basis):
    deal = make_deal(lines=(make_line(quantity=D(3), unit_price=D("33.33")),), prices_include_vat=included)
    world = world_with(ROUNDING, lines=deal.lines, prices_include_vat=included)
    rows = (await preview(world.context())).plan.rows
    before = prove(deal, rows, None, ROUNDING).totals
    expected = (before.net if basis is Basis.NET else before.total) + off
    deal = replace(deal, control_total=exact_total(str(expected), basis))

    proven = prove(deal, rows, make_article("ORE"), ROUNDING)

    assert (proven.totals.net if basis is Basis.NET else proven.totals.total) == expected
    assert len(proven.rows) == len(rows) + bool(off)


async def test_rounding_to_kronor_is_told_and_marks_nothing():
    world = world_with(DocumentRules())
    world.fortnox.round_off = D("0.25")

    await world.run()

    assert codes(world) == ["rounded_to_kronor"]
    assert world.fortnox.count("mark_not_completed") == 0


async def test_quantity_that_fortnox_set_to_zero_warns_and_marks_the_draft():
    world = world_with(DocumentRules(marks_warehouse_ready=True))
    world.fortnox.out_of_stock = {"KONS"}

    await world.run()

    assert "quantity_set_to_zero" in codes(world)
    assert world.fortnox.live()[0].is_not_completed
    assert world.fortnox.count("mark_warehouse_ready") == 0


async def test_draft_is_marked_ready_once_and_a_refusal_only_told():
    ready = world_with(DocumentRules(marks_warehouse_ready=True))
    assert isinstance(await ready.run(), Done)
    assert ready.fortnox.live()[0].is_warehouse_ready
    assert "draft.warehouse_ready" in ready.reached

    refused = world_with(DocumentRules(marks_warehouse_ready=True))
    refused.fortnox.faults["mark_warehouse_ready"] = [UserAction("fortnox_warehouse", message="Saldot räcker inte")]
    assert isinstance(await refused.run(), Done)
    assert [notice.params["message"] for notice in refused.document.notices] == ["Saldot räcker inte"]


async def test_crash_after_marking_ready_marks_no_second_time():
    world = world_with(DocumentRules(marks_warehouse_ready=True))
    world.die_at = "draft.warehouse_ready"

    await world.run_until_done()

    assert world.fortnox.count("mark_warehouse_ready") == 1
    assert len(world.fortnox.documents) == 1


@pytest.mark.parametrize(("now_named", "is_right"), [("Ekhammars Plåt AB", True), ("Någon Annan AB", False)])
async def test_name_that_we_wrote_ourselves_proves_no_customer(now_named, is_right):
    rows = (FieldMapping(DocumentField.BILLING_NAME, (FieldPath.parse("deal.title"),)),)
    world = world_with(DocumentRules(mapping=rows), delivery_address=Address(city="Lund"))
    world.fortnox.customers["1042"] = make_card(name=now_named, organisation_number=None)

    if is_right:
        assert isinstance(await world.run(), Done)
        assert world.fortnox.count("get_customer") == 1
    else:
        with pytest.raises(UserAction) as caught:
            await world.run()
        assert caught.value.code == "customer_reassigned"
