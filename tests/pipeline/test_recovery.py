"""Crashes, lost answers and lost leases: always one document, one note, one file, one customer."""

import ast
import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.pipeline.deals import WON, make_article, make_card, make_line, make_rules, make_run
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED, LOST
from tests.pipeline.world import Killed, new_customer_world, steady_world

import fortnox_bridge.pipeline
from fortnox_bridge.domain.checkpoints import DRAFT_PATH
from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.document import DocumentKind, DocumentState
from fortnox_bridge.domain.errors import (
    LockHeld,
    MappingMissing,
    OutcomeUnknown,
    RateLimited,
    SourceDataInvalid,
    Unavailable,
)
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.rules import Attachments, FieldMapping, MissingArticle, Overwrite, TriggerRule
from fortnox_bridge.domain.run import Done, LeaseLost, Skipped
from fortnox_bridge.sdk import NotSent, SourceFile

_ELSEWHERE = ("ingest.", "run.claimed")
_OURS = [name for name in DRAFT_PATH if not name.startswith(_ELSEWHERE)]
_CONVERSION = [name for name in _OURS if name.startswith("convert.")]
_ONLY_IN_TROUBLE = {"draft.extra_cancelled", "draft.withdrawn", "draft.cancelled", "draft.marked_not_completed"}
# A known customer's: a new one is written whole. Killed there in `test_customer_updates.py`.
_UPDATE = {"customer.updated"}
# Of a draft that stands already. Killed there in `test_standing_drafts.py`; a split deal in `test_instalments.py`.
_LATER = {name for name in _OURS if name.startswith(("update.", "cancel.", "instalment."))}
_STRAIGHT = [name for name in _OURS if name not in {*_CONVERSION, *_ONLY_IN_TROUBLE, *_UPDATE, *_LATER}]


def everything_new():
    """New customer, new article, changed article, one draft: every effect of the straight way."""
    rules = make_rules()
    ean = FieldMapping(ArticleField.EAN, (FieldPath.parse("product.ean"),), overwrite=Overwrite.ALWAYS)
    rules = replace(rules, products=replace(rules.products, when_missing=MissingArticle.CREATE, mapping=(ean,)))
    rules = replace(rules, document=replace(rules.document, attach=Attachments.PDF, marks_warehouse_ready=True))
    world = new_customer_world(rules=rules)
    world.source.own_files = (SourceFile("7", "Offert.pdf", "application/pdf", 1000),)
    world.fortnox.articles.clear()
    world.fortnox.articles["TAK"] = make_article("TAK", fields={})
    roof = make_line(2, code="TAK")
    roof = replace(roof, product=replace(roof.product, ean="7310000000001"))
    world.source.deal = replace(world.source.deal, lines=(make_line(), roof))
    return world


def assert_exactly_one_of_everything(world):
    assert len(world.fortnox.live()) == 1
    assert len(world.fortnox.documents) == 1
    assert len(world.fortnox.customers) == 1
    assert len(world.source.notes_held) == 1
    assert len(world.source.files_held) == 1
    assert len(world.fortnox.attached) == len(world.source.own_files)
    assert world.document.state is DocumentState.CREATED
    assert world.document.is_verified


def test_checkpoints_in_the_code_are_those_that_are_listed():
    used = set()
    for path in Path(next(iter(fortnox_bridge.pipeline.__path__))).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "checkpoint":
                assert isinstance(node.args[0], ast.Constant)
                used.add(node.args[0].value)
    assert used == set(_OURS)


async def test_straight_run_passes_every_checkpoint_of_its_way():
    world = everything_new()

    await world.run()

    assert set(world.reached) == set(_STRAIGHT)


@pytest.mark.parametrize("name", _STRAIGHT)
async def test_run_killed_at_a_checkpoint_and_taken_up_again_makes_one_of_everything(name):
    world = everything_new()
    world.die_at = name

    outcome = await world.run_until_done()

    assert isinstance(outcome, Done)
    assert world.die_at is None
    assert_exactly_one_of_everything(world)


@pytest.mark.parametrize("name", _STRAIGHT)
async def test_run_killed_and_followed_by_another_run_makes_one_of_everything(name):
    world = everything_new()
    world.die_at = name
    with pytest.raises(Killed):
        await world.run()
    world.memory.ended.add(make_run().id)
    world.clock.advance(61)

    outcome = await world.run_until_done(make_run(2))

    assert isinstance(outcome, Done | Skipped)
    assert_exactly_one_of_everything(world)


@pytest.mark.parametrize("name", [*_CONVERSION, "draft.verified", "file.uploaded", "note.written"])
async def test_conversion_killed_at_a_checkpoint_makes_one_invoice(name):
    world = order_world()
    await world.run()
    world.source.deal = replace(world.source.deal, stage=WON)
    world.die_at = name

    outcome = await world.run_until_done(make_run(2))

    assert outcome == Done("invoice", "101", ())
    assert len(world.fortnox.documents) == 2
    assert len(world.source.notes_held) == 1


@pytest.mark.parametrize("name", ["draft.intent_committed", "draft.posted", "draft.recorded", "draft.verified"])
async def test_order_left_unfinished_is_brought_to_an_end_before_its_invoice(name):
    world = order_world()
    world.die_at = name
    with pytest.raises(Killed):
        await world.run()
    world.source.deal = replace(world.source.deal, stage=WON)

    outcome = await world.run_until_done(tries=20)

    assert outcome == Done("invoice", "101", ())
    assert [one.kind for one in world.fortnox.documents] == [DocumentKind.ORDER, DocumentKind.INVOICE]
    assert world.fortnox.documents[0].order_invoice_number == "101"
    assert len(world.source.notes_held) == 1


async def test_conversion_whose_answer_is_lost_finds_the_same_invoice():
    world = order_world()
    await world.run()
    world.source.deal = replace(world.source.deal, stage=WON)
    world.fortnox.faults["convert_order"] = [OutcomeUnknown("unanswered", retry_after_s=5)]

    outcome = await world.run_until_done(make_run(2))

    assert outcome == Done("invoice", "101", ())
    assert len(world.fortnox.documents) == 2


async def test_draft_applied_without_an_answer_is_adopted_at_once():
    world = steady_world()
    world.fortnox.faults["create_document"] = [APPLIED_UNANSWERED]

    outcome = await world.run()

    assert outcome == Done("invoice", "100", ())
    assert world.fortnox.calls == ["create_document", "find_documents", "preview"]


async def test_draft_lost_on_the_way_is_sent_again_only_after_two_late_misses():
    world = steady_world()
    world.fortnox.faults["create_document"] = [LOST]
    sent_at = world.clock.now()

    outcome = await world.run_until_done(tries=20)

    assert isinstance(outcome, Done)
    assert world.fortnox.count("create_document") == 2
    assert (world.clock.now() - sent_at).total_seconds() >= 120 + 30
    assert_exactly_one_of_everything(world)


async def test_draft_that_arrives_late_is_adopted_and_never_sent_again():
    world = steady_world()
    world.fortnox.faults["create_document"] = [lambda: None]
    with pytest.raises(OutcomeUnknown) as caught:
        await world.run()
    world.clock.advance(caught.value.retry_after_s)
    with pytest.raises(OutcomeUnknown):
        await world.run()
    world.clock.advance(100)
    world.fortnox.apply(*world.fortnox.late[0])

    outcome = await world.run()

    assert isinstance(outcome, Done)
    assert world.fortnox.count("create_document") == 1
    assert_exactly_one_of_everything(world)


async def test_failed_look_up_is_no_miss():
    world = steady_world()
    world.fortnox.faults["create_document"] = [LOST]
    world.fortnox.faults["find_documents"] = [Unavailable("fortnox_unavailable")]
    with pytest.raises(Unavailable):
        await world.run()

    assert world.document.state is DocumentState.SENDING
    assert world.document.first_missed_at is None


async def test_draft_of_a_deal_lost_meanwhile_is_still_found_and_told_of():
    world = steady_world()
    world.fortnox.faults["create_document"] = [lambda: None]
    with pytest.raises(OutcomeUnknown):
        await world.run()
    world.fortnox.apply(*world.fortnox.late[0])
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)

    outcome = await world.run()

    assert isinstance(outcome, Done)
    assert [notice.code for notice in outcome.notices] == ["draft_of_closed_deal"]
    assert len(world.source.notes_held) == 1


async def test_draft_that_never_arrived_for_a_deal_lost_meanwhile_is_not_made():
    world = steady_world()
    world.fortnox.faults["create_document"] = [LOST]
    with pytest.raises(OutcomeUnknown):
        await world.run()
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)

    outcome = await world.run_until_done(tries=20)

    assert isinstance(outcome, Skipped)
    assert world.fortnox.documents == []
    assert world.document.state is DocumentState.REJECTED


@pytest.mark.parametrize("error", [RateLimited("fortnox_rate_limited"), NotSent("system_unreachable")])
async def test_draft_that_was_certainly_not_made_is_sent_by_the_next_attempt(error):
    world = steady_world()
    world.fortnox.faults["create_document"] = [error]
    with pytest.raises(type(error)):
        await world.run()
    assert world.document.state is DocumentState.REJECTED

    outcome = await world.run()

    assert isinstance(outcome, Done)
    assert_exactly_one_of_everything(world)


async def test_draft_refused_by_fortnox_parks_and_forgets_the_articles():
    world = steady_world()
    world.fortnox.faults["create_document"] = [MappingMissing("fortnox_article_inactive")]

    with pytest.raises(MappingMissing):
        await world.run()

    assert world.document.state is DocumentState.REJECTED
    assert world.memory.articles == {}


async def test_second_attempt_that_is_refused_looks_for_the_first_one():
    world = steady_world()
    world.fortnox.faults["create_document"] = [RateLimited("fortnox_rate_limited"), MappingMissing("fortnox_refused")]
    with pytest.raises(RateLimited):
        await world.run()
    with pytest.raises(MappingMissing):
        await world.run()

    assert world.fortnox.count("find_documents") == 2
    assert world.document.state is DocumentState.REJECTED


async def test_cancelled_match_parks_and_is_never_adopted():
    world = steady_world()
    world.fortnox.faults["create_document"] = [lambda: None]
    with pytest.raises(OutcomeUnknown):
        await world.run()
    created = world.fortnox.apply(*world.fortnox.late[0])
    world.fortnox.change(DocumentKind.INVOICE, created.number, is_cancelled=True)

    with pytest.raises(SourceDataInvalid) as caught:
        await world.run()

    assert caught.value.code == "document_removed"
    assert world.document.state is DocumentState.REMOVED


async def test_several_live_matches_keep_the_lowest_number_and_cancel_the_rest():
    world = steady_world()
    world.fortnox.faults["create_document"] = [lambda: None]
    with pytest.raises(OutcomeUnknown):
        await world.run()
    world.fortnox.apply(*world.fortnox.late[0])
    world.fortnox.apply(*world.fortnox.late[0])

    outcome = await world.run()

    assert outcome.document_number == "100"
    assert [notice.code for notice in outcome.notices] == ["extra_draft_cancelled"]
    assert [one.number for one in world.fortnox.live()] == ["100"]


async def test_extra_match_that_a_human_touched_parks():
    world = steady_world()
    world.fortnox.faults["create_document"] = [lambda: None]
    with pytest.raises(OutcomeUnknown):
        await world.run()
    world.fortnox.apply(*world.fortnox.late[0])
    world.fortnox.apply(*world.fortnox.late[0])
    world.fortnox.touched.add("101")

    with pytest.raises(MappingMissing) as caught:
        await world.run()

    assert caught.value.code == "documents_doubled"
    assert len(world.fortnox.live()) == 2


async def test_company_after_a_restore_looks_up_before_its_first_post():
    made = steady_world()
    await made.run()
    restored = steady_world(is_looked_up_first=True, fortnox=made.fortnox)
    restored.fortnox.calls.clear()

    outcome = await restored.run()

    assert outcome == Done("invoice", "100", ())
    assert restored.fortnox.calls == ["find_documents", "preview"]


@pytest.mark.parametrize("fault", [APPLIED_UNANSWERED, LOST])
async def test_customer_of_unknown_outcome_is_made_once(fault):
    world = everything_new()
    world.fortnox.faults["create_customer"] = [fault]

    outcome = await world.run_until_done(tries=20)

    assert isinstance(outcome, Done)
    assert_exactly_one_of_everything(world)
    assert world.fortnox.count("create_customer") == (1 if fault == APPLIED_UNANSWERED else 2)


async def test_customer_without_our_marker_is_not_adopted_while_the_outcome_is_unknown():
    world = everything_new()
    world.fortnox.faults["create_customer"] = [LOST]
    with pytest.raises(OutcomeUnknown):
        await world.run()
    (link,) = world.memory.links.values()

    assert link.state.value == "sending"
    assert world.fortnox.count("create_customer") == 1


async def test_customer_refused_by_fortnox_frees_the_right_to_create():
    world = everything_new()
    world.fortnox.faults["create_customer"] = [SourceDataInvalid("fortnox_refused")]

    with pytest.raises(SourceDataInvalid):
        await world.run()

    assert world.memory.links == {}


async def test_parallel_runs_for_one_new_customer_make_one_customer():
    world = everything_new()
    world.die_at = "customer.intent_committed"
    with pytest.raises(Killed):
        await world.run()

    with pytest.raises(LockHeld) as caught:
        await world.run(make_run(2))

    assert caught.value.code == "customer_being_created"
    assert world.fortnox.customers == {}


async def test_fifty_runs_at_once_for_one_new_customer_make_one_customer():
    world = everything_new()

    async def one(number):
        of = make_run(number)
        of = replace(
            of, source=replace(of.source, external_id=str(number)), key=replace(of.key, external_id=str(number))
        )
        while True:
            try:
                return await world.run(of)
            except LockHeld:
                await asyncio.sleep(0)

    await asyncio.gather(*(one(number) for number in range(1, 51)))

    assert len(world.fortnox.customers) == 1
    assert len(world.fortnox.documents) == 50


@pytest.mark.parametrize("call", ["create_note", "attach_file"])
@pytest.mark.parametrize("fault", [APPLIED_UNANSWERED, LOST])
async def test_note_and_file_of_unknown_outcome_stand_once(call, fault):
    world = steady_world()
    world.source.faults[call] = [fault]

    try:
        await world.run()
    except OutcomeUnknown:
        world.clock.advance(31)
        await world.run()

    assert_exactly_one_of_everything(world)
    assert world.fortnox.count("create_document") == 1


async def test_failing_note_never_touches_the_draft():
    world = steady_world()
    world.source.faults["create_note"] = [Unavailable("source_unavailable")] * 3
    for _ in range(3):
        with pytest.raises((Unavailable, OutcomeUnknown)):
            await world.run()
        world.clock.advance(31)

    await world.run()

    assert world.fortnox.count("create_document") == 1
    assert_exactly_one_of_everything(world)


async def test_refused_pdf_still_leaves_a_note_that_says_so():
    world = steady_world()
    world.fortnox.faults["preview"] = [SourceDataInvalid("fortnox_bank_details_missing")]

    outcome = await world.run()

    assert [notice.code for notice in outcome.notices] == ["pdf_not_attached"]
    assert world.source.files_held == {}
    assert not any(label == "PDF" for label, _ in world.note.facts)


@pytest.mark.parametrize("writes", range(4))
async def test_run_whose_lease_is_lost_stops_at_once(writes):
    world = steady_world()
    world.lease_ends_after = writes

    with pytest.raises(LeaseLost):
        await world.run()

    # reserve, mark_sending, mark_created, mark_verified: nothing is sent before the second has been committed.
    assert world.fortnox.count("create_document") == (1 if writes >= 2 else 0)
    assert world.source.notes_held == {}


async def test_run_after_a_lost_lease_finishes_the_same_draft():
    world = steady_world()
    world.lease_ends_after = 2
    with pytest.raises(LeaseLost):
        await world.run()
    world.lease_ends_after = None

    outcome = await world.run(make_run(2))

    assert outcome == Done("invoice", "100", ())
    assert_exactly_one_of_everything(world)


async def test_draft_with_a_wrong_total_is_marked_once_even_when_killed_in_between():
    world = steady_world()
    world.fortnox.vat_shift = Decimal("0.01")
    world.die_at = "draft.marked_not_completed"

    outcome = await world.run_until_done()

    assert [notice.code for notice in outcome.notices] == ["totals_differ_after"]
    assert world.fortnox.live()[0].is_not_completed


async def test_wrong_customers_living_draft_is_found_and_taken_back_after_a_kill():
    world = steady_world()
    world.fortnox.customers["1042"] = make_card(name="Någon Annan AB", organisation_number="202100-5489", email=None)
    world.die_at = "draft.withdrawn"
    with pytest.raises(Killed):
        await world.run()

    with pytest.raises(MappingMissing) as caught:
        await world.run()

    assert caught.value.code == "customer_reassigned"
    assert world.fortnox.live() == []
    assert isinstance(await world.run(), Done)
    (live,) = world.fortnox.live()
    assert live.customer_number != "1042"


async def test_draft_cancelled_by_us_before_a_kill_gives_way_to_one_for_the_right_customer():
    world = steady_world()
    world.fortnox.customers["1042"] = make_card(name="Någon Annan AB", organisation_number="202100-5489", email=None)
    world.die_at = "draft.cancelled"
    with pytest.raises(Killed):
        await world.run()

    await world.run_until_done()

    (live,) = world.fortnox.live()
    assert live.customer_number != "1042"
    assert world.document.number == live.number


def order_world():
    rules = make_rules(
        triggers=(TriggerRule("1", "13", DocumentKind.ORDER), TriggerRule("1", "14", DocumentKind.INVOICE))
    )
    world = steady_world(rules=rules)
    world.source.deal = replace(world.source.deal, stage=replace(WON, id="13"))
    return world
