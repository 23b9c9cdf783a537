"""Links in notes that let a person replay one run. Looking at one changes nothing; using it does, once."""

from datetime import datetime

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.storage.crypto import secret_hash
from fortnox_bridge.storage.records import ReplayLink
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import replay_link


class ReplayLinkRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, token: str, run_id: RunId, *, connection_id: ConnectionId | None, expires_at: datetime) -> None:
        await self._db.add(
            replay_link,
            {
                "token_hash": secret_hash(token),
                "run_id": run_id,
                "connection_id": connection_id,
                "created_at": await self._db.now(),
                "expires_at": expires_at,
            },
        )

    async def find(self, token: str) -> ReplayLink | None:
        """The link as it stands, used and expired ones too."""
        row = await self._db.first(self._db.select(replay_link).where(replay_link.c.token_hash == secret_hash(token)))
        return None if row is None else _to_link(row)

    async def use(self, token: str) -> ReplayLink | None:
        """Spend the link; None when it is unknown, expired or spent."""
        now = await self._db.now()
        row = await self._db.first(
            self._db.update(replay_link)
            .where(
                replay_link.c.token_hash == secret_hash(token),
                replay_link.c.used_at.is_(None),
                replay_link.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(*replay_link.c)
        )
        return None if row is None else _to_link(row)

    async def delete_expired(self) -> int:
        result = await self._db.execute(
            self._db.delete(replay_link).where(replay_link.c.expires_at <= await self._db.now())
        )
        return result.rowcount


def _to_link(row: RowMapping) -> ReplayLink:
    return ReplayLink(
        run_id=row["run_id"],
        connection_id=row["connection_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
    )
