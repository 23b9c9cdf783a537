"""Deals paid in instalments: one run and one draft for each, whatever dies in between (F63)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import make_article, make_deal, make_line, make_run, ref
from tests.pipeline.world import Killed, steady_world

from fortnox_bridge.domain.deal import Instalment
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.instalment import INSTALMENT, deal_ref, instalment_ref, only_instalment
from fortnox_bridge.domain.money import SEK, Basis, Money
from fortnox_bridge.domain.rules import DocumentRules, Instalments
from fortnox_bridge.domain.run import Done, Skipped, TriggerKind
from fortnox_bridge.pipeline.document.instalment_rows import bill_instalment
from fortnox_bridge.pipeline.document.totals_proof import prove
from fortnox_bridge.pipeline.runner import preview

D = Decimal
RULES = DocumentRules(instalments=Instalments.ONE_DRAFT_EACH, instalment_article="DEL")
PARTS = (
    Instalment("7", Money(D(5000), SEK), date(2026, 12, 1), "Vid start"),
    Instalment("8", Money(D(6875), SEK), date(2027, 1, 15)),
)


def split_world(rules=RULES):
    world = steady_world()
    world.rules = replace(world.rules, document=rules)
    world.source.deal = replace(world.source.deal, instalments=PARTS)
    world.fortnox.articles["DEL"] = make_article("DEL")
    return world


def child_world(part=PARTS[0]):
    """The world of an instalment's run, whose session shows the deal as that instalment."""
    world = split_world()
    source = instalment_ref(world.source.deal.ref, part)
    world.source.deal = only_instalment(world.source.deal, source)
    run = make_run()
    key = replace(run.key, object_kind=INSTALMENT, external_id=source.external_id)
    return world, replace(run, key=key, source=source, requested_kind="invoice")


def test_instalment_finds_its_way_back_to_the_deal():
    deal = make_deal(instalments=PARTS)

    for part in PARTS:
        source = instalment_ref(deal.ref, part)
        assert deal_ref(source, "deal") == deal.ref
        assert only_instalment(deal, source).instalments == (part,)
    assert deal_ref(deal.ref, "deal") == deal.ref
    assert only_instalment(deal, ref(INSTALMENT, "812:9")) is None


async def test_run_of_the_deal_starts_one_for_each_instalment_and_makes_nothing_itself():
    world = split_world()

    outcome = await world.run()

    assert outcome == Skipped("split_into_instalments", {"record": "Plåttak", "count": "2"})
    assert world.followed == [(ref(INSTALMENT, f"812:{part}"), DocumentKind.INVOICE) for part in ("7", "8")]
    assert world.fortnox.documents == []


async def test_run_killed_between_two_instalments_starts_each_once():
    world = split_world()
    world.die_at = "instalment.started"
    with pytest.raises(Killed):
        await world.run()

    await world.run()

    assert len(world.followed) == 2


async def test_instalment_that_has_its_document_is_not_started_again_by_itself():
    world, run = child_world()
    await world.run(run)
    world.source.deal = replace(world.source.deal, ref=ref("deal", "812"), instalments=PARTS)
    again = make_run(2)

    await world.run(again)
    assert [source.external_id for source, _ in world.followed] == ["812:8"]

    await world.run(replace(again, trigger=TriggerKind.REPLAY))
    assert [source.external_id for source, _ in world.followed] == ["812:8", "812:7"]


async def test_instalment_that_has_an_order_is_started_for_its_invoice():
    world, run = child_world()
    await world.run(replace(run, requested_kind="order"))
    world.source.deal = replace(world.source.deal, ref=ref("deal", "812"), instalments=PARTS)

    await world.run(make_run(2))

    assert [source.external_id for source, _ in world.followed] == ["812:7", "812:8"]


async def test_instalment_becomes_a_draft_of_its_amount_on_its_day():
    world, run = child_world()

    assert isinstance(await world.run(run), Done)

    (step,) = [step for step in world.memory.steps if step.stage == "map"]
    plan = step.decision["plan"]
    assert plan["document_date"] == "2026-12-01"
    assert plan["origins"]["document_date"]["by"] == "instalment.due_on"
    (row,) = plan["rows"]
    assert (row["article_number"], row["description"]) == ("DEL", "Vid start")
    assert world.document.source == run.source
    assert world.fortnox.documents[0].net == D(5000)


async def test_deal_whose_instalments_are_drafted_is_never_billed_in_full_too():
    world, run = child_world()
    await world.run(run)
    world.source.deal = replace(world.source.deal, ref=ref("deal", "812"), instalments=PARTS)
    world.rules = replace(world.rules, document=DocumentRules(instalments=Instalments.FULL))

    with pytest.raises(SourceDataInvalid) as caught:
        await world.run(make_run(2))

    assert caught.value.code == "instalments_drafted"
    assert len(world.fortnox.documents) == 1


async def test_preview_of_a_split_deal_shows_its_first_instalment():
    shown = await preview(split_world().context())

    assert shown.plan.totals.net == D(5000)
    assert "preview_first_instalment" in [notice.code for notice in shown.notices]


@pytest.mark.parametrize("article", [None, {"is_active": False}])
async def test_article_that_cannot_be_used_parks(article):
    world, run = child_world()
    del world.fortnox.articles["DEL"]
    if article:
        world.fortnox.articles["DEL"] = make_article("DEL", **article)

    with pytest.raises(SettingsInvalid) as caught:
        await world.run(run)

    assert caught.value.code == "instalment_article_missing"


RATES = st.sampled_from([D(25), D(12), D(6), D(0)])
ROWS = st.lists(st.tuples(st.decimals("0", "100000", places=2), RATES), min_size=1, max_size=8)


@given(rows=ROWS, amount=st.decimals("0", "500000", places=2), included=st.booleans())
def test_any_amount_is_shared_out_over_the_rates_to_the_ore(rows, amount, included):
    part = replace(PARTS[0], amount=Money(amount, SEK))
    deal = make_deal(instalments=(part,), prices_include_vat=included)
    deal = only_instalment(deal, instalment_ref(deal.ref, part))
    planned = [PlannedRow("Rad", "KONS", quantity=D(1), unit_price=price, vat_rate=rate) for price, rate in rows]

    sold, billed = bill_instalment(deal, planned, make_article("DEL"), "DEL", None)

    proven = prove(sold, billed, None, RULES)
    basis = Basis.GROSS if included else Basis.NET
    assert proven.proof.basis is basis
    assert sum(row.unit_price for row in billed) == amount
    assert {row.vat_rate for row in billed} <= {rate for _, rate in rows}


def test_rate_of_negative_sum_is_not_guessed_at():
    deal = make_deal(instalments=PARTS[:1], lines=(make_line(),))
    deal = only_instalment(deal, instalment_ref(deal.ref, PARTS[0]))
    rows = [PlannedRow("Retur", "KONS", quantity=D(-1), unit_price=D(10), vat_rate=D(25))]

    with pytest.raises(SourceDataInvalid) as caught:
        bill_instalment(deal, rows, make_article("DEL"), "DEL", None)

    assert caught.value.code == "instalment_not_shareable"
