"""Change sync settings: save, restore, import and copy. Each is one new revision or none, never half (F115)."""

from collections.abc import Mapping
from dataclasses import dataclass

from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.snapshot import Plain
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.connections.followed_kinds import followed_kinds
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.settings.check_settings import Checked, CheckSettings
from fortnox_bridge.services.settings.settings import SettingsConflict, SettingsMissing, SyncSettings
from fortnox_bridge.storage import ConnectionScope, SettingsRevision, StaleRevision, Storage
from fortnox_bridge.sync_settings.current import CURRENT_MAJOR, CURRENT_MINOR
from fortnox_bridge.sync_settings.exchange import SettingsFile, read_file
from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings


@dataclass(frozen=True, slots=True)
class Saved:
    """The revision that stands now, and what should be looked at although it was saved.

    `is_new` False: the document was in force already, so that no revision was made.
    """

    revision: SettingsRevision
    warnings: tuple[SettingsFault, ...] = ()
    is_new: bool = True


class ChangeSettings:
    def __init__(
        self,
        *,
        storage: Storage,
        settings: SyncSettings,
        check: CheckSettings,
        connections: Connections,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._check = check
        self._connections = connections
        self._deployment = deployment

    async def validate(self, connection_id: ConnectionId, document: Mapping[str, object]) -> Checked:
        """Check a document as a save would, and save nothing."""
        await self._settings.current(connection_id)
        return await self._check(connection_id, document)

    async def check_current(self, connection_id: ConnectionId) -> tuple[SettingsRevision, Checked]:
        """Check the settings in force again: what they name may have been deleted since (F10)."""
        current = await self._settings.current(connection_id)
        return current, await self._check(connection_id, current.document)

    async def save(
        self,
        connection_id: ConnectionId,
        document: Mapping[str, object],
        *,
        based_on: int,
        author: str,
        is_live: bool = True,
        action: str = "settings.saved",
        facts: Mapping[str, Plain] | None = None,
    ) -> Saved:
        """Save a sound document as a new revision; an unchanged one makes none and is not checked again.

        `is_live` False: what the document names is not looked up, which the audit log keeps.

        Raises:
            SettingsMissing: there is no such connection.
            InvalidSettings: every fault at once; nothing was saved.
            SettingsConflict: `based_on` is not the latest revision.
            Unavailable: a system did not answer, so nothing was saved.
        """
        current = await self._settings.current(connection_id)
        if current.revision != based_on:
            raise SettingsConflict
        if _is_unchanged(current, document):
            return Saved(current, is_new=False)
        checked = await self._check(connection_id, document, is_live=is_live)
        sound = dump_settings(checked.sound())
        noted = {"based_on": based_on, "live": is_live, **(facts or {})}
        async with self._storage.unit(ConnectionScope(connection_id)) as unit:
            if await unit.settings.current(connection_id) is None:
                raise SettingsMissing
            try:
                saved = await unit.settings.save(
                    connection_id,
                    sound,
                    major=CURRENT_MAJOR,
                    minor=CURRENT_MINOR,
                    author=author,
                    expected_revision=based_on,
                )
            except StaleRevision as error:
                raise SettingsConflict from error
            await note_action(unit, self._deployment, author, action, saved.revision, connection_id, facts=noted)
        if followed_kinds(sound) != followed_kinds(current.document):
            # The settings stand either way; hooks that cannot be set up now are set up by the daily upkeep.
            overview = await self._connections.get(connection_id)
            await self._connections.repair_hooks_of(overview.source_account.id)
        return Saved(saved, checked.warnings)

    async def restore(
        self, connection_id: ConnectionId, number: int, *, based_on: int, author: str, is_live: bool = True
    ) -> Saved:
        """Make an older revision's document the newest one: a new revision, checked as any other."""
        old = await self._settings.revision(connection_id, number)
        return await self.save(
            connection_id,
            old.document,
            based_on=based_on,
            author=author,
            is_live=is_live,
            action="settings.restored",
            facts={"from_revision": number},
        )

    async def export(self, connection_id: ConnectionId) -> SettingsFile:
        """The settings in force as a file for another day or another connection."""
        current = await self._settings.current(connection_id)
        overview = await self._connections.get(connection_id)
        return SettingsFile(
            connector=overview.source_account.connector,
            connection=overview.connection.name,
            revision=current.revision,
            exported_at=self._deployment.clock.now(),
            document=dump_settings(load_settings(current.document)),
        )

    async def import_file(
        self,
        connection_id: ConnectionId,
        file: Mapping[str, object],
        *,
        based_on: int,
        author: str,
        is_live: bool = True,
    ) -> Saved:
        """Save the document of an exported file.

        Raises:
            SettingsInvalid: the file is for another source system.
        """
        await self._settings.current(connection_id)
        read = read_file(file)
        await self._require_connector(connection_id, read.connector)
        return await self.save(
            connection_id,
            read.document,
            based_on=based_on,
            author=author,
            is_live=is_live,
            action="settings.imported",
            facts={"from_connection": read.connection, "from_revision": read.revision},
        )

    async def copy(
        self,
        connection_id: ConnectionId,
        from_connection_id: ConnectionId,
        *,
        based_on: int,
        author: str,
        is_live: bool = True,
    ) -> Saved:
        """Save another connection's settings here, checked against what this connection's systems hold."""
        await self._settings.current(connection_id)
        source = await self._settings.current(from_connection_id)
        other = await self._connections.get(from_connection_id)
        await self._require_connector(connection_id, other.source_account.connector)
        return await self.save(
            connection_id,
            source.document,
            based_on=based_on,
            author=author,
            is_live=is_live,
            action="settings.copied",
            facts={"from_connection_id": str(from_connection_id), "from_revision": source.revision},
        )

    async def _require_connector(self, connection_id: ConnectionId, connector: str) -> None:
        own = (await self._connections.get(connection_id)).source_account.connector
        if own != connector:
            raise SettingsInvalid("settings_of_other_connector", connector=connector, own=own)


def _is_unchanged(current: SettingsRevision, document: Mapping[str, object]) -> bool:
    try:
        return dump_settings(load_settings(document)) == dict(current.document)
    except InvalidSettings:
        return False
