"""Execute one claimed run: route it, run the pipeline, judge what happened, tell the source, record the outcome."""

import random
from dataclasses import replace

import structlog

from fortnox_bridge.domain.errors import BridgeError, ReconnectRequired
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import LeaseLost, Parked, Retry, Run, RunOutcome, Skipped
from fortnox_bridge.pipeline import note_back, policy, runner
from fortnox_bridge.services.accounts import Accounts
from fortnox_bridge.services.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.resume import FORTNOX_RECONNECT_CODES
from fortnox_bridge.services.run_world import RunWorld
from fortnox_bridge.services.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, Storage
from fortnox_bridge.sync_settings.faults import InvalidSettings

log = structlog.get_logger()


class ExecuteRun:
    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        accounts: Accounts,
        settings: SyncSettings,
        world: RunWorld,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._accounts = accounts
        self._settings = settings
        self._world = world
        self._deployment = deployment

    async def __call__(self, run: Run) -> None:
        """Bring the run to an outcome and record it under its fence.

        Raises:
            LeaseLost: the run belongs to somebody else; nothing was recorded.
        """
        outcome = await self._outcome(run)
        async with self._storage.unit(SYSTEM) as unit:
            await unit.run_queue.finish(run.id, run.fence, outcome)
        match outcome:
            case Parked():
                log.warning("run.parked", reason_code=outcome.code, detail=outcome.detail)
            case Retry():
                log.info("run.delayed", reason_code=outcome.code, due_at=outcome.at.isoformat())
            case Skipped():
                log.info("run.skipped", reason_code=outcome.reason)
            case _:
                log.info("run.done", document_number=outcome.document_number)

    async def _outcome(self, run: Run) -> RunOutcome:
        overview = await self._route(run)
        if overview is None:
            return Skipped("no_connection", {})
        if not overview.connection.is_active:
            return Skipped("connection_inactive", {"connection": overview.connection.name})
        try:
            rules = await self._settings.rules(overview.connection.id)
        except InvalidSettings as error:
            return Parked("settings_unreadable", {"connection": overview.connection.name}, detail=str(error)[:500])
        rules = self._with_support(rules)
        async with self._storage.unit(SYSTEM) as unit:
            await unit.run_queue.set_connection(run.id, run.fence, overview.connection.id, rules.revision)
        run = replace(run, connection_id=overview.connection.id, settings_revision=rules.revision)
        after_crashes = self._judge(None, run)
        if isinstance(after_crashes, Parked):
            return await self._park(run, overview, rules, after_crashes)
        return await self._attempt(run, overview, rules)

    async def _route(self, run: Run) -> ConnectionOverview | None:
        """The connection that the source account's events belong to; routing rules (F5) choose among several."""
        if run.connection_id is not None:
            return await self._connections.get(run.connection_id)
        async with self._storage.unit(SYSTEM) as unit:
            found = await unit.connections.of_source_account(run.key.source_account_id)
        return await self._connections.get(found.id) if found else None

    async def _attempt(self, run: Run, overview: ConnectionOverview, rules: SyncRules) -> RunOutcome:
        try:
            async with self._world.open(run, overview, rules) as ctx:
                return await runner.run(ctx)
        except LeaseLost:
            raise
        except Exception as error:
            if not isinstance(error, BridgeError):
                log.exception("run.unexpected_error")
            await self._note_lost_access(error, overview)
            verdict = self._judge(error, run)
            if isinstance(verdict, Retry):
                return verdict
            return await self._park(run, overview, rules, verdict)

    def _judge(self, error: BaseException | None, run: Run) -> Retry | Parked:
        return policy.decide(
            error,
            run.attempt,
            run.crashes,
            run.created_at,
            self._deployment.clock.now(),
            self._deployment.timing,
            random.uniform,
        )

    async def _park(self, run: Run, overview: ConnectionOverview, rules: SyncRules, parked: Parked) -> RunOutcome:
        """Tell the source why. A note that fails for a while delays the parking, never hides its reason (F84)."""
        try:
            async with self._world.open(run, overview, rules) as ctx:
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
