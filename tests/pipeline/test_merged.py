"""Records that the source merges: one draft and one note, however the events come."""

from dataclasses import replace

import pytest
from tests.pipeline.deals import make_card, make_run
from tests.pipeline.world import Killed, steady_world

from fortnox_bridge.domain.errors import LockHeld
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.run import Done, Skipped


def merge(world, into="999"):
    """The deal stands under a new id from now on; the old one still answers."""
    deal = world.source.deal
    now = replace(deal.ref, external_id=into)
    world.source.deal = replace(deal, ref=now, former_ids=(deal.ref.external_id,))
    return now


def run_of(number, source):
    made = make_run(number)
    key = replace(made.key, external_id=source.external_id)
    return replace(made, key=key, source=source)


async def test_deal_with_a_draft_that_is_merged_keeps_it_and_gets_no_second():
    world = steady_world()
    await world.run()
    merged = merge(world)

    outcome = await world.run(run_of(2, merged))

    assert (outcome.reason, len(world.fortnox.live())) == ("already_documented", 1)
    assert world.document.source == merged
    assert len(world.source.notes_held) == 1


async def test_late_event_of_the_old_id_hands_its_work_over_and_drafts_nothing():
    world = steady_world()
    old = world.source.deal.ref
    merged = merge(world)

    outcome = await world.run(run_of(1, old))

    assert isinstance(outcome, Skipped)
    assert (outcome.reason, outcome.params["id"]) == ("merged_away", "999")
    assert world.followed == [(merged, None)]
    assert world.fortnox.calls == []
    assert isinstance(await world.run(run_of(2, merged)), Done)
    assert len(world.fortnox.live()) == 1


async def test_merged_deal_waits_for_a_run_of_its_old_id_which_may_still_draft():
    world = steady_world()
    world.memory.busy = {world.source.deal.ref.external_id}
    merged = merge(world)

    with pytest.raises(LockHeld) as waited:
        await world.run(run_of(2, merged))

    assert (waited.value.code, world.fortnox.calls) == ("merged_record_busy", [])


async def test_draft_that_was_sent_before_the_merge_is_found_by_the_marker_it_was_sent_with():
    world = steady_world()
    world.die_at = "draft.posted"
    with pytest.raises(Killed):
        await world.run()
    merged = merge(world)

    outcome = await world.run_until_done(run_of(2, merged))

    assert isinstance(outcome, Done)
    assert len(world.fortnox.live()) == 1
    assert world.document.source == merged


async def test_two_deals_that_each_had_a_draft_are_told_of_when_they_are_merged():
    world = steady_world()
    await world.run()
    first = world.source.deal
    world.source.deal = replace(first, ref=replace(first.ref, external_id="998"))
    await world.run(run_of(2, world.source.deal.ref))
    world.source.deal = replace(
        first, ref=replace(first.ref, external_id="999"), former_ids=(first.ref.external_id, "998")
    )

    outcome = await world.run(run_of(3, world.source.deal.ref))

    assert (outcome.reason, outcome.params["numbers"]) == ("merged_documents", "100, 101")
    assert len(world.fortnox.live()) == 2


async def test_customer_that_was_merged_keeps_the_number_it_was_remembered_for_and_the_other_is_told():
    world = steady_world()
    company = world.source.deal.company
    link = world.memory.links[LinkKind.CUSTOMER, company.ref]
    other = replace(company.ref, external_id="77")
    world.memory.links[LinkKind.CUSTOMER, other] = replace(link, source=other, number="2000", record=make_card())
    now = replace(company.ref, external_id="78")
    merged = replace(company, ref=now, former_ids=(company.ref.external_id, "77"), custom_fields={})
    world.source.deal = replace(world.source.deal, company=merged)

    outcome = await world.run()

    assert [(each.code, each.params["number"], each.params["others"]) for each in outcome.notices] == [
        ("customers_merged", link.number, "2000")
    ]
    assert world.memory.links[LinkKind.CUSTOMER, now].number == link.number
