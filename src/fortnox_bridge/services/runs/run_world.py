"""Opens the world of one run: its connection, rules, source session, Fortnox gateway and ledgers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from fortnox_bridge.domain.connection import FortnoxCompany
from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.ids import ConnectionId, RunId, SourceRef
from fortnox_bridge.domain.instalment import is_instalment
from fortnox_bridge.domain.meters import Meters
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import BusinessKey, Run, RunTask, Step, TriggerKind
from fortnox_bridge.fortnox.limiter import Priority
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.ports import StepLog, VatNumberCheck
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.records.caught_up_copy import CaughtUpCopy
from fortnox_bridge.services.runs.instalment_session import for_instalments
from fortnox_bridge.services.runs.replay import Replay
from fortnox_bridge.storage import SYSTEM, NewRun, Storage


def _priority(run: Run) -> Priority:
    """What nobody waits for gives way to what somebody does."""
    return Priority.RECONCILE if run.trigger in {TriggerKind.BACKFILL, TriggerKind.SCHEDULE} else Priority.WEBHOOK


@dataclass(frozen=True, slots=True)
class NoteLinks:
    """The links that notes show."""

    replays: Replay
    connection_id: ConnectionId

    async def run_page(self, run_id: RunId) -> str:
        return await self.replays.issue_link(run_id, self.connection_id)


@dataclass(frozen=True, slots=True)
class QueuedFollowers:
    """Not fenced: a run that somebody else holds by now queues what its successor would queue as well."""

    storage: Storage
    deployment: Deployment
    run: Run
    connection_id: ConnectionId

    async def start(self, source: SourceRef, kind: DocumentKind | None) -> None:
        await self._queue(replace(self._new(source), requested_kind=kind.value if kind else None))

    async def hand_over(self, source: SourceRef) -> None:
        asked = self.run
        await self._queue(
            replace(self._new(source), requested_kind=asked.requested_kind, requested_action=asked.requested_action)
        )

    def _new(self, source: SourceRef) -> NewRun:
        return NewRun(
            id=RunId(self.deployment.new_id()),
            key=BusinessKey(self.run.key.source_account_id, source.kind, source.external_id),
            trigger=self.run.trigger,
            requested_by=self.run.requested_by or self.run.source.external_id,
            connection_id=self.connection_id,
        )

    async def _queue(self, new: NewRun) -> None:
        async with self.storage.unit(SYSTEM) as unit:
            await unit.runs.create_manual(new)


class MeteredSteps:
    """The step log, with a clock that operators see."""

    def __init__(self, steps: StepLog, meters: Meters) -> None:
        self._steps = steps
        self._meters = meters

    async def record(self, step: Step) -> None:
        self._meters.step(step.stage.value, step.error_code or "", step.duration_ms / 1000)
        await self._steps.record(step)


class RunWorld:
    def __init__(
        self,
        *,
        storage: Storage,
        sources: SourceAccess,
        fortnox: FortnoxAccess,
        replay: Replay,
        vat_numbers: VatNumberCheck,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._fortnox = fortnox
        self._replay = replay
        self._vat_numbers = vat_numbers
        self._deployment = deployment

    def object_kind(self, connector: str) -> str:
        return self._sources.connector(connector).object_kind

    @asynccontextmanager
    async def open(
        self, run: Run, overview: ConnectionOverview, rules: SyncRules, head: DealHead | None = None
    ) -> AsyncIterator[StageContext]:
        """The world of one attempt; `head` is the deal's if routing had to read it."""
        account, company = overview.source_account, overview.company
        run = await self._latest(run, company)
        ledgers = self._storage.ledgers(run, overview.connection, company)
        gateway = self._fortnox.gateway(company, priority=_priority(run))
        async with self._sources.open(account) as session:
            of_instalment = for_instalments(session, self.object_kind(account.connector))
            yield StageContext(
                run=run,
                connection=overview.connection,
                company=company,
                rules=rules,
                source=of_instalment if is_instalment(run.source) else session,
                source_title=self._sources.connector(account.connector).title,
                fortnox=gateway,
                documents=ledgers.documents,
                attachments=ledgers.attachments,
                links=ledgers.links,
                notes=ledgers.notes,
                registers=ledgers.registers,
                customer_copy=CaughtUpCopy(ledgers.customer_copy, gateway),
                vat_numbers=self._vat_numbers,
                steps=MeteredSteps(ledgers.steps, self._deployment.meters),
                user_links=NoteLinks(self._replay, overview.connection.id),
                followers=QueuedFollowers(self._storage, self._deployment, run, overview.connection.id),
                clock=self._deployment.clock,
                timing=self._deployment.timing,
                checkpoint=self._deployment.checkpoint,
                head=head,
            )

    async def _latest(self, run: Run, company: FortnoxCompany) -> Run:
        """The same run about the deal's latest document here: what happens to a deal concerns no earlier one (F60)."""
        if run.key.task is not RunTask.DOCUMENT:
            return run
        async with self._storage.unit.view(SYSTEM) as unit:
            latest = await unit.documents.latest_generation(run.source, company.id)
        return replace(run, key=replace(run.key, generation=max(latest, run.key.generation)))
