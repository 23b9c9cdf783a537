"""Sync settings: read, save a new revision, never half."""

from collections.abc import Mapping

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.storage import ConnectionScope, SettingsRevision, StaleRevision, Storage
from fortnox_bridge.sync_settings.current import CURRENT_MAJOR, CURRENT_MINOR, Settings
from fortnox_bridge.sync_settings.rules import to_rules
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings


class SettingsConflict(Exception):
    """Somebody saved in between; read again and decide anew."""


class SettingsMissing(NotFound):
    """The connection does not exist: every connection has settings from its first moment."""


class SyncSettings:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def current(self, connection_id: ConnectionId) -> SettingsRevision:
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            stored = await unit.settings.current(connection_id)
        if stored is None:
            raise SettingsMissing
        return stored

    async def rules(self, connection_id: ConnectionId) -> SyncRules:
        """The rules in force.

        Raises:
            InvalidSettings: the stored document is of a version that this code does not know.
        """
        saved = await self.current(connection_id)
        return to_rules(load_settings(saved.document), saved.revision)

    async def save(
        self, connection_id: ConnectionId, document: Mapping[str, object], *, based_on: int, author: str
    ) -> SettingsRevision:
        """Save a sound document as a new revision; an unchanged one makes none.

        Raises:
            SettingsMissing: there is no such connection.
            InvalidSettings: every fault at once; nothing was saved.
            SettingsConflict: `based_on` is not the latest revision.
            SettingsMissing: there is no such connection.
        """
        await self.current(connection_id)
        sound = dump_settings(load_settings(document))
        async with self._storage.unit(ConnectionScope(connection_id)) as unit:
            if await unit.settings.current(connection_id) is None:
                raise SettingsMissing
            try:
                return await unit.settings.save(
                    connection_id,
                    sound,
                    major=CURRENT_MAJOR,
                    minor=CURRENT_MINOR,
                    author=author,
                    expected_revision=based_on,
                )
            except StaleRevision as error:
                raise SettingsConflict from error

    def json_schema(self) -> dict[str, object]:
        return Settings.model_json_schema()
