"""Backfills, their deals and the watermarks of regular work, on each kind of database."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.storage.test_ledgers import ANNA
from tests.storage.world import START, join, start_run

from fortnox_bridge.domain.backfill import Backfill, BackfillRequest, BackfillState, ItemState
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.run import Done, Retry, TriggerKind
from fortnox_bridge.storage import SYSTEM, ConnectionScope, NewRun, Watermark

REQUEST = BackfillRequest(stage_ids=("5",), changed_since=START - timedelta(days=30), document="order")


@pytest.fixture
async def joined(storage):
    return await join(storage, "111")


@pytest.fixture
async def backfill(storage, joined):
    new = Backfill(uuid4(), joined.connection.id, BackfillState.PREVIEWING, REQUEST, "anna", START)
    async with storage.unit(SYSTEM) as uow:
        await uow.backfills.add(new)
    return new


async def get(storage, backfill) -> Backfill:
    async with storage.unit.view(SYSTEM) as uow:
        return await uow.backfills.get(backfill.id)


def new_run(joined, external_id, trigger=TriggerKind.BACKFILL):
    return NewRun(RunId(uuid4()), joined.key(external_id), trigger, "anna", connection_id=joined.connection.id)


async def test_backfill_is_kept_as_it_was_asked_for(storage, backfill):
    kept = await get(storage, backfill)

    assert (kept.request, kept.state, kept.author, kept.counts) == (REQUEST, BackfillState.PREVIEWING, "anna", {})


async def test_deals_found_twice_are_kept_once_and_in_order(storage, backfill):
    async with storage.unit(SYSTEM) as uow:
        await uow.backfill_items.add(backfill.id, [("7", "Sju"), ("3", "Tre")])
        await uow.backfill_items.add(backfill.id, [("3", "Tre igen"), ("9", "Nio")])
        items = await uow.backfill_items.page(backfill.id, state=None, after=0, limit=10)

    assert [(item.external_id, item.title) for item in items] == [("7", "Sju"), ("3", "Tre"), ("9", "Nio")]
    assert [item.position for item in items] == sorted({item.position for item in items})
    assert (await get(storage, backfill)).counts == {ItemState.FOUND: 3}


async def test_state_moves_only_from_where_it_was_thought_to_be(storage, backfill):
    async with storage.unit(SYSTEM) as uow:
        first = await uow.backfills.move(backfill.id, BackfillState.PREVIEWING, BackfillState.READY, at=START)
        again = await uow.backfills.move(backfill.id, BackfillState.PREVIEWING, BackfillState.READY, at=START)
        await uow.backfills.move(backfill.id, BackfillState.READY, BackfillState.RUNNING, at=START)
        await uow.backfills.move(backfill.id, BackfillState.RUNNING, BackfillState.DONE, at=START)

    kept = await get(storage, backfill)
    assert (first, again) == (True, False)
    assert (kept.state, kept.started_at, kept.ended_at) == (BackfillState.DONE, START, START)


async def test_preview_that_comes_late_changes_nothing_that_went_on(storage, backfill):
    async with storage.unit(SYSTEM) as uow:
        await uow.backfill_items.add(backfill.id, [("7", "")])
        for state in (ItemState.EXCLUDED, ItemState.PREVIEWED):
            await uow.backfill_items.keep_preview(backfill.id, "7", state, "Sju", {"outcome": state.value})
        (item,) = await uow.backfill_items.in_state(backfill.id, ItemState.EXCLUDED, limit=5)

    assert (item.title, item.preview) == ("Sju", {"outcome": "excluded"})


async def queued(storage, joined, backfill, external_id="7"):
    async with storage.unit(SYSTEM) as uow:
        await uow.backfill_items.add(backfill.id, [(external_id, "")])
        await uow.backfill_items.keep_preview(backfill.id, external_id, ItemState.PREVIEWED, "", {})
        made = await uow.runs.create_quietly(new_run(joined, external_id))
        assert await uow.backfill_items.queue(backfill.id, external_id, made.run.id)
        assert not await uow.backfill_items.queue(backfill.id, external_id, made.run.id)
    return made.run


async def test_end_of_a_run_is_taken_over(storage, joined, backfill):
    await queued(storage, joined, backfill)
    async with storage.unit(SYSTEM) as uow:
        assert await uow.backfill_items.settle(backfill.id) == 0
        (run,) = await uow.run_queue.claim(5, 60)
        await uow.run_queue.finish(run.id, run.fence, Done("invoice", "12"))
        assert await uow.backfill_items.settle(backfill.id) == 1
        assert await uow.backfill_items.settle(backfill.id) == 0

    assert (await get(storage, backfill)).counts == {ItemState.DONE: 1}


async def test_run_that_gave_way_to_another_is_followed(storage, joined, backfill):
    first = await queued(storage, joined, backfill)
    async with storage.unit(SYSTEM) as uow:
        (run,) = await uow.run_queue.claim(5, 60)
    await storage.events.append([joined.event("7")])
    async with storage.unit(SYSTEM) as uow:
        await uow.run_queue.finish(run.id, run.fence, Retry(START, "x", {}))
        await uow.backfill_items.settle(backfill.id)
        (item,) = await uow.backfill_items.in_state(backfill.id, ItemState.QUEUED, limit=5)
        (successor,) = await uow.run_queue.claim(5, 60)
        await uow.run_queue.finish(successor.id, successor.fence, Done("invoice", "12"))
        await uow.backfill_items.settle(backfill.id)

    assert item.run_id == successor.id != first.id
    assert (await get(storage, backfill)).counts == {ItemState.DONE: 1}


async def test_run_nobody_waits_for_leaves_a_queued_one_as_it_is(storage, joined):
    await storage.events.append([joined.event("7")])
    async with storage.unit(SYSTEM) as uow:
        quiet = await uow.runs.create_quietly(new_run(joined, "7"))

    assert quiet.is_coalesced
    assert quiet.run.trigger is TriggerKind.WEBHOOK


async def test_unfinished_are_those_with_work_left(storage, joined, backfill):
    await queued(storage, joined, backfill)
    async with storage.unit(SYSTEM) as uow:
        await uow.backfills.move(backfill.id, BackfillState.PREVIEWING, BackfillState.CANCELLED, at=START)
        with_run = await uow.backfills.unfinished()
        (run,) = await uow.run_queue.claim(5, 60)
        await uow.run_queue.finish(run.id, run.fence, Done("invoice", "12"))
        await uow.backfill_items.settle(backfill.id)
        without = await uow.backfills.unfinished()

    assert [each.id for each in with_run] == [backfill.id]
    assert without == ()


async def test_another_connection_sees_neither_backfill_nor_deals(storage, backfill):
    other = await join(storage, "222")
    async with storage.unit(SYSTEM) as uow:
        await uow.backfill_items.add(backfill.id, [("7", "")])
    async with storage.unit.view(ConnectionScope(other.connection.id)) as uow:
        assert await uow.backfills.get(backfill.id) is None
        assert (await uow.backfills.list_page(backfill.connection_id)).items == ()
        assert await uow.backfill_items.page(backfill.id, state=None, after=0, limit=5) == ()


async def test_backfills_are_listed_newest_first(storage, joined, backfill):
    later = Backfill(uuid4(), joined.connection.id, BackfillState.READY, REQUEST, "bo", START + timedelta(hours=1))
    async with storage.unit(SYSTEM) as uow:
        await uow.backfills.add(later)
        first = await uow.backfills.list_page(joined.connection.id, limit=1)
        second = await uow.backfills.list_page(joined.connection.id, limit=1, cursor=first.next_cursor)

    assert [each.id for each in (*first.items, *second.items)] == [later.id, backfill.id]


async def test_watermark_stands_where_it_was_put(storage, joined):
    async with storage.unit(SYSTEM) as uow:
        assert await uow.watermarks.get(joined.connection.id, "sync") is None
        for mark in (Watermark(START, ""), Watermark(START, "abc"), Watermark(START + timedelta(days=1))):
            await uow.watermarks.put(joined.connection.id, "sync", mark)
            assert await uow.watermarks.get(joined.connection.id, "sync") == mark


async def test_linked_records_are_walked_through_once_each(storage, joined):
    run = await start_run(storage, joined)
    ledgers = storage.ledgers(run, joined.connection, joined.company)
    for number in range(5):
        await ledgers.links.link(LinkKind.CUSTOMER, joined.source(str(number), "company"), ANNA)
    seen, after = [], ""
    async with storage.unit(SYSTEM) as uow:
        while True:
            found = await uow.links.next_linked(
                joined.connection.id, joined.company.id, LinkKind.CUSTOMER, after=after, limit=2
            )
            if not found:
                break
            seen += [link.source.external_id for link in found]
            after = found[-1].id
            UUID(after)

    assert sorted(seen) == ["0", "1", "2", "3", "4"]
