import asyncio
from dataclasses import replace
from uuid import uuid4

from tests.storage.world import join

from fortnox_bridge.domain.event import Appended, NotAppended
from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.domain.run import Done, RunState, RunTask
from fortnox_bridge.storage import SYSTEM, RunFilter


async def runs_of(storage, **conditions):
    async with storage.unit.view(SYSTEM) as uow:
        return (await uow.runs.list_page(RunFilter(**conditions), limit=500)).items


async def event_of(storage, event_id):
    async with storage.unit.view(SYSTEM) as uow:
        return await uow.events.get(event_id)


async def test_append_new_event_stores_it_with_its_run(storage, joined):
    incoming = joined.event(body=b"\x00\xff{not json")
    [answer] = await storage.events.append([incoming])

    [run] = await runs_of(storage)
    assert answer == Appended(incoming.id, run.id, is_new=True, is_coalesced=False)
    assert (run.key, run.source, run.state) == (joined.key(), joined.source(), RunState.QUEUED)
    assert run.event_id == incoming.id
    stored = await event_of(storage, incoming.id)
    assert stored is not None
    assert (stored.body, stored.run_id) == (b"\x00\xff{not json", run.id)


async def test_append_fifty_copies_in_parallel_makes_one_event_and_one_run(storage, joined):
    first = joined.event()
    copies = [replace(first, id=joined.event().id) for _ in range(50)]

    answers = [one for [one] in await asyncio.gather(*(storage.events.append([copy]) for copy in copies))]

    [run] = await runs_of(storage)
    assert sum(answer.is_new for answer in answers) == 1
    assert {answer.run_id for answer in answers} == {run.id}
    assert len({answer.event_id for answer in answers}) == 1


async def test_append_fifty_different_events_of_one_deal_makes_one_run(storage, joined):
    events = [joined.event() for _ in range(50)]
    answers = [one for [one] in await asyncio.gather(*(storage.events.append([event]) for event in events))]

    [run] = await runs_of(storage)
    assert all(answer.is_new for answer in answers)
    assert sum(not answer.is_coalesced for answer in answers) == 1
    assert {answer.run_id for answer in answers} == {run.id}


async def test_append_parallel_batches_in_opposite_orders_are_all_stored(storage, joined):
    deals = [str(number) for number in range(20)]
    batches = [[joined.event(deal) for deal in (deals if number % 2 else reversed(deals))] for number in range(8)]
    answers = await asyncio.gather(*(storage.events.append(batch) for batch in batches))

    assert all(isinstance(answer, Appended) for batch in answers for answer in batch)
    assert len(await runs_of(storage)) == 20


async def test_append_duplicates_inside_one_batch_are_answered_in_order(storage, joined):
    first, other = joined.event(), joined.event("813")
    again, sibling = replace(first, id=joined.event().id), joined.event()

    answers = await storage.events.append([first, other, again, sibling])

    assert [(one.event_id, one.is_new, one.is_coalesced) for one in answers] == [
        (first.id, True, False),
        (other.id, True, False),
        (first.id, False, False),
        (sibling.id, True, True),
    ]
    assert answers[0].run_id == answers[2].run_id == answers[3].run_id
    assert len(await runs_of(storage)) == 2


async def test_append_while_the_key_runs_queues_one_successor(storage, joined):
    await storage.events.append([joined.event()])
    async with storage.unit(SYSTEM) as uow:
        [running] = await uow.run_queue.claim(1, 60)

    [second], [third] = [await storage.events.append([joined.event()]) for _ in range(2)]

    assert second.run_id == third.run_id != running.id
    assert (second.is_coalesced, third.is_coalesced) == (False, True)
    assert len(await runs_of(storage)) == 2


async def test_append_after_the_run_ended_starts_another(storage, joined):
    await storage.events.append([joined.event()])
    async with storage.unit(SYSTEM) as uow:
        [run] = await uow.run_queue.claim(1, 60)
        await uow.run_queue.finish(run.id, run.fence, Done("invoice", "1042"))

    [answer] = await storage.events.append([joined.event()])
    assert answer.is_coalesced is False
    assert answer.run_id != run.id


async def test_append_redelivered_after_the_run_ended_starts_nothing(storage, joined):
    incoming = joined.event()
    [first] = await storage.events.append([incoming])
    async with storage.unit(SYSTEM) as uow:
        [run] = await uow.run_queue.claim(1, 60)
        await uow.run_queue.finish(run.id, run.fence, Done("invoice", "1042"))

    [answer] = await storage.events.append([replace(incoming, id=joined.event().id)])

    assert answer == replace(first, is_new=False)
    assert len(await runs_of(storage)) == 1


async def test_append_unreadable_event_is_kept_without_a_run(storage, joined):
    incoming = joined.event(None, unreadable_reason="no meta")
    [answer] = await storage.events.append([incoming])

    assert answer == Appended(incoming.id, None, is_new=True, is_coalesced=False)
    async with storage.unit.view(SYSTEM) as uow:
        [stored] = await uow.events.list_unreadable()
    assert (stored.id, stored.unreadable_reason) == (incoming.id, "no meta")
    assert await runs_of(storage) == ()


async def test_append_hostile_text_is_stored_and_never_refused(storage, joined):
    hostile = [
        joined.event("8\x0012"),
        joined.event("8\ud80012"),
        joined.event("9" * 5000),
        joined.event(dedupe_key="x" * 5000),
        joined.event(dedupe_key="\x00\udfff", reason="\x00\ud800"),
    ]
    answers = await storage.events.append(hostile)

    assert [answer.run_id is not None for answer in answers] == [False, False, False, True, True]
    again = await storage.events.append([replace(one, id=joined.event().id) for one in hostile])
    assert [answer.is_new for answer in again] == [False] * 5


async def test_append_bad_event_in_a_batch_fails_alone(storage, joined):
    good, stranger = joined.event(), replace(joined.event(), source_account_id=SourceAccountId(uuid4()))
    answers = await storage.events.append([good, stranger, joined.event("813")])

    assert [type(answer) for answer in answers] == [Appended, NotAppended, Appended]
    assert len(await runs_of(storage)) == 2


async def test_append_same_dedupe_key_of_two_accounts_are_two_events(storage, joined, foreign):
    answers = await storage.events.append([joined.event(dedupe_key="same"), foreign.event(dedupe_key="same")])
    assert [answer.is_new for answer in answers] == [True, True]
    assert len(await runs_of(storage)) == 2


async def test_append_cancelled_caller_still_stores_all_or_nothing(storage, joined):
    for number in range(20):
        waiting = asyncio.create_task(storage.events.append([joined.event(str(number)), joined.event(f"{number}b")]))
        await asyncio.sleep(number * 0.0005)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await storage.events.append([joined.event("last")])

    ids = {run.key.external_id for run in await runs_of(storage)}
    assert all((str(number) in ids) == (f"{number}b" in ids) for number in range(20))


async def test_append_more_than_one_statement_takes_keeps_the_order(storage, joined):
    events = [joined.event(str(number)) for number in range(450)]
    answers = await storage.events.append(events)
    assert [answer.event_id for answer in answers] == [event.id for event in events]
    assert len(await runs_of(storage)) == 450


async def test_clear_bodies_forgets_payloads_and_keeps_dedupe(storage, joined, clock):
    incoming = joined.event()
    await storage.events.append([incoming])
    clock.advance(60)
    async with storage.unit(SYSTEM) as uow:
        assert await uow.events.clear_bodies(clock.now(), limit=10) == 1

    stored = await event_of(storage, incoming.id)
    assert stored is not None
    assert stored.body == b""
    [again] = await storage.events.append([replace(incoming, id=joined.event().id)])
    assert again.is_new is False


async def test_append_for_an_account_of_another_connector_keeps_its_source(storage, joined):
    shop = await join(storage, "33333", connector="shopify")
    await storage.events.append([shop.event("1")])
    [run] = await runs_of(storage, connector="shopify")
    assert (run.source.connector, run.source.account) == ("shopify", "account-33333")


async def test_append_change_of_a_customer_starts_a_run_for_that_customer(storage, joined):
    changed = joined.event("55", object_kind="company", task=RunTask.CUSTOMER)

    await storage.events.append([changed, joined.event("55")])

    runs = await runs_of(storage)
    assert {(run.key.object_kind, run.key.task) for run in runs} == {
        ("company", RunTask.CUSTOMER),
        ("deal", RunTask.DOCUMENT),
    }
