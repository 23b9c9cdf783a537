"""Revisions of sync settings: rows are added, never changed."""

from collections.abc import Mapping

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.snapshot import Plain, content_hash
from fortnox_bridge.storage.errors import AlreadyExists, StaleRevision
from fortnox_bridge.storage.records import SettingsRevision
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import settings_revision


class SettingsRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def current(self, connection_id: ConnectionId) -> SettingsRevision | None:
        row = await self._db.first(
            self._db.select(settings_revision)
            .where(settings_revision.c.connection_id == connection_id)
            .order_by(settings_revision.c.revision.desc())
            .limit(1)
        )
        return None if row is None else _to_revision(row)

    async def get(self, connection_id: ConnectionId, revision: int) -> SettingsRevision | None:
        row = await self._db.first(
            self._db.select(settings_revision).where(
                settings_revision.c.connection_id == connection_id, settings_revision.c.revision == revision
            )
        )
        return None if row is None else _to_revision(row)

    async def history(
        self, connection_id: ConnectionId, *, limit: int = 50, before: int | None = None
    ) -> tuple[SettingsRevision, ...]:
        """The newest first, of those older than `before`."""
        statement = self._db.select(settings_revision).where(settings_revision.c.connection_id == connection_id)
        if before is not None:
            statement = statement.where(settings_revision.c.revision < before)
        rows = await self._db.all(statement.order_by(settings_revision.c.revision.desc()).limit(limit))
        return tuple(_to_revision(row) for row in rows)

    async def save(
        self,
        connection_id: ConnectionId,
        document: Mapping[str, Plain],
        *,
        major: int,
        minor: int,
        author: str,
        expected_revision: int,
    ) -> SettingsRevision:
        """Add a revision after `expected_revision` (0: none yet); the same content again adds nothing.

        Raises:
            StaleRevision: another revision stands.
        """
        current = await self.current(connection_id)
        standing = 0 if current is None else current.revision
        if standing != expected_revision:
            raise StaleRevision(standing)
        digest = content_hash({"major": major, "minor": minor, "document": document})
        if current is not None and current.sha256 == digest:
            return current
        new = SettingsRevision(
            connection_id=connection_id,
            revision=standing + 1,
            major=major,
            minor=minor,
            document=document,
            sha256=digest,
            author=author,
            created_at=await self._db.now(),
        )
        try:
            await self._db.add(settings_revision, _values(new))
        except AlreadyExists as error:
            raise StaleRevision(standing + 1) from error
        return new


def _values(revision: SettingsRevision) -> Mapping[str, object]:
    return {
        "connection_id": revision.connection_id,
        "revision": revision.revision,
        "major": revision.major,
        "minor": revision.minor,
        "document": revision.document,
        "sha256": revision.sha256,
        "author": revision.author,
        "created_at": revision.created_at,
    }


def _to_revision(row: RowMapping) -> SettingsRevision:
    return SettingsRevision(**row)
