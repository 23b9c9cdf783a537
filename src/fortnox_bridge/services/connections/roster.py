"""The roster: in which order an account's connections are asked whether a deal is theirs, and which are on (F4, F5)."""

from dataclasses import dataclass, replace

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.rules import Route
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, AlreadyExists, Storage


@dataclass(frozen=True, slots=True)
class Place:
    """A connection's place among those of its source account, and which deals it takes."""

    overview: ConnectionOverview
    route: Route
    among: int


class Roster:
    def __init__(
        self, *, storage: Storage, connections: Connections, settings: SyncSettings, deployment: Deployment
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._settings = settings
        self._deployment = deployment

    async def place(self, connection_id: ConnectionId) -> Place:
        overview = await self._connections.get(connection_id)
        rules = await self._settings.rules(connection_id)
        async with self._storage.unit.view(SYSTEM) as unit:
            siblings = await unit.connections.of_source_account(overview.source_account.id)
        return Place(overview, rules.route, len(siblings))

    async def put_at(self, connection_id: ConnectionId, position: int, *, author: str) -> Place:
        """Move the connection to this place, from 1; beyond the last means last. Idempotent."""
        overview = await self._connections.get(connection_id)
        async with self._storage.unit(SYSTEM) as unit:
            siblings = await unit.connections.of_source_account(overview.source_account.id)
            others = [each.id for each in siblings if each.id != connection_id]
            ordered = [*others[: position - 1], connection_id, *others[position - 1 :]]
            await unit.connections.put_in_order(ordered)
            await note_action(unit, self._deployment, author, "connection.ordered", str(position), connection_id)
        return await self.place(connection_id)

    async def set_active(self, connection_id: ConnectionId, *, is_active: bool, author: str) -> ConnectionOverview:
        """Turn a connection off, or on again. Its runs, documents and settings stay.

        Raises:
            SettingsInvalid: the company has another active connection of this connector by now (F4).
        """
        overview = await self._connections.get(connection_id)
        action = "connection.activated" if is_active else "connection.deactivated"
        try:
            async with self._storage.unit(SYSTEM) as unit:
                await unit.connections.update(replace(overview.connection, is_active=is_active))
                await note_action(unit, self._deployment, author, action, overview.connection.name, connection_id)
        except AlreadyExists as error:
            raise await self._connections.taken(overview.source_account, overview.company) from error
        return await self._connections.get(connection_id)
