"""Stored events, for the run page and for retention. They are written by the event store."""

from datetime import datetime

from fortnox_bridge.domain.ids import EventId, RunId
from fortnox_bridge.storage.records import StoredEvent
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import event


class EventRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def get(self, event_id: EventId) -> StoredEvent | None:
        row = await self._db.first(self._db.select(event).where(event.c.id == event_id))
        return None if row is None else StoredEvent(**row)

    async def of_run(self, run_id: RunId, *, limit: int = 50) -> tuple[StoredEvent, ...]:
        """What led to the run, oldest first."""
        rows = await self._db.all(
            self._db.select(event)
            .where(event.c.run_id == run_id)
            .order_by(event.c.received_at, event.c.id)
            .limit(limit)
        )
        return tuple(StoredEvent(**row) for row in rows)

    async def list_unreadable(self, *, limit: int = 50) -> tuple[StoredEvent, ...]:
        """Events that made no sense, newest first."""
        rows = await self._db.all(
            self._db.select(event)
            .where(event.c.unreadable_reason.is_not(None))
            .order_by(event.c.received_at.desc(), event.c.id)
            .limit(limit)
        )
        return tuple(StoredEvent(**row) for row in rows)

    async def clear_bodies(self, received_before: datetime, *, limit: int) -> int:
        """Forget the payloads of old events, at most `limit`. Their dedupe keys stay (facts: reliability 4.10)."""
        old = (
            self._db.select(event, event.c.id)
            .where(event.c.received_at < received_before, event.c.body != b"")
            .order_by(event.c.received_at)
            .limit(limit)
        )
        ids = [row["id"] for row in await self._db.all(old)]
        if ids:
            await self._db.execute(self._db.update(event).where(event.c.id.in_(ids)).values(body=b""))
        return len(ids)
