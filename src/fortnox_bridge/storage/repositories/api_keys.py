"""Keys of programs. The key itself is shown once and stored as a hash."""

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.ids import ApiKeyId
from fortnox_bridge.storage.crypto import secret_hash
from fortnox_bridge.storage.records import ApiKey
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import api_key


class ApiKeyRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, key: ApiKey, secret: str) -> None:
        await self._db.add(
            api_key,
            {
                "id": key.id,
                "key_hash": secret_hash(secret),
                "name": key.name,
                "scopes": list(key.scopes),
                "connection_id": key.connection_id,
                "created_at": key.created_at,
                "expires_at": key.expires_at,
                "revoked_at": key.revoked_at,
            },
        )

    async def find(self, secret: str) -> ApiKey | None:
        """The key that is neither expired nor revoked."""
        row = await self._db.first(self._db.select(api_key).where(api_key.c.key_hash == secret_hash(secret)))
        if row is None:
            return None
        key = _to_key(row)
        return key if key.is_good_at(await self._db.now()) else None

    async def list_all(self) -> tuple[ApiKey, ...]:
        rows = await self._db.all(self._db.select(api_key).order_by(api_key.c.created_at, api_key.c.id))
        return tuple(_to_key(row) for row in rows)

    async def revoke(self, key_id: ApiKeyId) -> bool:
        """False when there is no such key, or it is revoked already."""
        result = await self._db.execute(
            self._db.update(api_key)
            .where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
            .values(revoked_at=await self._db.now())
        )
        return result.rowcount == 1


def _to_key(row: RowMapping) -> ApiKey:
    return ApiKey(
        id=row["id"],
        name=row["name"],
        scopes=tuple(row["scopes"]),
        connection_id=row["connection_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
