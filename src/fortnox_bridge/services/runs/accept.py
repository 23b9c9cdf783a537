"""Accept a delivery: verified, deduplicated, committed, and only then answered (facts: reliability 4.1)."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from fortnox_bridge.domain.event import Appended, AppendResult, IncomingEvent, NotAppended
from fortnox_bridge.domain.ids import EventId, RunId, SourceAccountId
from fortnox_bridge.domain.run import RunTask, TriggerKind
from fortnox_bridge.registry import Registry
from fortnox_bridge.sdk import (
    AccountClosed,
    Connector,
    NotAuthentic,
    Occasion,
    RawRequest,
    Received,
    Trigger,
    Unreadable,
    UnreadablePayload,
    WebhookReceiver,
    WebhookSecrets,
)
from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.guards import Guards
from fortnox_bridge.services.connections.interests import Interests
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.storage import SYSTEM, Storage

log = structlog.get_logger()

# Records that are brought up to date by themselves when they change (F49).
_BY_THEMSELVES: Final[Mapping[str, RunTask]] = {
    "company": RunTask.CUSTOMER,
    "contact": RunTask.CUSTOMER,
    "product": RunTask.PRODUCT,
}


class UnknownHook(Exception):
    """No connector of this name takes deliveries here."""


class IngestUnavailable(Exception):
    """Nothing was stored and nobody was told otherwise: the sender tries again."""


class EventStore(Protocol):
    """Keeps deliveries. Answers only after everything in the batch is durable."""

    async def append(self, batch: Sequence[IncomingEvent]) -> Sequence[AppendResult]: ...


@dataclass(frozen=True, slots=True)
class Accepted:
    events: int
    new: int
    run_ids: tuple[RunId, ...] = ()


class AcceptDelivery:
    """One delivery of one hook, from raw bytes to a committed event and run."""

    def __init__(
        self,
        *,
        storage: Storage,
        events: EventStore,
        registry: Registry,
        guards: Guards,
        accounts: Accounts,
        interests: Interests,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._events = events
        self._registry = registry
        self._guards = guards
        self._accounts = accounts
        self._interests = interests
        self._deployment = deployment
        self._doorbell = doorbell

    def public_url(self, connector: str, token: str | None) -> str:
        """The address as the sender knows it: from the settings, never from headers."""
        base = f"{self._deployment.public_url}/webhooks/{connector}"
        return f"{base}/{token}" if token else base

    async def __call__(self, connector: str, token: str | None, request: RawRequest) -> Accepted:
        """Verify, store and answer.

        Raises:
            UnknownHook: there is no such connector.
            NotAuthentic: the delivery cannot be trusted; an unknown token looks just like a wrong password.
            IngestUnavailable: it could not be stored in time.
        """
        found = self._registry.get(connector)
        if found is None or found.webhooks is None:
            raise UnknownHook
        try:
            async with asyncio.timeout(self._deployment.timing.ack_deadline_s):
                return await self._accept(found, found.webhooks, token, request)
        except (NotAuthentic, asyncio.CancelledError):
            raise
        except Exception as error:
            raise IngestUnavailable from error

    async def _accept(
        self, connector: Connector[Any], receive: WebhookReceiver, token: str | None, request: RawRequest
    ) -> Accepted:
        account_id, account, secrets = await self._secrets(connector.name, token)
        try:
            received = self._guards.of(connector).call(
                "webhooks", Sequence[Received], lambda: receive(request, secrets, self._deployment.clock.now())
            )
        except UnreadablePayload as error:
            if account_id is None:
                # Nobody's, so that it cannot be kept: whoever sent it tries again, perhaps after we were mended.
                raise IngestUnavailable from error
            key = "sha256:" + hashlib.sha256(request.body).hexdigest()
            return await self._store([self._unreadable(account_id, key, request.body, str(error))])
        own = [each for each in received if account is None or each.account in {None, account}]
        if len(own) != len(received) and not own:
            # Right password, wrong account: somebody else's hook was pointed here.
            raise NotAuthentic
        events = await self._events_of(connector, account_id, own, request.body)
        return await self._store(events) if events else Accepted(0, 0)

    async def _events_of(
        self, connector: Connector[Any], account_id: SourceAccountId | None, received: Sequence[Received], body: bytes
    ) -> list[IncomingEvent]:
        """What of a delivery is to be kept. An app-wide hook may speak of many accounts, and of some nobody knows."""
        accounts: dict[str | None, SourceAccountId | None] = {}
        wanted: dict[tuple[SourceAccountId, RunTask, Occasion], bool] = {}
        events = []
        for each in received:
            if each.account not in accounts:
                accounts[each.account] = account_id or await self._find(connector.name, each.account)
            target = accounts[each.account]
            if target is None:
                continue
            match each:
                case AccountClosed():
                    await self._accounts.close(target)
                case Unreadable():
                    events.append(self._unreadable(target, each.dedupe_key, each.excerpt or body, each.reason))
                case Trigger():
                    task = _task_of(each, connector)
                    interest = (target, task, each.occasion)
                    if interest not in wanted:
                        wanted[interest] = await self._interests(target, each.occasion, task)
                    if wanted[interest]:
                        events.append(self._event(target, each, task, each.excerpt or body))
        return events

    async def _find(self, connector: str, account: str | None) -> SourceAccountId | None:
        found = await self._accounts.find(connector, account) if account is not None else None
        if found is None:
            log.info("delivery.of_nobody", connector=connector, account=account or "")
        return found

    async def _secrets(
        self, connector: str, token: str | None
    ) -> tuple[SourceAccountId | None, str | None, WebhookSecrets]:
        if token is None:
            return None, None, self._deployment.connectors[connector].secrets()
        async with self._storage.unit.view(SYSTEM) as unit:
            hook = await unit.hooks.find_by_token(token)
            account = await unit.source_accounts.get(hook.source_account_id) if hook else None
        if hook is None or account is None or account.connector != connector:
            return None, None, WebhookSecrets()
        return account.id, account.external_id, WebhookSecrets(user=hook.user, password=hook.password)

    async def _store(self, events: list[IncomingEvent]) -> Accepted:
        self._deployment.checkpoint("ingest.before_commit")
        # The sender may hang up at any moment; what is being committed is committed whole.
        appended = await asyncio.shield(self._events.append(events))
        self._deployment.checkpoint("ingest.committed")
        self._doorbell.ring()
        for each in appended:
            if isinstance(each, NotAppended):
                raise IngestUnavailable from each.error
        stored = [each for each in appended if isinstance(each, Appended)]
        runs = dict.fromkeys(each.run_id for each in stored if each.run_id is not None)
        return Accepted(len(appended), sum(each.is_new for each in stored), tuple(runs))

    def _event(self, account_id: SourceAccountId, trigger: Trigger, task: RunTask, body: bytes) -> IncomingEvent:
        return IncomingEvent(
            id=EventId(self._deployment.new_id()),
            source_account_id=account_id,
            trigger=TriggerKind.WEBHOOK,
            dedupe_key=trigger.dedupe_key,
            object_kind=trigger.object_kind,
            external_id=trigger.external_id,
            reason=trigger.reason,
            occurred_at=trigger.occurred_at,
            received_at=self._deployment.clock.now(),
            body=body,
            task=task,
        )

    def _unreadable(self, account_id: SourceAccountId, key: str, body: bytes, reason: str) -> IncomingEvent:
        return IncomingEvent(
            id=EventId(self._deployment.new_id()),
            source_account_id=account_id,
            trigger=TriggerKind.WEBHOOK,
            dedupe_key=key,
            object_kind=None,
            external_id=None,
            reason="unreadable",
            occurred_at=None,
            received_at=self._deployment.clock.now(),
            body=body,
            unreadable_reason=reason[:500],
        )


def _task_of(trigger: Trigger, connector: Connector[Any]) -> RunTask:
    """What a change is about: what documents are made of comes first, whatever its kind is called."""
    if trigger.object_kind == connector.object_kind:
        return RunTask.DOCUMENT
    return _BY_THEMSELVES.get(trigger.object_kind, RunTask.DOCUMENT)
