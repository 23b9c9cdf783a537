"""How far regular work of a connection has got, by name."""

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.storage.records import Watermark
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import watermark


class WatermarkRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def get(self, connection_id: ConnectionId, name: str) -> Watermark | None:
        row = await self._db.first(
            self._db.select(watermark).where(watermark.c.connection_id == connection_id, watermark.c.name == name)
        )
        return None if row is None else Watermark(row["at"], row["cursor"])

    async def put(self, connection_id: ConnectionId, name: str, mark: Watermark) -> None:
        changing: dict[str, object] = {"at": mark.at, "cursor": mark.cursor}
        row = {"connection_id": connection_id, "name": name, **changing}
        await self._db.execute(
            self._db.upsert(watermark, row).on_conflict_do_update(
                index_elements=[watermark.c.connection_id, watermark.c.name], set_=changing
            )
        )
