"""Looking for deals that reached their stage without our hearing of it (facts: reliability 4.10).

Every so often the source is asked for the deals in the stages of the rules that changed since the last look, and a bit
before. One that entered its stage in that time and has had no run since then is taken in like a delivery: stored, and
only then is the watermark moved. What is taken in twice is one event; what is done already costs one look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from fortnox_bridge.domain.connection import AccessState, SourceAccount
from fortnox_bridge.domain.deal import DealHead, DealStatus
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.event import IncomingEvent, NotAppended
from fortnox_bridge.domain.ids import EventId, SourceAccountId
from fortnox_bridge.domain.run import BusinessKey, TriggerKind
from fortnox_bridge.sdk import DealQuery
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.runs.accept import EventStore
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, Storage, StorageUnavailable, Watermark
from fortnox_bridge.sync_settings.faults import InvalidSettings

log = structlog.get_logger()

_MARK: Final = "reconcile"


class Reconcile:
    def __init__(
        self,
        *,
        storage: Storage,
        events: EventStore,
        connections: Connections,
        settings: SyncSettings,
        sources: SourceAccess,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._events = events
        self._connections = connections
        self._settings = settings
        self._sources = sources
        self._deployment = deployment
        self._doorbell = doorbell

    async def __call__(self) -> None:
        """Look at every account that is due; what fails for one is tried again next time and stops no other."""
        by_account: dict[SourceAccountId, list[ConnectionOverview]] = {}
        for overview in await self._connections.list():
            if overview.connection.is_active and overview.source_account.access is AccessState.CONNECTED:
                by_account.setdefault(overview.source_account.id, []).append(overview)
        for account_id, overviews in by_account.items():
            with structlog.contextvars.bound_contextvars(source_account_id=str(account_id)):
                try:
                    await self._look(overviews)
                except (BridgeError, StorageUnavailable) as error:
                    log.warning("reconcile.failed", reason_code=getattr(error, "code", type(error).__name__))

    async def _look(self, overviews: Sequence[ConnectionOverview]) -> None:
        account, home = overviews[0].source_account, overviews[0].connection.id
        began = self._deployment.clock.now()
        async with self._storage.unit(SYSTEM) as unit:
            mark = await unit.watermarks.get(home, _MARK)
            if mark is None:
                # What stood there before this account was looked at for the first time is for a backfill.
                await unit.watermarks.put(home, _MARK, Watermark(began, None))
                return
        timing = self._deployment.timing
        if began - mark.at < timedelta(seconds=timing.reconcile_s):
            return
        stages = await self._stages(overviews)
        since = mark.at - timedelta(seconds=timing.reconcile_overlap_s)
        if stages and not await self._walk(account, DealQuery(stages, changed_since=since), since):
            return
        async with self._storage.unit(SYSTEM) as unit:
            await unit.watermarks.put(home, _MARK, Watermark(began, None))

    async def _stages(self, overviews: Sequence[ConnectionOverview]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for overview in overviews:
            try:
                rules = await self._settings.rules(overview.connection.id)
            except InvalidSettings:
                # Said wherever the settings are used; the account's other connections go on.
                continue
            found |= dict.fromkeys(rule.stage_id for rule in rules.triggers)
        return tuple(found)

    async def _walk(self, account: SourceAccount, query: DealQuery, since: datetime) -> bool:
        """Whether the source can be walked through; then everything it showed is taken in."""
        cursor: str | None = None
        while True:
            async with self._sources.open(account) as session:
                if session.lister is None:
                    return False
                page = await session.lister.list_deals(query, cursor)
            await self._take(account, page.items, since)
            cursor = page.next_cursor
            if cursor is None:
                return True

    async def _take(self, account: SourceAccount, heads: Sequence[DealHead], since: datetime) -> None:
        missed = [
            self._event(account, head, entered)
            for head in heads
            if (entered := head.stage_changed_at) is not None
            and entered >= since
            and head.status is not DealStatus.DELETED
            and not await self._is_known(account, head, entered)
        ]
        if not missed:
            return
        appended = await self._events.append(missed)
        for each in appended:
            if isinstance(each, NotAppended):
                raise StorageUnavailable(type(each.error).__name__) from each.error
        log.warning("reconcile.missed", deals=len(missed))
        self._doorbell.ring()

    async def _is_known(self, account: SourceAccount, head: DealHead, entered: datetime) -> bool:
        """A run that was queued since then has read the deal, or will, as it stands in its stage."""
        async with self._storage.unit.view(SYSTEM) as unit:
            runs = await unit.runs.of_key(BusinessKey(account.id, head.ref.kind, head.ref.external_id), limit=1)
        return bool(runs) and runs[0].created_at >= entered

    def _event(self, account: SourceAccount, head: DealHead, entered: datetime) -> IncomingEvent:
        return IncomingEvent(
            id=EventId(self._deployment.new_id()),
            source_account_id=account.id,
            trigger=TriggerKind.SCHEDULE,
            dedupe_key=f"reconcile:{head.ref.external_id}:{entered.isoformat()}",
            object_kind=head.ref.kind,
            external_id=head.ref.external_id,
            reason="reconciled",
            occurred_at=entered,
            received_at=self._deployment.clock.now(),
            body=b"",
        )
