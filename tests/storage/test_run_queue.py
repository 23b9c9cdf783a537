import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.storage.world import START, get_run, start_run

from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import Done, LeaseLost, Parked, Retry, RunState, Skipped, TriggerKind
from fortnox_bridge.storage import SYSTEM, NewRun, RunFilter

OUTCOMES = [
    (Done("invoice", "1042"), RunState.DONE),
    (Skipped("no_rule", {"stage": "Vunnen"}), RunState.SKIPPED),
    (Parked("article_not_found", {"article": "A1"}, where="https://fortnox.example", detail="x"), RunState.PARKED),
    (Retry(START, "fortnox_unavailable", {}), RunState.QUEUED),
]


async def finish(storage, run, outcome):
    async with storage.unit(SYSTEM) as uow:
        return await uow.run_queue.finish(run.id, run.fence, outcome)


async def claim(storage, limit=10, lease_s=60):
    async with storage.unit(SYSTEM) as uow:
        return await uow.run_queue.claim(limit, lease_s)


def manual(joined, **changes):
    made = NewRun(RunId(uuid4()), joined.key(), TriggerKind.MANUAL, "anna", joined.connection.id, "order")
    return replace(made, **changes)


async def test_claim_takes_the_oldest_due_runs_and_sets_lease_and_fence(storage, joined, clock):
    for deal in ("1", "2", "3"):
        await storage.events.append([joined.event(deal)])
        clock.advance(1)

    claimed = await claim(storage, limit=2)

    assert [run.key.external_id for run in claimed] == ["1", "2"]
    assert all(run.state is RunState.RUNNING and run.fence == 1 for run in claimed)
    assert claimed[0].lease_until == clock.now() + timedelta(seconds=60)
    assert claimed[0].started_at == clock.now()


async def test_claim_by_ten_workers_at_once_gives_every_run_to_one(storage, joined):
    await storage.events.append([joined.event(str(number)) for number in range(40)])
    claims = await asyncio.gather(*(claim(storage, limit=7) for _ in range(10)))
    ids = [run.id for claimed in claims for run in claimed]
    assert len(ids) == len(set(ids)) == 40


async def test_claim_leaves_the_successor_of_a_running_key_alone(storage, joined):
    await start_run(storage, joined)
    await storage.events.append([joined.event(), joined.event("813")])
    assert [run.key for run in await claim(storage)] == [joined.key("813")]
    assert await claim(storage) == ()


async def test_claim_takes_two_generations_of_one_deal_one_after_the_other(storage, joined):
    async with storage.unit(SYSTEM) as uow:
        first = (await uow.runs.create_manual(manual(joined, key=joined.key(generation=1)))).run
        second = (await uow.runs.create_manual(manual(joined, key=joined.key(generation=2)))).run

    (claimed,) = await claim(storage)
    assert await claim(storage) == ()
    await finish(storage, claimed, Done("invoice", "1"))
    (other,) = await claim(storage)

    assert {claimed.id, other.id} == {first.id, second.id}


async def test_claim_leaves_what_is_not_due(storage, joined, clock):
    run = await start_run(storage, joined)
    await finish(storage, run, Retry(clock.now() + timedelta(seconds=30), "fortnox_unavailable", {}))
    assert await claim(storage) == ()
    clock.advance(30)
    [again] = await claim(storage)
    assert (again.id, again.fence, again.attempt) == (run.id, 2, 1)


@pytest.mark.parametrize(("outcome", "state"), OUTCOMES)
async def test_finish_stores_the_outcome(storage, joined, outcome, state):
    run = await start_run(storage, joined)
    ended = await finish(storage, run, outcome)

    assert await get_run(storage, run.id) == ended
    assert ended.state is state
    assert ended.lease_until is None
    assert (ended.ended_at is not None) == state.is_final
    match outcome:
        case Done():
            assert ended.reason_params == {"document_kind": "invoice", "document_number": "1042"}
        case Skipped():
            assert (ended.reason, ended.reason_params) == ("no_rule", {"stage": "Vunnen"})
        case Parked():
            assert (ended.reason, ended.where, ended.detail) == ("article_not_found", "https://fortnox.example", "x")
        case Retry():
            assert (ended.reason, ended.attempt) == ("fortnox_unavailable", 1)


async def test_finish_retry_that_is_nobodys_fault_spends_no_attempt(storage, joined):
    run = await start_run(storage, joined)
    ended = await finish(storage, run, Retry(START, "rate_limited", {}, spends_attempt=False))
    assert ended.attempt == 0


@pytest.mark.parametrize(("outcome", "state"), OUTCOMES)
async def test_finish_under_an_old_fence_is_refused(storage, joined, clock, outcome, state):
    old = await start_run(storage, joined)
    clock.advance(61)
    async with storage.unit(SYSTEM) as uow:
        await uow.run_queue.expire_leases()
    with pytest.raises(LeaseLost):
        await finish(storage, old, outcome)
    [new] = await claim(storage)
    with pytest.raises(LeaseLost):
        await finish(storage, old, outcome)
    assert await get_run(storage, new.id) == new


@pytest.mark.parametrize(("outcome", "state"), OUTCOMES)
async def test_finish_twice_is_refused(storage, joined, outcome, state):
    run = await start_run(storage, joined)
    await finish(storage, run, outcome)
    with pytest.raises(LeaseLost):
        await finish(storage, run, Done("invoice", "1"))


async def test_heartbeat_extends_the_lease_of_the_holder_only(storage, joined, clock):
    run = await start_run(storage, joined)
    clock.advance(50)
    async with storage.unit(SYSTEM) as uow:
        await uow.run_queue.heartbeat(run.id, run.fence, 60)
        assert await uow.run_queue.expire_leases() == ()
    clock.advance(59)
    async with storage.unit(SYSTEM) as uow:
        assert await uow.run_queue.expire_leases() == ()
    clock.advance(1)
    async with storage.unit(SYSTEM) as uow:
        [lost] = await uow.run_queue.expire_leases()
    assert (lost.id, lost.state, lost.crashes, lost.attempt) == (run.id, RunState.QUEUED, 1, 0)
    with pytest.raises(LeaseLost):
        async with storage.unit(SYSTEM) as uow:
            await uow.run_queue.heartbeat(run.id, run.fence, 60)


async def test_heartbeat_and_routing_under_an_old_fence_are_refused(storage, joined, clock):
    old = await start_run(storage, joined)
    clock.advance(61)
    async with storage.unit(SYSTEM) as uow:
        await uow.run_queue.expire_leases()
    [new] = await claim(storage)
    with pytest.raises(LeaseLost):
        async with storage.unit(SYSTEM) as uow:
            await uow.run_queue.heartbeat(old.id, old.fence, 600)
    with pytest.raises(LeaseLost):
        async with storage.unit(SYSTEM) as uow:
            await uow.run_queue.set_connection(old.id, old.fence, joined.connection.id, 2)
    assert await get_run(storage, new.id) == new


async def test_expire_leases_by_several_sweepers_counts_one_crash(storage, joined, clock):
    run = await start_run(storage, joined)
    clock.advance(61)

    async def sweep():
        async with storage.unit(SYSTEM) as uow:
            return await uow.run_queue.expire_leases()

    swept = await asyncio.gather(*(sweep() for _ in range(5)))
    assert sum(len(lost) for lost in swept) == 1
    assert (await get_run(storage, run.id)).crashes == 1


async def test_finish_retry_with_a_successor_hands_over_to_it(storage, joined, clock):
    run = await start_run(storage, joined)
    [answer] = await storage.events.append([joined.event()])
    due = clock.now() + timedelta(seconds=300)

    ended = await finish(storage, run, Retry(due, "fortnox_unavailable", {}))

    assert (ended.state, ended.reason) == (RunState.SKIPPED, "superseded")
    assert ended.reason_params == {"run": str(answer.run_id)}
    successor = await get_run(storage, answer.run_id)
    assert (successor.state, successor.due_at, successor.attempt) == (RunState.QUEUED, due, 1)
    assert successor.started_at == run.started_at


async def test_finish_retry_of_a_persons_run_hands_the_request_over(storage, joined):
    async with storage.unit(SYSTEM) as uow:
        await uow.runs.create_manual(manual(joined))
    [run] = await claim(storage)
    [answer] = await storage.events.append([joined.event()])
    await finish(storage, run, Retry(START, "fortnox_unavailable", {}))

    successor = await get_run(storage, answer.run_id)
    assert (successor.trigger, successor.requested_kind) == (TriggerKind.MANUAL, "order")
    assert (successor.requested_by, successor.connection_id) == ("anna", joined.connection.id)


async def test_finish_retry_racing_with_new_events_never_leaves_two_queued(storage, joined):
    for number in range(10):
        run = await start_run(storage, joined, str(number))
        await asyncio.gather(
            finish(storage, run, Retry(START, "fortnox_unavailable", {})),
            storage.events.append([joined.event(str(number))]),
        )
        async with storage.unit.view(SYSTEM) as uow:
            page = await uow.runs.list_page(RunFilter(external_id=str(number), states=(RunState.QUEUED,)))
        assert len(page.items) == 1


async def test_expire_leases_with_a_successor_counts_the_crash_on_it(storage, joined, clock):
    run = await start_run(storage, joined)
    [answer] = await storage.events.append([joined.event()])
    clock.advance(61)
    async with storage.unit(SYSTEM) as uow:
        [lost] = await uow.run_queue.expire_leases()
    assert (lost.id, lost.state) == (run.id, RunState.SKIPPED)
    assert (await get_run(storage, answer.run_id)).crashes == 1


async def test_create_manual_queues_a_run_for_the_person(storage, joined):
    async with storage.unit(SYSTEM) as uow:
        enqueued = await uow.runs.create_manual(manual(joined))
    assert enqueued.is_coalesced is False
    assert enqueued.run.source == joined.source()
    assert (enqueued.run.requested_kind, enqueued.run.requested_by) == ("order", "anna")


async def test_create_manual_is_taken_in_by_the_queued_run_and_makes_it_due(storage, joined, clock):
    run = await start_run(storage, joined)
    await finish(storage, run, Retry(clock.now() + timedelta(hours=1), "fortnox_unavailable", {}))

    async with storage.unit(SYSTEM) as uow:
        enqueued = await uow.runs.create_manual(manual(joined, requested_kind=None))

    assert (enqueued.run.id, enqueued.is_coalesced) == (run.id, True)
    assert (enqueued.run.due_at, enqueued.run.trigger) == (clock.now(), TriggerKind.MANUAL)
    assert len(await claim(storage)) == 1


async def test_create_manual_of_another_generation_is_another_run(storage, joined):
    async with storage.unit(SYSTEM) as uow:
        await uow.runs.create_manual(manual(joined))
        second = await uow.runs.create_manual(manual(joined, id=RunId(uuid4()), key=joined.key(generation=2)))
    assert second.is_coalesced is False


async def test_create_manual_in_parallel_makes_one_run(storage, joined):
    async def ask():
        async with storage.unit(SYSTEM) as uow:
            return await uow.runs.create_manual(manual(joined, id=RunId(uuid4())))

    enqueued = await asyncio.gather(*(ask() for _ in range(20)))
    assert len({one.run.id for one in enqueued}) == 1
    assert sum(not one.is_coalesced for one in enqueued) == 1


async def test_park_queued_parks_only_what_nobody_holds(storage, joined):
    [answer] = await storage.events.append([joined.event()])
    running = await start_run(storage, joined, "813")
    parked = Parked("account_disconnected", {})
    async with storage.unit(SYSTEM) as uow:
        # The first was claimed together with the second.
        await uow.run_queue.finish(answer.run_id, 1, Retry(START, "x", {}))
        assert await uow.run_queue.park_queued(answer.run_id, parked)
        assert not await uow.run_queue.park_queued(running.id, parked)
        assert not await uow.run_queue.park_queued(answer.run_id, parked)
    assert (await get_run(storage, answer.run_id)).state is RunState.PARKED


async def test_find_parked_answers_what_nothing_followed(storage, joined, foreign, clock):
    parked = Parked("fortnox_reconnect", {})
    for deal in ("1", "2"):
        await finish(storage, await start_run(storage, joined, deal), parked)
    await finish(storage, await start_run(storage, foreign, "1"), parked)
    await finish(storage, await start_run(storage, joined, "3"), Parked("article_not_found", {}))
    clock.advance(1)
    await storage.events.append([joined.event("2")])

    async with storage.unit.view(SYSTEM) as uow:
        by_company = await uow.runs.find_parked(["fortnox_reconnect"], company_id=joined.company.id)
        by_connection = await uow.runs.find_parked(["fortnox_reconnect"], connection_id=foreign.connection.id)
        by_account = await uow.runs.find_parked(["fortnox_reconnect"], source_account_id=joined.account.id)
    assert [run.key for run in by_company] == [joined.key("1")]
    assert [run.key for run in by_connection] == [foreign.key("1")]
    assert by_account == by_company


async def test_list_page_walks_through_all_runs_once_newest_first(storage, joined, clock):
    for number in range(7):
        await storage.events.append([joined.event(f"{number}a"), joined.event(f"{number}b")])
        clock.advance(1)
    seen, cursor = [], None
    async with storage.unit.view(SYSTEM) as uow:
        while True:
            page = await uow.runs.list_page(RunFilter(), limit=4, cursor=cursor)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len({run.id for run in seen}) == len(seen) == 14
    assert [run.created_at for run in seen] == sorted((run.created_at for run in seen), reverse=True)


async def test_list_page_filters_by_every_condition(storage, joined, foreign, clock):
    await finish(storage, await start_run(storage, joined, "8%1"), Parked("article_not_found", {}))
    clock.advance(10)
    await storage.events.append([joined.event("801"), foreign.event("900")])

    async def ids(**conditions):
        async with storage.unit.view(SYSTEM) as uow:
            return {run.key.external_id for run in (await uow.runs.list_page(RunFilter(**conditions))).items}

    assert await ids(states=(RunState.PARKED,)) == {"8%1"}
    assert await ids(reasons=("article_not_found",)) == {"8%1"}
    assert await ids(connection_id=joined.connection.id) == {"8%1"}
    assert await ids(source_account_id=joined.account.id) == {"8%1", "801"}
    assert await ids(connector="hubspot") == set()
    assert await ids(external_id="900", object_kind="deal") == {"900"}
    assert await ids(text="8%") == {"8%1"}
    assert await ids(text="ARTICLE") == {"8%1"}
    assert await ids(created_from=clock.now()) == {"801", "900"}
    assert await ids(created_to=clock.now()) == {"8%1"}


async def test_database_refuses_states_it_does_not_know_and_two_queued_runs(storage, joined):
    await storage.events.append([joined.event(), joined.event("813")])
    for statement in ("UPDATE run SET state = 'lost'", "UPDATE run SET external_id = '812'"):
        with pytest.raises(IntegrityError):
            async with storage._database.writing() as connection:
                await connection.execute(text(statement))


async def test_runs_that_wait_for_something_of_one_company_are_due_when_it_is_there(storage, joined, foreign, clock):
    later = clock.now() + timedelta(minutes=30)
    for where, deal, reason in ((joined, "1", "x"), (joined, "2", "y"), (foreign, "3", "x")):
        await finish(storage, await start_run(storage, where, deal), Retry(later, reason, {}))

    async with storage.unit(SYSTEM) as uow:
        woken = await uow.run_queue.hasten("x", joined.company.id)
        again = await uow.run_queue.hasten("x", joined.company.id)

    assert (woken, again) == (1, 0)
    assert [run.key.external_id for run in await claim(storage)] == ["1"]
