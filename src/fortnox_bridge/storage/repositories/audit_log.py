"""Who changed, connected, replayed, disconnected (F116)."""

from fortnox_bridge.storage.paging import Page, one_page, to_page
from fortnox_bridge.storage.records import AuditEntry
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import audit_log


class AuditLogRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, entry: AuditEntry) -> None:
        await self._db.add(
            audit_log,
            {
                "id": entry.id,
                "at": entry.at,
                "actor": entry.actor,
                "action": entry.action,
                "connection_id": entry.connection_id,
                "subject": entry.subject,
                "facts": entry.facts,
            },
        )

    async def list_page(self, *, limit: int = 50, cursor: str | None = None) -> Page[AuditEntry]:
        statement = one_page(self._db.select(audit_log), audit_log.c.at, audit_log.c.id, limit=limit, cursor=cursor)
        return to_page(await self._db.all(statement), lambda row: AuditEntry(**row), limit=limit, at="at")
