"""Sync settings as they stand: the document in force, its history, and the rules it makes."""

from dataclasses import dataclass

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.storage import ConnectionScope, SettingsRevision, Storage
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.diff import Change, changes
from fortnox_bridge.sync_settings.rules import to_rules
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings


class SettingsConflict(Exception):
    """Somebody saved in between; read again and decide anew."""


class SettingsMissing(NotFound):
    """There is no such connection (each has settings from its first moment), or no such revision of its settings."""


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """`before` continues the list: the number to ask for revisions older than; None at the end."""

    revisions: tuple[SettingsRevision, ...]
    before: int | None


class SyncSettings:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def current(self, connection_id: ConnectionId) -> SettingsRevision:
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            stored = await unit.settings.current(connection_id)
        if stored is None:
            raise SettingsMissing
        return stored

    async def revision(self, connection_id: ConnectionId, number: int) -> SettingsRevision:
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            stored = await unit.settings.get(connection_id, number)
        if stored is None:
            raise SettingsMissing
        return stored

    async def history(self, connection_id: ConnectionId, *, limit: int, before: int | None = None) -> RevisionPage:
        """Revisions, newest first."""
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            found = await unit.settings.history(connection_id, limit=limit + 1, before=before)
        if not found and before is None:
            raise SettingsMissing
        shown = found[:limit]
        return RevisionPage(shown, shown[-1].revision if len(found) > limit else None)

    async def diff(self, connection_id: ConnectionId, before: int, after: int | None) -> tuple[Change, ...]:
        """What changed between two revisions, both in the current form; `after` None: the one in force.

        Raises:
            InvalidSettings: a stored document is of a version that this code does not know.
        """
        old = await self.revision(connection_id, before)
        new = await (self.current(connection_id) if after is None else self.revision(connection_id, after))
        before_form, after_form = (dump_settings(load_settings(each.document)) for each in (old, new))
        return changes(before_form, after_form)

    async def rules(self, connection_id: ConnectionId) -> SyncRules:
        """The rules in force.

        Raises:
            InvalidSettings: the stored document is of a version that this code does not know.
        """
        saved = await self.current(connection_id)
        return to_rules(load_settings(saved.document), saved.revision)

    def json_schema(self) -> dict[str, object]:
        """The form of the documents that are sent to be saved."""
        return Settings.model_json_schema(mode="validation")
