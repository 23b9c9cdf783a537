"""The queue of runs as the worker sees it: each call one short transaction."""

from fortnox_bridge.domain.run import Run
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.storage import SYSTEM, Storage


class RunQueue:
    def __init__(self, storage: Storage, timing: Timing, *, per_account: int = 1000) -> None:
        self._storage = storage
        self._timing = timing
        self._per_account = per_account

    async def claim(self, limit: int) -> list[Run]:
        """Take up to `limit` due runs, each under a lease."""
        async with self._storage.unit(SYSTEM) as unit:
            claimed = await unit.run_queue.claim(limit, self._timing.lease_s, per_account=self._per_account)
            return list(claimed)

    async def extend(self, run: Run) -> None:
        """Renew the lease.

        Raises:
            LeaseLost: the run belongs to somebody else.
        """
        async with self._storage.unit(SYSTEM) as unit:
            await unit.run_queue.heartbeat(run.id, run.fence, self._timing.lease_s)

    async def recover(self) -> int:
        """Put back what a crash left running, and forget links nobody can use any more."""
        async with self._storage.unit(SYSTEM) as unit:
            lost = await unit.run_queue.expire_leases()
            await unit.oauth_states.delete_expired()
            await unit.replay_links.delete_expired()
        return len(lost)
