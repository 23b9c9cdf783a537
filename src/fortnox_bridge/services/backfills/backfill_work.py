"""What backfills do by themselves: list deals, look at a few at a time, keep a few runs going, take over their ends.

Everything that was found out is in the database after each step, so that a restart goes on where it was. Live runs are
not crowded out: at most `IN_FLIGHT` runs of a backfill are queued at once, and their calls wait behind all others.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from fortnox_bridge.domain.backfill import Backfill, BackfillItem, BackfillState, ItemState, Wish, after
from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import BusinessKey, TriggerKind
from fortnox_bridge.domain.snapshot import to_plain
from fortnox_bridge.sdk import DealQuery
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.runs.forecast import DealForecast, ForecastDeal, ForecastOutcome
from fortnox_bridge.storage import SYSTEM, NewRun, Storage, StorageUnavailable

IN_FLIGHT: Final = 2
_LOOKED_AT_ONCE: Final = 3
_ROUNDS: Final = 10

log = structlog.get_logger()


class BackfillWork:
    """Called again and again by the worker; each call takes every unfinished backfill a few steps further."""

    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        sources: SourceAccess,
        forecast: ForecastDeal,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._sources = sources
        self._forecast = forecast
        self._deployment = deployment
        self._doorbell = doorbell

    async def __call__(self) -> None:
        async with self._storage.unit.view(SYSTEM) as unit:
            unfinished = await unit.backfills.unfinished()
        for backfill in unfinished:
            with structlog.contextvars.bound_contextvars(
                backfill_id=str(backfill.id), connection_id=str(backfill.connection_id)
            ):
                await self._go_on(backfill)

    async def _go_on(self, backfill: Backfill) -> None:
        """What fails for one is kept with it, tried again next time, and does not keep the others waiting."""
        try:
            overview = await self._connections.get(backfill.connection_id)
            if backfill.count(ItemState.QUEUED):
                await self._settle(backfill)
            if backfill.state in {BackfillState.PREVIEWING, BackfillState.RUNNING}:
                still = self._stands_still(overview)
                if still is None:
                    await self._work(backfill, overview)
                await self._say(backfill, still)
        except StorageUnavailable:
            raise
        except BridgeError as error:
            log.warning("backfill.stands_still", reason_code=error.code, detail=error.detail)
            await self._say(backfill, (error.code, dict(error.params)))
        except Exception:
            log.exception("backfill.unexpected_error")
            await self._say(backfill, ("unexpected", {"code": "unexpected"}))

    async def _work(self, backfill: Backfill, overview: ConnectionOverview) -> None:
        if backfill.state is BackfillState.RUNNING:
            await self._run(backfill, overview)
            return
        if not backfill.is_listed:
            await self._list(backfill, overview)
            return
        for _ in range(_ROUNDS):
            if not await self._look(backfill):
                break

    async def _list(self, backfill: Backfill, overview: ConnectionOverview) -> None:
        """One page of the source's deals; the page and where it goes on are kept together."""
        account, request = overview.source_account, backfill.request
        query = DealQuery(request.stage_ids, request.changed_since, request.changed_before)
        async with self._sources.open(account) as session:
            assert session.lister is not None, "a backfill by range is begun only where deals can be listed"
            page = await session.lister.list_deals(query, backfill.cursor)
        found = [(head.ref.external_id, head.title) for head in page.items]
        async with self._storage.unit(SYSTEM) as unit:
            await unit.backfill_items.add(backfill.id, found)
            await unit.backfills.set_listing(backfill.id, cursor=page.next_cursor, is_listed=page.next_cursor is None)

    async def _look(self, backfill: Backfill) -> bool:
        """Look at the next few; False when every deal was looked at, and the backfill is ready, or left by a person."""
        async with self._storage.unit.view(SYSTEM) as unit:
            now = await unit.backfills.get(backfill.id)
            found = await unit.backfill_items.in_state(backfill.id, ItemState.FOUND, limit=_LOOKED_AT_ONCE)
        if now is None or now.state is not BackfillState.PREVIEWING:
            return False
        if not found:
            await self._finish(backfill)
            return False
        ended = await asyncio.gather(*(self._look_at(backfill, item) for item in found), return_exceptions=True)
        for failure in ended:
            if isinstance(failure, BaseException):
                raise failure
        return True

    async def _look_at(self, backfill: Backfill, item: BackfillItem) -> None:
        seen = await self._forecast(backfill.connection_id, item.external_id, backfill.request.document)
        is_wanted = seen.outcome is ForecastOutcome.DRAFT
        async with self._storage.unit(SYSTEM) as unit:
            await unit.backfill_items.keep_preview(
                backfill.id,
                item.external_id,
                ItemState.PREVIEWED if is_wanted else ItemState.EXCLUDED,
                item.title or seen.title or "",
                _summary(seen),
            )

    async def _run(self, backfill: Backfill, overview: ConnectionOverview) -> None:
        """Queue as many as there is room for. A deal and its run are committed together."""
        async with self._storage.unit(SYSTEM) as unit:
            now = await unit.backfills.get(backfill.id)
            if now is None or now.state is not BackfillState.RUNNING:
                return
            room = IN_FLIGHT - now.count(ItemState.QUEUED)
            waiting = await unit.backfill_items.in_state(backfill.id, ItemState.PREVIEWED, limit=max(room, 0))
            for item in waiting:
                queued = await unit.runs.create_quietly(self._new_run(backfill, overview, item))
                await unit.backfill_items.queue(backfill.id, item.external_id, queued.run.id)
            is_over = not now.count(ItemState.PREVIEWED, ItemState.QUEUED)
        if waiting:
            self._doorbell.ring()
        if is_over:
            await self._finish(backfill)

    def _new_run(self, backfill: Backfill, overview: ConnectionOverview, item: BackfillItem) -> NewRun:
        account = overview.source_account
        kind = self._sources.connector(account.connector).object_kind
        return NewRun(
            id=RunId(self._deployment.new_id()),
            key=BusinessKey(account.id, kind, item.external_id),
            trigger=TriggerKind.BACKFILL,
            requested_by=backfill.author,
            connection_id=backfill.connection_id,
            requested_kind=backfill.request.document,
        )

    async def _settle(self, backfill: Backfill) -> None:
        async with self._storage.unit(SYSTEM) as unit:
            await unit.backfill_items.settle(backfill.id)

    async def _finish(self, backfill: Backfill) -> None:
        target = after(backfill.state, Wish.FINISH)
        assert target is not None, f"nothing finishes by itself while {backfill.state}"
        async with self._storage.unit(SYSTEM) as unit:
            await unit.backfills.move(backfill.id, backfill.state, target, at=self._deployment.clock.now())

    def _stands_still(self, overview: ConnectionOverview) -> tuple[str, Mapping[str, str]] | None:
        """Why nothing can be done for the connection now: going on would only park every deal."""
        if not overview.connection.is_active:
            return "connection_inactive", {"connection": overview.connection.name}
        if overview.source_account.access is not AccessState.CONNECTED:
            return "source_unauthorized", {"system": self._sources.connector(overview.source_account.connector).title}
        if overview.company.access is not AccessState.CONNECTED:
            return "fortnox_reconnect", {}
        return None

    async def _say(self, backfill: Backfill, why: tuple[str, Mapping[str, str]] | None) -> None:
        code, params = why or (None, None)
        if (code, params) != (backfill.reason, backfill.reason_params):
            async with self._storage.unit(SYSTEM) as unit:
                await unit.backfills.set_reason(backfill.id, code, params)


def _summary(seen: DealForecast) -> dict[str, object]:
    plain = to_plain(seen)
    assert isinstance(plain, dict)
    return {name: value for name, value in plain.items() if name != "title"}
