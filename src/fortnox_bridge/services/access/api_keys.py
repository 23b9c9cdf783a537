"""API keys: made once, shown once, kept as a hash."""

from dataclasses import dataclass, field
from datetime import datetime

from fortnox_bridge.domain.ids import ApiKeyId, ConnectionId
from fortnox_bridge.services.connections.connections import ConnectionNotFound
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.secrets import new_secret
from fortnox_bridge.storage import SYSTEM, ApiKey, Storage

_PREFIX = "fbk_"


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is shown to the person once and never again."""

    id: ApiKeyId
    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key it is. `connection_id` None reaches everything."""

    name: str
    connection_id: ConnectionId | None


class ApiKeys:
    def __init__(self, storage: Storage, deployment: Deployment) -> None:
        self._storage = storage
        self._deployment = deployment

    async def create(
        self, name: str, *, connection_id: ConnectionId | None = None, expires_at: datetime | None = None
    ) -> NewKey:
        """Make a key that reaches one connection, or everything.

        Raises:
            ConnectionNotFound: there is no such connection.
        """
        secret = _PREFIX + new_secret(32)
        key = ApiKey(
            id=ApiKeyId(self._deployment.new_id()),
            name=name,
            scopes=("admin",) if connection_id is None else ("connection",),
            connection_id=connection_id,
            created_at=self._deployment.clock.now(),
            expires_at=expires_at,
        )
        async with self._storage.unit(SYSTEM) as unit:
            if connection_id is not None and await unit.connections.get(connection_id) is None:
                raise ConnectionNotFound
            await unit.api_keys.add(key, secret)
        return NewKey(key.id, name, secret)

    async def authenticate(self, secret: str) -> Caller | None:
        """Whose key it is; None when it is unknown, expired or revoked."""
        if not secret.startswith(_PREFIX):
            return None
        async with self._storage.unit.view(SYSTEM) as unit:
            key = await unit.api_keys.find(secret)
        return Caller(key.name, key.connection_id) if key else None
