"""Any order of events, claims, outcomes and crashes against a model of two booleans (facts: reliability 6.5)."""

from itertools import count
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import (
    RUN_TRANSITIONS,
    Done,
    LeaseLost,
    Parked,
    Retry,
    Run,
    RunState,
    Skipped,
    TriggerKind,
)
from fortnox_bridge.storage import SYSTEM, NewRun

FINAL = {"done": Done("invoice", "1"), "skip": Skipped("no_rule", {}), "park": Parked("x", {})}
ACTIONS = ("event", "manual", "claim", "retry", "expire", "zombie", *FINAL)
DEALS = count(1)


class World:
    """One deal, and what ought to be true of it."""

    def __init__(self, storage, joined, clock):
        self.storage, self.joined, self.clock = storage, joined, clock
        self.deal = str(next(DEALS))
        self.is_queued = self.is_running = False
        self.known: dict[RunId, Run] = {}
        self.holders: list[Run] = []
        self.event_ids = []

    async def act(self, action):
        match action:
            case "event":
                [answer] = await self.storage.events.append([self.joined.event(self.deal)])
                self.event_ids.append(answer.event_id)
                self.is_queued = True
            case "manual":
                new = NewRun(RunId(uuid4()), self.joined.key(self.deal), TriggerKind.MANUAL, "anna")
                async with self.storage.unit(SYSTEM) as uow:
                    await uow.runs.create_manual(new)
                self.is_queued = True
            case "claim":
                async with self.storage.unit(SYSTEM) as uow:
                    claimed = await uow.run_queue.claim(100, 60)
                mine = [run for run in claimed if run.key.external_id == self.deal]
                assert len(mine) == (1 if self.is_queued and not self.is_running else 0)
                if mine:
                    self.holders += mine
                    self.is_queued, self.is_running = False, True
            case "expire":
                self.clock.advance(61)
                async with self.storage.unit(SYSTEM) as uow:
                    await uow.run_queue.expire_leases()
                self.is_queued, self.is_running = self.is_queued or self.is_running, False
            case "zombie":
                for old in self.holders[:-1]:
                    assert not await self.finish(old, Done("invoice", "zombie"))
            case "retry":
                if await self.finish_current(Retry(self.clock.now(), "x", {})):
                    self.is_queued, self.is_running = True, False
            case _:
                if await self.finish_current(FINAL[action]):
                    self.is_running = False

    async def finish_current(self, outcome):
        if not self.holders:
            return False
        done = await self.finish(self.holders[-1], outcome)
        assert done == self.is_running
        return done

    async def finish(self, run, outcome):
        try:
            async with self.storage.unit(SYSTEM) as uow:
                await uow.run_queue.finish(run.id, run.fence, outcome)
        except LeaseLost:
            return False
        return True

    async def check(self):
        async with self.storage.unit.view(SYSTEM) as uow:
            runs = await uow.runs.of_key(self.joined.key(self.deal))
            events = [await uow.events.get(event_id) for event_id in self.event_ids]
        states = [run.state for run in runs]
        assert states.count(RunState.QUEUED) == self.is_queued
        assert states.count(RunState.RUNNING) == self.is_running
        for run in runs:
            before = self.known.get(run.id)
            if before is not None:
                assert run.fence >= before.fence
                assert run.state is before.state or run.state in RUN_TRANSITIONS[before.state]
            assert (run.lease_until is not None) == (run.state is RunState.RUNNING)
            assert (run.ended_at is not None) == run.state.is_final
            self.known[run.id] = run
        assert {event.run_id for event in events} <= set(self.known)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(st.sampled_from(ACTIONS), max_size=14))
async def test_runs_in_any_order_of_actions_follow_the_declared_table(storage, joined, clock, actions):
    world = World(storage, joined, clock)
    for action in actions:
        await world.act(action)
        await world.check()
