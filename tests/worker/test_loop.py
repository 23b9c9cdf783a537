"""The claim loop: as many runs as there are slots, and nothing that happens to one of them ends it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from fortnox_bridge.domain.checkpoints import pass_through
from fortnox_bridge.domain.ids import RunId, SourceAccountId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, LeaseLost, Run, RunState, TriggerKind
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.worker.doorbell import MemoryDoorbell
from fortnox_bridge.worker.loop import Worker

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# Polls so seldom that only the bell explains a quick reaction; beats and sweeps often enough to be seen.
TIMING = Timing(poll_s=30, heartbeat_s=0.01, sweep_s=0.01)


def make_run() -> Run:
    account = SourceAccountId(uuid4())
    return Run(
        id=RunId(uuid4()),
        key=BusinessKey(account, "deal", "1"),
        source=SourceRef("source", "a", "deal", "1"),
        trigger=TriggerKind.WEBHOOK,
        state=RunState.RUNNING,
        created_at=NOW,
        due_at=NOW,
    )


class FakeQueue:
    """Runs in memory; its faults are raised before anything else."""

    def __init__(self) -> None:
        self.waiting: list[Run] = []
        self.asked: list[int] = []
        self.extended: list[RunId] = []
        self.lost: set[RunId] = set()
        self.faults: list[Exception] = []
        self.abandoned = 0
        self.claim_gate: asyncio.Event | None = None
        self.claiming = asyncio.Event()

    async def claim(self, limit: int) -> list[Run]:
        self.asked.append(limit)
        if self.faults:
            raise self.faults.pop(0)
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        self.claiming.set()
        if self.claim_gate is not None:
            await self.claim_gate.wait()
        return taken

    async def extend(self, run: Run) -> None:
        self.extended.append(run.id)
        if run.id in self.lost:
            raise LeaseLost

    async def recover(self) -> int:
        found, self.abandoned = self.abandoned, 0
        return found


class Work:
    """What runs do: each waits until it is told to end."""

    def __init__(self) -> None:
        self.started: list[RunId] = []
        self.ended: list[RunId] = []
        self.cancelled: list[RunId] = []
        self.doors: dict[RunId, asyncio.Event] = {}
        self.faults: dict[RunId, Exception] = {}

    async def __call__(self, run: Run) -> None:
        self.started.append(run.id)
        try:
            if run.id in self.faults:
                raise self.faults[run.id]
            await self.doors.setdefault(run.id, asyncio.Event()).wait()
        except asyncio.CancelledError:
            self.cancelled.append(run.id)
            raise
        self.ended.append(run.id)

    def let_go(self, run: Run) -> None:
        self.doors.setdefault(run.id, asyncio.Event()).set()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def bell() -> MemoryDoorbell:
    return MemoryDoorbell()


@asynccontextmanager
async def working(queue, work, bell, *, slots=2, timing=TIMING, grace_s=1.0) -> AsyncIterator[Worker]:
    worker = Worker(queue=queue, execute=work, doorbell=bell, timing=timing, slots=slots, checkpoint=pass_through)
    worker.start()
    try:
        yield worker
    finally:
        for run_id in work.started:
            work.doors.setdefault(run_id, asyncio.Event()).set()
        await worker.stop(grace_s)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the state is in fakes that know no events
            await asyncio.sleep(0.001)


async def test_worker_takes_as_many_runs_as_it_has_slots_and_the_next_when_one_ends(queue, work, bell):
    runs = queue.waiting = [make_run() for _ in range(3)]
    first, second, third = runs

    async with working(queue, work, bell, slots=2):
        await until(lambda: len(work.started) == 2)
        await asyncio.sleep(0.02)
        assert work.started == [first.id, second.id]

        work.let_go(first)
        await until(lambda: len(work.started) == 3)

    assert work.started == [first.id, second.id, third.id]
    assert all(0 < limit <= 2 for limit in queue.asked)


async def test_bell_wakes_an_idle_worker_long_before_its_next_poll(queue, work, bell):
    async with working(queue, work, bell):
        await until(lambda: queue.asked)
        queue.waiting.append(make_run())
        bell.ring()

        await until(lambda: work.started)


async def test_bell_rung_while_a_claim_is_under_way_is_not_lost(queue, work, bell):
    queue.claim_gate = asyncio.Event()

    async with working(queue, work, bell):
        await queue.claiming.wait()
        queue.waiting.append(make_run())
        bell.ring()
        queue.claim_gate.set()

        await until(lambda: work.started)


async def test_failure_of_one_run_ends_neither_the_others_nor_the_loop(queue, work, bell):
    broken, sound, later = make_run(), make_run(), make_run()
    work.faults[broken.id] = RuntimeError("a fault nobody thought of")
    queue.waiting = [broken, sound]

    async with working(queue, work, bell):
        await until(lambda: len(work.started) == 2)
        work.let_go(sound)
        await until(lambda: work.ended == [sound.id])
        queue.waiting.append(later)
        bell.ring()
        await until(lambda: later.id in work.started)


async def test_run_whose_lease_is_lost_is_cancelled_and_others_go_on(queue, work, bell):
    taken, kept = make_run(), make_run()
    queue.waiting = [taken, kept]
    queue.lost = {taken.id}

    async with working(queue, work, bell):
        await until(lambda: work.cancelled == [taken.id])
        work.let_go(kept)
        await until(lambda: work.ended == [kept.id])


async def test_lease_is_renewed_while_a_run_works_and_not_after(queue, work, bell):
    run = make_run()
    queue.waiting = [run]

    async with working(queue, work, bell):
        await until(lambda: queue.extended.count(run.id) >= 3)
        work.let_go(run)
        await until(lambda: work.ended)
        await asyncio.sleep(0.02)
        beats = len(queue.extended)
        await asyncio.sleep(0.05)

    assert len(queue.extended) == beats


async def test_heartbeat_that_fails_for_a_while_does_not_stop_the_run(queue, work, bell):
    class Flaky(FakeQueue):
        async def extend(self, run):
            self.extended.append(run.id)
            raise ConnectionError("the database is away")

    flaky, run = Flaky(), make_run()
    flaky.waiting = [run]

    async with working(flaky, work, bell):
        await until(lambda: len(flaky.extended) >= 3)
        work.let_go(run)
        await until(lambda: work.ended == [run.id])


async def test_worker_outlives_a_database_that_is_away(queue, work, bell):
    queue.faults = [ConnectionError("away"), ConnectionError("still away")]
    queue.waiting = [make_run()]

    async with working(queue, work, bell, timing=Timing(poll_s=0.01, sweep_s=0.01)):
        await until(lambda: work.started)


async def test_stop_lets_running_work_end_and_claims_nothing_more(queue, work, bell):
    run = make_run()
    queue.waiting = [run]
    async with working(queue, work, bell) as worker:
        await until(lambda: work.started)
        stopping = asyncio.create_task(worker.stop(5))
        await asyncio.sleep(0.01)
        queue.waiting.append(make_run())
        bell.ring()
        work.let_go(run)
        await stopping

    assert work.ended == [run.id]
    assert work.started == [run.id]
    assert work.cancelled == []


async def test_stop_abandons_what_does_not_end_in_time(queue, work, bell):
    run = make_run()
    queue.waiting = [run]
    async with working(queue, work, bell) as worker:
        await until(lambda: work.started)
        await worker.stop(0.01)

    assert work.cancelled == [run.id]


async def test_stop_during_a_claim_lets_the_claimed_run_end(queue, work, bell):
    """Cut off between the claim's commit and the first step, the run would wait for its lease and count as crashed."""
    run = make_run()
    queue.waiting = [run]
    queue.claim_gate = asyncio.Event()
    async with working(queue, work, bell) as worker:
        await queue.claiming.wait()
        stopping = asyncio.create_task(worker.stop(5))
        await asyncio.sleep(0.01)
        work.let_go(run)
        queue.claim_gate.set()
        await stopping

    assert work.ended == [run.id]


async def test_sweeper_puts_back_what_a_crash_left_and_rings(queue, work, bell):
    async with working(queue, work, bell):
        await until(lambda: queue.asked)
        queue.waiting.append(make_run())
        queue.abandoned = 1

        await until(lambda: work.started)


async def test_worker_that_was_never_started_stops(queue, work, bell):
    worker = Worker(queue=queue, execute=work, doorbell=bell, timing=TIMING, slots=1, checkpoint=pass_through)

    await worker.stop(0.1)


async def test_checkpoint_is_passed_for_every_claimed_run(queue, work, bell):
    passed: list[str] = []
    queue.waiting = [make_run(), make_run()]
    worker = Worker(queue=queue, execute=work, doorbell=bell, timing=TIMING, slots=2, checkpoint=passed.append)
    worker.start()
    await until(lambda: len(work.started) == 2)
    for run_id in work.started:
        work.doors[run_id].set()
    await worker.stop(1)

    assert passed == ["run.claimed", "run.claimed"]


async def test_doorbell_wait_ends_after_its_time_and_keeps_no_old_ring():
    bell = MemoryDoorbell()
    bell.ring()
    await bell.wait(30)

    async with asyncio.timeout(5):
        await bell.wait(0.001)
