"""The worker on a real database: claims once, recovers what a crash left, and two workers share the work."""

import asyncio
from uuid import uuid4

import pytest
from tests.worker.test_loop import until

from fortnox_bridge.domain.checkpoints import pass_through
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.connection import AccessState, SourceAccount
from fortnox_bridge.domain.ids import RunId, SourceAccountId
from fortnox_bridge.domain.run import BusinessKey, Done, RunState, TriggerKind
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.services.runs.queue import RunQueue
from fortnox_bridge.storage import SYSTEM, Cipher, NewRun, Storage
from fortnox_bridge.worker.doorbell import MemoryDoorbell
from fortnox_bridge.worker.loop import Worker

# Nobody vanishes: a lease that ran out because the machine was busy would be recovered, and rightly.
STEADY = Timing(lease_s=60, heartbeat_s=0.05, sweep_s=0.02, poll_s=0.02)
VANISHING = Timing(lease_s=0.3, heartbeat_s=0.05, sweep_s=0.02, poll_s=0.02)


@pytest.fixture
async def storage(sqlite_url):
    opened = Storage.open(sqlite_url, Cipher({"k": b"1" * 32}), SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
async def runs(storage):
    account = SourceAccount(
        id=SourceAccountId(uuid4()),
        connector="source",
        external_id="a",
        name="A",
        access=AccessState.CONNECTED,
        credential_kind="oauth",
    )
    async with storage.unit(SYSTEM) as unit:
        await unit.source_accounts.add(account)
        return [
            (
                await unit.runs.create_manual(
                    NewRun(
                        id=RunId(uuid4()),
                        key=BusinessKey(account.id, "deal", str(number)),
                        trigger=TriggerKind.MANUAL,
                        requested_by="test",
                    )
                )
            ).run.id
            for number in range(6)
        ]


async def _states(storage, runs):
    async with storage.unit.view(SYSTEM) as unit:
        return [(await unit.runs.get(run_id)).state for run_id in runs]


async def test_two_workers_share_the_work_and_do_nothing_twice(storage, runs):
    worked = []

    async def execute(run):
        worked.append(run.id)
        await asyncio.sleep(0.01)
        async with storage.unit(SYSTEM) as unit:
            await unit.run_queue.finish(run.id, run.fence, Done("invoice", "1"))

    workers = [_worker(storage, execute, STEADY) for _ in range(2)]
    for worker in workers:
        worker.start()
    await until(lambda: len(worked) == len(runs))
    for worker in workers:
        await worker.stop(2)

    assert sorted(worked) == sorted(runs)
    assert await _states(storage, runs) == [RunState.DONE] * len(runs)


async def test_run_of_a_worker_that_vanished_is_taken_up_by_another(storage, runs):
    queue = RunQueue(storage, VANISHING)
    (abandoned,) = await queue.claim(1)
    worked = []

    async def execute(run):
        worked.append(run)
        async with storage.unit(SYSTEM) as unit:
            await unit.run_queue.finish(run.id, run.fence, Done("invoice", "1"))

    worker = _worker(storage, execute, VANISHING)
    worker.start()
    await until(lambda: abandoned.id in {run.id for run in worked})
    await worker.stop(2)

    again = next(run for run in worked if run.id == abandoned.id)
    assert again.crashes == 1
    assert again.fence > abandoned.fence


def _worker(storage, execute, timing):
    return Worker(
        queue=RunQueue(storage, timing),
        execute=execute,
        doorbell=MemoryDoorbell(),
        timing=timing,
        slots=2,
        checkpoint=pass_through,
    )
