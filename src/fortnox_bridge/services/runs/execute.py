"""Execute one claimed run: route it, run the pipeline, judge what happened, tell the source, record the outcome."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from fortnox_bridge.domain.errors import BridgeError, OutcomeUnknown, ReconnectRequired, Unavailable
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import LeaseLost, Parked, Retry, Run, RunOutcome, Skipped, Synced, TriggerKind
from fortnox_bridge.pipeline import note_back, policy, tasks
from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.resume import FORTNOX_RECONNECT_CODES
from fortnox_bridge.services.connections.connections import ConnectionOverview
from fortnox_bridge.services.connections.routing import Routed, Routing
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.runs.breakers import Breakers, Upstream
from fortnox_bridge.services.runs.run_world import RunWorld
from fortnox_bridge.storage import SYSTEM, Storage, StorageUnavailable

log = structlog.get_logger()

_RECORD_TRIES: Final = 5


class ExecuteRun:
    def __init__(
        self,
        *,
        storage: Storage,
        routing: Routing,
        accounts: Accounts,
        world: RunWorld,
        breakers: Breakers,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._routing = routing
        self._accounts = accounts
        self._world = world
        self._breakers = breakers
        self._deployment = deployment

    async def __call__(self, run: Run) -> None:
        """Bring the run to an outcome and record it under its fence.

        Raises:
            LeaseLost: the run belongs to somebody else; nothing was recorded.
        """
        outcome = await self._outcome(run)
        await self._record(run, outcome)
        state, reason = _told(outcome)
        seconds = (self._deployment.clock.now() - run.created_at).total_seconds()
        self._deployment.meters.run(run.key.task.value, state, reason, max(0.0, seconds))
        match outcome:
            case Parked():
                log.warning("run.parked", reason_code=outcome.code, detail=outcome.detail)
            case Retry():
                log.info("run.delayed", reason_code=outcome.code, due_at=outcome.at.isoformat())
            case Skipped():
                log.info("run.skipped", reason_code=outcome.reason)
            case Synced():
                log.info("run.synced", task=outcome.task, number=outcome.number, change=outcome.change)
            case _:
                log.info("run.done", document_number=outcome.document_number)

    async def _record(self, run: Run, outcome: RunOutcome) -> None:
        """A database that is away for a moment is waited for; for longer, the sweeper takes over."""
        for attempt in range(1, _RECORD_TRIES + 1):
            try:
                async with self._storage.unit(SYSTEM) as unit:
                    await unit.run_queue.finish(run.id, run.fence, outcome)
            except StorageUnavailable:
                if attempt == _RECORD_TRIES:
                    raise
                await asyncio.sleep(self._deployment.timing.poll_s)
            else:
                return

    async def _outcome(self, run: Run) -> RunOutcome:
        try:
            routed = await self._routing(run)
        except Exception as caught:  # noqa: BLE001 - judged like those of the pipeline
            return await self._unrouted(run, _in_our_terms(caught))
        if routed is None:
            return Skipped("no_connection", {})
        overview = routed.overview
        if not overview.connection.is_active:
            return Skipped("connection_inactive", {"connection": overview.connection.name})
        routed = replace(routed, rules=self._with_support(routed.rules))
        async with self._storage.unit(SYSTEM) as unit:
            await unit.run_queue.set_connection(run.id, run.fence, overview.connection.id, routed.rules.revision)
        run = replace(run, connection_id=overview.connection.id, settings_revision=routed.rules.revision)
        after_crashes = self._judge(None, run)
        if isinstance(after_crashes, Parked):
            return await self._park(run, routed, after_crashes)
        paused = self._paused(overview)
        return paused or await self._attempt(run, routed)

    async def _unrouted(self, run: Run, error: Exception) -> RunOutcome:
        """The deal could not even be looked at, so nobody knows whose it is: there is no note to write."""
        if not isinstance(error, BridgeError):
            log.error("run.unexpected_error", exc_info=error)
        if isinstance(error, ReconnectRequired):
            await self._accounts.lose_source(run.key.source_account_id)
        return self._judge(error, run)

    def _paused(self, overview: ConnectionOverview) -> Retry | None:
        """A system that failed again and again is left alone for a while; that costs the run no attempt."""
        for upstream in _upstreams(overview):
            wait_s = self._breakers.wait_s(upstream)
            if wait_s > 0:
                at = self._deployment.clock.now() + timedelta(seconds=wait_s * self._deployment.jitter(1, 1.2))
                return Retry(at, "system_paused", {"system": upstream.system}, spends_attempt=False)
        return None

    async def _attempt(self, run: Run, routed: Routed) -> RunOutcome:
        overview = routed.overview
        if routed.refusal is not None and run.trigger is TriggerKind.BACKFILL:
            # Nobody asked for this deal in particular: it is simply another connection's.
            return Skipped(routed.refusal.code, dict(routed.refusal.params))
        if routed.refusal is not None:
            return await self._give_up(run, routed, routed.refusal)
        try:
            async with self._world.open(run, overview, routed.rules, routed.head) as ctx:
                outcome = await tasks.carry_out(ctx)
        except LeaseLost:
            raise
        except Exception as caught:
            error = _in_our_terms(caught)
            if not isinstance(error, BridgeError):
                log.exception("run.unexpected_error")
            self._count_failure(error, overview)
            await self._note_lost_access(error, overview)
            return await self._give_up(run, routed, error)
        for upstream in _upstreams(overview):
            self._breakers.succeeded(upstream)
        return outcome

    async def _give_up(self, run: Run, routed: Routed, error: Exception) -> RunOutcome:
        """For now, or until a person has acted."""
        verdict = self._judge(error, run)
        return verdict if isinstance(verdict, Retry) else await self._park(run, routed, verdict)

    def _count_failure(self, error: Exception, overview: ConnectionOverview) -> None:
        """An answer of any kind is a sign of life; only a system that does not answer counts against it."""
        if not isinstance(error, Unavailable | OutcomeUnknown):
            return
        fortnox, source = _upstreams(overview)
        is_fortnox = error.params.get("system") == fortnox.system or error.code.startswith("fortnox_")
        if is_fortnox:
            self._breakers.failed(fortnox)
        elif "system" in error.params or error.code.startswith("source_"):
            self._breakers.failed(source)

    def _judge(self, error: BaseException | None, run: Run) -> Retry | Parked:
        return policy.decide(
            error,
            run.attempt,
            run.crashes,
            run.created_at,
            self._deployment.clock.now(),
            self._deployment.timing,
            self._deployment.jitter,
        )

    async def _park(self, run: Run, routed: Routed, parked: Parked) -> RunOutcome:
        """Tell the source why. A note that fails for a while delays the parking, never hides its reason (F84)."""
        try:
            async with self._world.open(run, routed.overview, routed.rules) as ctx:
                await note_back.note_failure(ctx, parked)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            verdict = self._judge(error, run)
            if isinstance(verdict, Retry):
                return replace(verdict, code=parked.code, params=parked.params)
            log.warning("note.not_written", reason_code=verdict.code, detail=verdict.detail)
        return parked

    async def _note_lost_access(self, error: Exception, overview: ConnectionOverview) -> None:
        if not isinstance(error, ReconnectRequired):
            return
        if error.code in FORTNOX_RECONNECT_CODES:
            await self._accounts.lose_company(overview.company.id)
        else:
            await self._accounts.lose_source(overview.source_account.id)

    def _with_support(self, rules: SyncRules) -> SyncRules:
        contact = rules.notes.support_contact or self._deployment.support_contact
        return replace(rules, notes=replace(rules.notes, support_contact=contact))


def _upstreams(overview: ConnectionOverview) -> tuple[Upstream, Upstream]:
    """Fortnox, then the source."""
    company, account = overview.company, overview.source_account
    return Upstream("Fortnox", str(company.id)), Upstream(account.name, str(account.id))


def _in_our_terms(error: Exception) -> Exception:
    """A database that did not answer is a passing fault: the ledgers tell the next attempt what was done."""
    if isinstance(error, StorageUnavailable):
        return Unavailable("storage_unavailable", detail=str(error))
    return error


def _told(outcome: RunOutcome) -> tuple[str, str]:
    """State and reason code, as metrics tell them."""
    match outcome:
        case Parked():
            return "parked", outcome.code
        case Retry():
            return "delayed", outcome.code
        case Skipped():
            return "skipped", outcome.reason
        case _:
            return "done", ""
