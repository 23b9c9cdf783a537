"""The claim loop of one process (facts: reliability 4.2, 4.8)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import structlog

from fortnox_bridge.domain.checkpoints import Checkpoint
from fortnox_bridge.domain.meters import Meters, NoMeters
from fortnox_bridge.domain.run import LeaseLost, Run
from fortnox_bridge.domain.timing import Timing

log = structlog.get_logger()

T = TypeVar("T")


class RunQueue(Protocol):
    """The runs as the worker needs them; each call is one short transaction."""

    async def claim(self, limit: int) -> list[Run]: ...

    async def extend(self, run: Run) -> None:
        """Renew the lease; `LeaseLost` when the run belongs to somebody else."""

    async def recover(self) -> int:
        """Put runs whose lease ran out back into the queue; answer how many."""


class Doorbell(Protocol):
    def ring(self) -> None: ...

    async def wait(self, timeout_s: float) -> None: ...


class Worker:
    """Works on up to `slots` runs at once until `stop`. A run's failure never ends the loop."""

    def __init__(
        self,
        *,
        queue: RunQueue,
        execute: Callable[[Run], Awaitable[None]],
        doorbell: Doorbell,
        timing: Timing,
        slots: int,
        checkpoint: Checkpoint,
        meters: Meters | None = None,
    ) -> None:
        self._queue = queue
        self._execute = execute
        self._doorbell = doorbell
        self._timing = timing
        self._slots = slots
        self._checkpoint = checkpoint
        self._meters = meters or NoMeters()
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._claiming: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._claiming = asyncio.create_task(self._claim_forever(), name="worker.claim")
        self._sweeping = asyncio.create_task(self._sweep_forever(), name="worker.sweep")

    async def stop(self, grace_s: float) -> None:
        """Claim nothing more and let what runs end; after `grace_s` it is abandoned to the sweeper."""
        self._stopping = True
        self._doorbell.ring()
        try:
            async with asyncio.timeout(grace_s):
                # A claim under way may bring runs: cut off, they would wait for their leases and count as crashes.
                if self._claiming is not None:
                    await asyncio.wait([self._claiming])
                if self._running:
                    await asyncio.wait(self._running)
        except TimeoutError:
            log.warning("worker.abandoned", runs=len(self._running))
        pending = [task for task in (self._claiming, self._sweeping, *self._running) if task is not None]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def _claim_forever(self) -> None:
        while not self._stopping:
            free = self._slots - len(self._running)
            claimed = await self._guarded(self._queue.claim(free)) if free > 0 else []
            for run in claimed or []:
                self._checkpoint("run.claimed")
                task = asyncio.create_task(self._work(run), name=f"run.{run.id}")
                self._running.add(task)
                task.add_done_callback(self._finished)
            if not claimed:
                await self._doorbell.wait(self._timing.poll_s)

    async def _sweep_forever(self) -> None:
        while not self._stopping:
            if await self._guarded(self._queue.recover()):
                self._doorbell.ring()
            await asyncio.sleep(self._timing.sweep_s)

    async def _work(self, run: Run) -> None:
        with structlog.contextvars.bound_contextvars(run_id=str(run.id), connector=run.source.connector):
            heart = asyncio.create_task(self._beat(run, asyncio.current_task()))
            try:
                await self._execute(run)
            except LeaseLost:
                log.warning("run.lease_lost")
            except Exception:
                # Nothing was recorded: the lease runs out and the sweeper counts a crash.
                log.exception("run.execution_failed")
            finally:
                heart.cancel()
                await asyncio.gather(heart, return_exceptions=True)

    async def _beat(self, run: Run, worker: "asyncio.Task[None] | None") -> None:
        while True:
            await asyncio.sleep(self._timing.heartbeat_s)
            try:
                await self._queue.extend(run)
            except LeaseLost:
                # Somebody else works on it: whatever this task would still do is refused by the fence.
                self._meters.lease_lost()
                log.warning("run.lease_lost")
                if worker is not None:
                    worker.cancel()
                return
            except Exception:
                log.exception("run.heartbeat_failed")

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._doorbell.ring()

    async def _guarded(self, call: Awaitable[T]) -> T | None:
        """The loop outlives a database that is away: log, wait, go on."""
        try:
            return await call
        except Exception:
            log.exception("worker.storage_unavailable")
            await asyncio.sleep(self._timing.poll_s)
            return None
