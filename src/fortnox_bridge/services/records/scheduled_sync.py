"""Regular sync: every linked customer or product is brought up to date daily or weekly, a few at a time (F16).

A round goes through the links in the order of their ids and remembers the last one it queued, so that a restart goes on
there. At most `IN_FLIGHT` of its runs are under way for a connection, and their calls wait behind all others.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.rules import Schedule
from fortnox_bridge.domain.run import BusinessKey, RunTask, TriggerKind
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, NewRun, Storage, Watermark
from fortnox_bridge.sync_settings.faults import InvalidSettings

IN_FLIGHT: Final = 3
_PERIODS: Final = {Schedule.DAILY: timedelta(days=1), Schedule.WEEKLY: timedelta(days=7)}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Round:
    """What is gone through, and by which name its watermark goes."""

    name: str
    kind: LinkKind
    task: RunTask
    schedule: Schedule


class ScheduledSync:
    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        settings: SyncSettings,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._settings = settings
        self._deployment = deployment
        self._doorbell = doorbell

    async def __call__(self) -> None:
        """Queue the next few runs of every round that is due or under way."""
        for overview in await self._connections.list():
            if not _can_sync(overview):
                continue
            try:
                rules = await self._settings.rules(overview.connection.id)
            except InvalidSettings:
                log.warning("schedule.settings_unreadable", connection_id=str(overview.connection.id))
                continue
            for wanted in (
                _Round("sync.customers", LinkKind.CUSTOMER, RunTask.CUSTOMER, rules.customers.schedule),
                _Round("sync.products", LinkKind.ARTICLE, RunTask.PRODUCT, rules.products.schedule),
            ):
                if wanted.schedule is not Schedule.NEVER:
                    await self._go_on(overview, wanted)

    async def _go_on(self, overview: ConnectionOverview, wanted: _Round) -> None:
        connection = overview.connection
        now = self._deployment.clock.now()
        async with self._storage.unit(SYSTEM) as unit:
            mark = await unit.watermarks.get(connection.id, wanted.name)
            if mark is None or (mark.cursor is None and now - mark.at >= _PERIODS[wanted.schedule]):
                mark = Watermark(now, "")
            if mark.cursor is None:
                return
            room = IN_FLIGHT - await unit.runs.count_open(connection.id, TriggerKind.SCHEDULE)
            if room <= 0:
                return
            links = await unit.links.next_linked(
                connection.id, connection.company_id, wanted.kind, after=mark.cursor, limit=room
            )
            for link in links:
                key = BusinessKey(
                    overview.source_account.id, link.source.kind, link.source.external_id, task=wanted.task
                )
                run = NewRun(
                    id=RunId(self._deployment.new_id()),
                    key=key,
                    trigger=TriggerKind.SCHEDULE,
                    requested_by=wanted.schedule.value,
                    connection_id=connection.id,
                )
                await unit.runs.create_quietly(run)
            is_over = len(links) < room
            await unit.watermarks.put(connection.id, wanted.name, Watermark(mark.at, None if is_over else links[-1].id))
        if links:
            self._doorbell.ring()


def _can_sync(overview: ConnectionOverview) -> bool:
    """Without access on both sides every run would only park."""
    ends = (overview.source_account.access, overview.company.access)
    return overview.connection.is_active and all(end is AccessState.CONNECTED for end in ends)
