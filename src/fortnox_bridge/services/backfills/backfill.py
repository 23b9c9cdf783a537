"""Backfills as a person asks for them: begun with a preview, started, paused, resumed, cancelled (F17)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from fortnox_bridge.domain.backfill import (
    Backfill,
    BackfillItem,
    BackfillRequest,
    BackfillState,
    ItemState,
    Wish,
    after,
)
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import BadCursor, ConnectionScope, Storage

_AUDITED: Final = {
    Wish.START: "backfill.started",
    Wish.PAUSE: "backfill.paused",
    Wish.RESUME: "backfill.resumed",
    Wish.CANCEL: "backfill.cancelled",
}


class BackfillNotFound(NotFound):
    """The connection has no such backfill."""


@dataclass(frozen=True, slots=True)
class BackfillPage:
    backfills: tuple[Backfill, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """`after` continues the list: the position of the last item; None at the end."""

    items: tuple[BackfillItem, ...]
    after: int | None


class Backfills:
    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        settings: SyncSettings,
        sources: SourceAccess,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._settings = settings
        self._sources = sources
        self._deployment = deployment

    async def begin(self, connection_id: ConnectionId, request: BackfillRequest, *, author: str) -> Backfill:
        """Ask for a backfill. Its deals are listed and looked at in the background; nothing is made before `start`.

        Raises:
            SettingsInvalid: no trigger rule says which deals, or the source cannot list its deals.
            NotFound: there is no such connection.
        """
        await self._connections.get(connection_id)
        if not request.external_ids:
            request = replace(request, stage_ids=await self._stages(connection_id))
        new = Backfill(
            id=self._deployment.new_id(),
            connection_id=connection_id,
            state=BackfillState.PREVIEWING,
            request=replace(request, external_ids=()),
            author=author,
            created_at=self._deployment.clock.now(),
            is_listed=bool(request.external_ids),
        )
        async with self._storage.unit(ConnectionScope(connection_id)) as unit:
            await unit.backfills.add(new)
            await unit.backfill_items.add(new.id, [(external_id, "") for external_id in request.external_ids])
            await note_action(unit, self._deployment, author, "backfill.begun", new.id, connection_id)
        return await self.get(connection_id, new.id)

    async def get(self, connection_id: ConnectionId, backfill_id: UUID) -> Backfill:
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            found = await unit.backfills.get(backfill_id)
        if found is None:
            raise BackfillNotFound
        return found

    async def list_page(self, connection_id: ConnectionId, *, limit: int, cursor: str | None) -> BackfillPage:
        """Newest first."""
        await self._connections.get(connection_id)
        try:
            async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
                page = await unit.backfills.list_page(connection_id, limit=limit, cursor=cursor)
        except BadCursor as error:
            raise SourceDataInvalid("cursor_unknown") from error
        return BackfillPage(page.items, page.next_cursor)

    async def items(
        self, connection_id: ConnectionId, backfill_id: UUID, *, state: ItemState | None, behind: int, limit: int
    ) -> ItemPage:
        """The backfill's deals in the order they were found, from behind a position."""
        await self.get(connection_id, backfill_id)
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            found: Sequence[BackfillItem] = await unit.backfill_items.page(
                backfill_id, state=state, after=behind, limit=limit + 1
            )
        shown = tuple(found[:limit])
        return ItemPage(shown, shown[-1].position if len(found) > limit else None)

    async def wish(self, connection_id: ConnectionId, backfill_id: UUID, wish: Wish, *, author: str) -> Backfill:
        """Start, pause, resume or cancel. What was asked for already stays as it is.

        Raises:
            SettingsInvalid: the backfill is in no state for it.
        """
        while True:
            found = await self.get(connection_id, backfill_id)
            target = after(found.state, wish)
            if target is None:
                raise SettingsInvalid("backfill_not_possible", state=found.state.value, wish=wish.value)
            if target is found.state:
                return found
            async with self._storage.unit(ConnectionScope(connection_id)) as unit:
                is_moved = await unit.backfills.move(backfill_id, found.state, target, at=self._deployment.clock.now())
                if is_moved:
                    await unit.backfills.set_reason(backfill_id, None, None)
                    await note_action(unit, self._deployment, author, _AUDITED[wish], backfill_id, connection_id)
            if is_moved:
                return await self.get(connection_id, backfill_id)

    async def _stages(self, connection_id: ConnectionId) -> tuple[str, ...]:
        """The stages of the trigger rules, from a source that can list what stands in them."""
        account = (await self._connections.get(connection_id)).source_account
        async with self._sources.open(account) as session:
            if session.lister is None:
                raise SettingsInvalid("capability_missing", connector=account.connector, capability="lister")
        rules = await self._settings.rules(connection_id)
        if not rules.triggers:
            raise SettingsInvalid("backfill_without_rules")
        return tuple(dict.fromkeys(rule.stage_id for rule in rules.triggers))
