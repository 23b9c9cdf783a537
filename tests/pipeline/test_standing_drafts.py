"""Drafts that stand: brought up to date, following edits, cancelled with their deal, and left alone once touched."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.pipeline.deals import WON, make_line, make_rules, make_run
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED, LOST
from tests.pipeline.world import Killed, steady_world

from fortnox_bridge.domain.checkpoints import DRAFT_PATH
from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.document import DocumentKind, DocumentState
from fortnox_bridge.domain.errors import OutcomeUnknown, SourceDataInvalid
from fortnox_bridge.domain.rules import CancelRule, DocumentRules, StageRef, TriggerRule
from fortnox_bridge.domain.run import Done, RequestedAction, Skipped, TriggerKind
from fortnox_bridge.pipeline.document.touch import DraftTouched

INVOICE, ORDER = DocumentKind.INVOICE, DocumentKind.ORDER
UPDATING = [name for name in DRAFT_PATH if name.startswith("update.")]
CANCELLING = [name for name in DRAFT_PATH if name.startswith("cancel.")]
LOST_DEALS = CancelRule(statuses=frozenset({DealStatus.LOST}))


async def documented(**rules):
    """A steady deal whose draft 100 stands, with a run's calls forgotten."""
    world = steady_world(rules=make_rules(**rules))
    await world.run()
    world.fortnox.calls.clear()
    return world


def edit(world, quantity):
    (line,) = world.source.deal.lines
    world.source.deal = replace(world.source.deal, lines=(replace(line, quantity=Decimal(quantity)),))


def asked(number=2, action=RequestedAction.UPDATE, **changes):
    return make_run(number, trigger=TriggerKind.MANUAL, requested_action=action, **changes)


def quantity_of(world, number="100"):
    return world.fortnox.values[INVOICE, number]["row_1"].split()[1]


def follows(**more):
    return {"document": DocumentRules(follows_edits=True), **more}


async def test_update_writes_once_and_tells_again():
    world = await documented()
    edit(world, 7)

    outcome = await world.run(asked())

    assert isinstance(outcome, Done)
    assert world.fortnox.calls == ["update_document", "preview"]
    assert quantity_of(world) == "7"
    assert (world.document.revision, world.document.is_verified) == (2, True)
    assert world.note.heading == "Fakturautkast 100 uppdaterad i Fortnox"
    assert [one.file_name for one in world.source.files_held.values()] == [
        "Faktura-100-utkast.pdf",
        "Faktura-100-utkast-v2.pdf",
    ]


async def test_update_asked_for_twice_says_the_same():
    world = await documented()
    edit(world, 7)
    await world.run(asked(2))
    seen = world.fortnox.documents[0]

    await world.run(asked(3))

    assert world.fortnox.documents == [seen]


async def test_update_of_a_deal_without_a_draft_is_refused():
    world = steady_world()

    with pytest.raises(SourceDataInvalid) as refused:
        await world.run(asked())

    assert refused.value.code == "no_draft_to_update"
    assert world.fortnox.documents == []


@pytest.mark.parametrize(
    ("touch", "code"),
    [
        ({"is_booked": True}, "draft_booked"),
        ({"is_sent": True}, "draft_sent"),
        ({"is_paid": True}, "draft_paid"),
        ({"order_invoice_number": "7"}, "draft_invoiced"),
        ({"fingerprint": None}, "draft_unknown"),
    ],
)
async def test_touched_draft_is_neither_updated_nor_cancelled(touch, code):
    world = await documented(cancel=LOST_DEALS)
    edit(world, 7)
    touched = world.fortnox.change(INVOICE, "100", **touch)

    with pytest.raises(DraftTouched) as refused:
        await world.run(asked())
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)
    outcome = await world.run(make_run(3))

    assert refused.value.code == code
    assert [notice.code for notice in outcome.notices] == ["draft_kept", code]
    assert world.fortnox.documents == [touched]
    assert world.document.state is DocumentState.CREATED


async def test_draft_of_unknown_fingerprint_is_left_alone():
    """One that was made before fingerprints were kept."""
    world = await documented()
    row = world.document
    world.memory.documents[row.id] = replace(row, fingerprint=None)

    with pytest.raises(DraftTouched) as refused:
        await world.run(asked())

    assert refused.value.code == "draft_unknown"


async def test_edit_by_a_person_is_never_written_over_and_names_its_field():
    world = await documented()
    edit(world, 7)
    world.fortnox.edit(INVOICE, "100", comments="Ring först")

    with pytest.raises(DraftTouched) as refused:
        await world.run(asked())

    assert (refused.value.code, refused.value.params["fields"]) == ("draft_changed", "comments")
    assert quantity_of(world) == "12.5"
    assert world.document.pending_plan_hash is None


@pytest.mark.parametrize("fault", [APPLIED_UNANSWERED, LOST])
async def test_update_whose_answer_was_lost_is_written_again(fault):
    world = await documented()
    edit(world, 7)
    world.fortnox.faults["update_document"] = [fault]

    with pytest.raises(OutcomeUnknown):
        await world.run(asked())
    outcome = await world.run(asked())

    assert isinstance(outcome, Done)
    assert (quantity_of(world), world.document.revision, len(world.fortnox.documents)) == ("7", 2, 1)


async def test_edit_by_a_person_after_a_lost_answer_is_not_taken_for_ours():
    world = await documented()
    edit(world, 7)
    world.fortnox.faults["update_document"] = [APPLIED_UNANSWERED]
    with pytest.raises(OutcomeUnknown):
        await world.run(asked())
    world.fortnox.edit(INVOICE, "100", comments="Ring först")

    with pytest.raises(DraftTouched):
        await world.run(asked())

    assert world.fortnox.values[INVOICE, "100"]["comments"] == "Ring först"


@pytest.mark.parametrize("name", UPDATING)
@pytest.mark.parametrize("is_same_run", [True, False])
async def test_update_killed_at_a_checkpoint_is_brought_to_an_end(name, is_same_run):
    world = await documented(**follows())
    edit(world, 7)
    world.die_at = name
    first = asked()

    with pytest.raises(Killed):
        await world.run(first)
    outcome = await world.run_until_done(first if is_same_run else make_run(3))

    assert isinstance(outcome, Done)
    assert world.die_at is None
    assert (quantity_of(world), world.document.revision) == ("7", 2)
    assert world.document.is_verified
    assert world.note.heading == "Fakturautkast 100 uppdaterad i Fortnox"


async def test_edit_is_followed_only_where_the_setting_says_so():
    world = await documented()
    edit(world, 7)

    outcome = await world.run(make_run(2))

    assert isinstance(outcome, Skipped)
    assert world.fortnox.calls == []


async def test_followed_edit_that_changes_nothing_costs_fortnox_no_call():
    world = await documented(**follows())
    world.source.deal = replace(world.source.deal, url="https://crm.example/elsewhere")

    outcome = await world.run(make_run(2))

    assert isinstance(outcome, Skipped)
    assert world.fortnox.calls == []


async def test_edit_is_followed_with_the_days_of_the_first_writing():
    world = await documented(**follows())
    before = world.fortnox.values[INVOICE, "100"]["date"]
    world.clock.advance(3 * 86_400)
    edit(world, 7)

    await world.run(make_run(2, created_at=world.clock.now()))

    assert (quantity_of(world), world.fortnox.values[INVOICE, "100"]["date"]) == ("7", before)


@pytest.mark.parametrize("trigger", [TriggerKind.REPLAY, TriggerKind.MANUAL, TriggerKind.BACKFILL])
async def test_replay_and_backfill_rewrite_no_draft(trigger):
    world = await documented(**follows())
    edit(world, 7)

    await world.run(make_run(2, trigger=trigger))

    assert quantity_of(world) == "12.5"


async def test_edit_is_followed_also_when_the_deal_has_moved_on():
    world = await documented(**follows())
    edit(world, 7)
    world.source.deal = replace(world.source.deal, stage=replace(WON, id="99"))

    await world.run(make_run(2))

    assert quantity_of(world) == "7"


async def test_too_late_is_told_once():
    world = await documented(**follows())
    world.fortnox.change(INVOICE, "100", is_sent=True)
    for number in (2, 3, 4):
        edit(world, number)
        outcome = await world.run(make_run(number))
        assert [notice.code for notice in outcome.notices] == ["draft_sent"]

    assert world.source.calls.count("update_note") == 1
    assert quantity_of(world) == "12.5"


async def test_draft_cancelled_by_a_person_while_we_follow_parks():
    world = await documented(**follows())
    edit(world, 7)
    world.fortnox.change(INVOICE, "100", is_cancelled=True)

    with pytest.raises(SourceDataInvalid) as parked:
        await world.run(make_run(2))

    assert parked.value.code == "document_removed"
    assert world.document.state is DocumentState.REMOVED


async def test_lost_deals_draft_is_cancelled_once():
    world = await documented(cancel=LOST_DEALS)
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)

    outcome = await world.run(make_run(2))
    again = await world.run(make_run(3))

    assert [notice.code for notice in outcome.notices] == ["draft_withdrawn"]
    assert isinstance(again, Skipped)
    assert world.fortnox.calls == ["cancel_document"]
    assert world.fortnox.live() == []
    assert world.document.state is DocumentState.WITHDRAWN
    assert world.note.heading == "Fakturautkast 100 makulerad i Fortnox"


async def test_deal_won_again_gets_a_new_draft_of_the_same_generation():
    world = await documented(cancel=LOST_DEALS)
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)
    await world.run(make_run(2))
    world.source.deal = replace(world.source.deal, status=DealStatus.WON)

    outcome = await world.run(make_run(3))

    assert outcome == Done("invoice", "101", ())
    assert [one.number for one in world.fortnox.live()] == ["101"]
    assert world.document.generation == 1


@pytest.mark.parametrize("name", CANCELLING)
@pytest.mark.parametrize("fault", [None, APPLIED_UNANSWERED])
async def test_cancellation_killed_or_unanswered_is_brought_to_an_end(name, fault):
    world = await documented(cancel=LOST_DEALS)
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)
    world.die_at = name
    world.fortnox.faults["cancel_document"] = [fault] if fault else []

    outcome = await world.run_until_done(make_run(2))

    assert isinstance(outcome, Done | Skipped)
    assert world.fortnox.live() == []
    assert (world.document.state, world.document.is_being_withdrawn) == (DocumentState.WITHDRAWN, False)


@pytest.mark.parametrize("name", CANCELLING)
async def test_deal_won_again_while_its_cancellation_was_cut_off_has_one_draft(name):
    world = await documented(cancel=LOST_DEALS)
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)
    world.die_at = name
    with pytest.raises(Killed):
        await world.run(make_run(2))
    world.source.deal = replace(world.source.deal, status=DealStatus.WON)

    outcome = await world.run_until_done(make_run(3))

    assert isinstance(outcome, Done)
    assert len(world.fortnox.live()) == 1
    assert world.document.number == world.fortnox.live()[0].number


async def test_draft_cancelled_by_a_person_first_is_not_made_again():
    world = await documented(cancel=LOST_DEALS)
    world.fortnox.change(INVOICE, "100", is_cancelled=True)
    world.source.deal = replace(world.source.deal, status=DealStatus.LOST)
    await world.run(make_run(2))
    world.source.deal = replace(world.source.deal, status=DealStatus.WON)

    with pytest.raises(SourceDataInvalid) as parked:
        await world.run(make_run(3))

    assert parked.value.code == "document_removed"
    assert world.fortnox.live() == []


async def test_invoice_of_our_order_is_cancelled_and_then_made_by_itself():
    """An order answers the invoice it once became for ever: the next one is sent on its own."""
    cancelling = CancelRule(stages=(StageRef("1", "9"),))
    rules = (TriggerRule("1", "14", INVOICE), TriggerRule("1", "13", ORDER))
    world = steady_world(rules=make_rules(triggers=rules, cancel=cancelling))
    for number, stage in enumerate(("13", "14", "9", "14"), start=1):
        world.source.deal = replace(world.source.deal, stage=replace(WON, id=stage))
        outcome = await world.run(make_run(number))
        assert isinstance(outcome, Done), (stage, outcome)

    living = {one.kind: one.number for one in world.fortnox.live()}
    assert set(living) == {INVOICE, ORDER}
    rows = {row.kind: row for row in world.memory.documents.values()}
    assert rows[INVOICE].number == living[INVOICE]
    assert rows[INVOICE].converted_from is None


async def test_new_document_is_another_generation_whatever_stands_elsewhere():
    world = await documented()
    run = make_run(2)
    key = replace(run.key, generation=2)

    outcome = await world.run(asked(2, RequestedAction.NEW, key=key, requested_kind="invoice"))

    assert isinstance(outcome, Done)
    assert len(world.fortnox.live()) == 2
    assert len({one.marker for one in world.fortnox.live()}) == 2


async def test_line_removed_from_the_deal_is_gone_from_the_draft():
    world = steady_world(rules=make_rules(**follows()))
    world.source.deal = replace(world.source.deal, lines=(make_line(1), make_line(2, quantity=Decimal(3))))
    await world.run()
    world.source.deal = replace(world.source.deal, lines=(make_line(2, quantity=Decimal(3)),))

    await world.run(make_run(2))

    assert [name for name in world.fortnox.values[INVOICE, "100"] if name.startswith("row_")] == ["row_1"]
    assert quantity_of(world) == "3"
