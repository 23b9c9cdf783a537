"""Answer a workflow's call: remembered with its run in one commit, and only then accepted (facts: reliability 4.1)."""

import asyncio
from typing import Any, Final

import structlog

from fortnox_bridge.domain.action_call import RememberedCall
from fortnox_bridge.domain.connection import AccessState, SourceAccount
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import BridgeError, Transient
from fortnox_bridge.domain.ids import RunId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, RunTask, TriggerKind
from fortnox_bridge.sdk import ActionCall, ActionKind, ActionOutcome, ActionState, Connector
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.actions.outcomes import outcome_of, refused
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.storage import SYSTEM, AlreadyExists, NewRun, Storage

log = structlog.get_logger()

_CUSTOMERS: Final = frozenset({"company", "contact"})


class AnswerAction:
    def __init__(self, *, storage: Storage, sources: SourceAccess, deployment: Deployment, doorbell: Doorbell) -> None:
        self._storage = storage
        self._sources = sources
        self._deployment = deployment
        self._doorbell = doorbell

    async def __call__(self, connector: Connector[Any], call: ActionCall) -> ActionOutcome:
        """Do the work once per `call_id`; a call that comes again is answered by how far the first has come.

        Raises:
            Transient: the source system could not be asked; nothing was stored, and the call may come again.
        """
        account = await self._account(connector, call.account)
        if account is None:
            return refused("card_account_unknown", system=connector.title)
        known = await self._known(account, call.call_id)
        if known is not None:
            return known
        kind = call.inputs.get("document_kind", "")
        is_document = call.kind is ActionKind.CREATE_DOCUMENT
        if is_document and kind not in set(DocumentKind):
            return refused("action_kind_unknown", value=kind[:40] or "–")
        if not is_document and call.record_kind not in _CUSTOMERS:
            return refused("action_record_unfit", record=call.record_kind[:40])
        try:
            record, waits = await self._prepared(connector, account, call)
        except Transient:
            raise
        except BridgeError as error:
            return refused(error.code, **error.params)
        if record is None:
            return refused("action_no_deal", system=connector.title, record=f"{call.record_kind} {call.external_id}")
        return await self._queue(account, call, record, kind if is_document else None, waits=waits)

    async def _account(self, connector: Connector[Any], external_id: str) -> SourceAccount | None:
        """The account, if it is connected and somebody joined it to Fortnox."""
        async with self._storage.unit.view(SYSTEM) as unit:
            account = await unit.source_accounts.find(connector.name, external_id)
            if account is None or account.access is AccessState.NOT_CONNECTED:
                return None
            return account if await unit.connections.of_source_account(account.id) else None

    async def _known(self, account: SourceAccount, call_id: str) -> ActionOutcome | None:
        async with self._storage.unit.view(SYSTEM) as unit:
            call = await unit.action_calls.find(account.id, call_id)
            run = await unit.runs.get(call.run_id) if call else None
            if call is None or run is None:
                return None
            return outcome_of(call, run, await unit.documents.of_source(run.source))

    async def _prepared(
        self, connector: Connector[Any], account: SourceAccount, call: ActionCall
    ) -> tuple[SourceRef | None, bool]:
        """The record to work on, and whether the platform may be kept waiting. Nothing is asked unless it must be."""
        ref = SourceRef(connector.name, call.account, call.record_kind, call.external_id)
        is_own_deal = call.kind is ActionKind.UPDATE_CUSTOMER or call.record_kind == connector.object_kind
        if is_own_deal and not call.waits:
            return ref, False
        timeout_s = connector.actions.deadline_s / 2 if connector.actions else 1
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._sources.open(account) as session,
            ):
                reporter, deals = session.action_reporter, session.deals_of_record
                waits = call.waits and reporter is not None and await reporter.may_wait()
                if is_own_deal:
                    return ref, waits
                return (await deals.newest_open_deal(ref) if deals is not None else None), waits
        except TimeoutError:
            if is_own_deal:
                return ref, False
            raise Transient("source_unavailable", system=connector.title, detail="too slow") from None

    async def _queue(
        self, account: SourceAccount, call: ActionCall, record: SourceRef, kind: str | None, *, waits: bool
    ) -> ActionOutcome:
        now = self._deployment.clock.now()
        task = RunTask.CUSTOMER if call.kind is ActionKind.UPDATE_CUSTOMER else RunTask.DOCUMENT
        try:
            async with self._storage.unit(SYSTEM) as unit:
                queued = await unit.runs.create_manual(
                    NewRun(
                        id=RunId(self._deployment.new_id()),
                        key=BusinessKey(account.id, record.kind, record.external_id, task=task),
                        trigger=TriggerKind.WORKFLOW,
                        requested_by="workflow",
                        requested_kind=kind,
                    )
                )
                await unit.action_calls.add(
                    RememberedCall(
                        id=self._deployment.new_id(),
                        source_account_id=account.id,
                        call_id=call.call_id,
                        run_id=queued.run.id,
                        waits=waits,
                        created_at=now,
                        due_at=now,
                    )
                )
                await note_action(unit, self._deployment, "workflow", f"action.{call.kind.value}", str(record))
                self._deployment.checkpoint("action.before_commit")
        except AlreadyExists:
            # The same call on another line, a moment earlier: its run is the one.
            return await self._known(account, call.call_id) or ActionOutcome(ActionState.ACCEPTED)
        self._deployment.checkpoint("action.committed")
        self._doorbell.ring()
        log.info("action.accepted", connector=account.connector, run_id=str(queued.run.id))
        return ActionOutcome(ActionState.WAITING if waits else ActionState.ACCEPTED)
