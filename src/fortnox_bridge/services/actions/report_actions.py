"""Tell platforms what became of the calls they wait for: at least once, until they know (F13)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from fortnox_bridge.domain.action_call import RememberedCall
from fortnox_bridge.domain.errors import BridgeError, Transient
from fortnox_bridge.domain.run import Run, RunState
from fortnox_bridge.sdk import ActionOutcome
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.actions.outcomes import outcome_of
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import SUPERSEDED, SYSTEM, Storage

log = structlog.get_logger()

# A platform lets its workflow go on after a week at most (facts: hubspot 18.2).
_PATIENCE: Final = timedelta(days=7)


class ReportActions:
    def __init__(self, *, storage: Storage, sources: SourceAccess, deployment: Deployment) -> None:
        self._storage = storage
        self._sources = sources
        self._deployment = deployment

    async def __call__(self) -> None:
        """Tell of every call whose work has ended; those that cannot be told now are tried again later."""
        async with self._storage.unit.view(SYSTEM) as unit:
            owed = await unit.action_calls.owed(self._deployment.clock.now())
        for call in owed:
            await self._tell(call)

    async def _tell(self, call: RememberedCall) -> None:
        told = await self._outcome(call)
        if told is None:
            return
        outcome, run = told
        try:
            await self._report(call, outcome)
        except Transient as error:
            await self._later(call, error.retry_after_s)
            return
        except BridgeError as error:
            # Nobody can be told any more: the workflow goes on by itself when its patience ends.
            log.warning("action.not_reported", run_id=str(run.id), code=error.code)
        self._deployment.checkpoint("action.reported")
        async with self._storage.unit(SYSTEM) as unit:
            await unit.action_calls.settle(call.id, self._deployment.clock.now())

    async def _outcome(self, call: RememberedCall) -> tuple[ActionOutcome, Run] | None:
        """How it ended; None when another run took the work over, which is then waited for."""
        async with self._storage.unit(SYSTEM) as unit:
            run = await unit.runs.get(call.run_id)
            if run is None:
                await unit.action_calls.settle(call.id, self._deployment.clock.now())
                return None
            if run.state is RunState.SKIPPED and run.reason == SUPERSEDED:
                latest = await unit.runs.latest_of_work(run.key)
                if latest is not None and latest.id != run.id:
                    await unit.action_calls.follow(call.id, latest.id)
                    return None
            return outcome_of(replace(call, waits=False), run, await unit.documents.of_source(run.source)), run

    async def _report(self, call: RememberedCall, outcome: ActionOutcome) -> None:
        async with self._storage.unit.view(SYSTEM) as unit:
            account = await unit.source_accounts.get(call.source_account_id)
        if account is None:
            return
        async with self._sources.open(account) as session:
            if session.action_reporter is not None:
                await session.action_reporter.report(call.call_id, outcome)

    async def _later(self, call: RememberedCall, wait_s: float | None) -> None:
        now = self._deployment.clock.now()
        steps = self._deployment.timing.retry_s
        pause = max(steps[min(call.attempt, len(steps) - 1)], wait_s or 0)
        async with self._storage.unit(SYSTEM) as unit:
            if now - call.created_at > _PATIENCE:
                await unit.action_calls.settle(call.id, now)
            else:
                await unit.action_calls.postpone(call.id, call.attempt + 1, now + timedelta(seconds=pause))
