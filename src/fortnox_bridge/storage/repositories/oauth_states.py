"""The `state` of consents under way: one-time, short-lived, what it stands for encrypted."""

import json
from collections.abc import Mapping
from datetime import datetime

from fortnox_bridge.storage.crypto import Cipher, SecretPlace, secret_hash
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import oauth_state


class OAuthStateRepository:
    def __init__(self, scoped: ScopedConnection, cipher: Cipher) -> None:
        self._db = scoped
        self._cipher = cipher

    async def add(self, state: str, provider: str, payload: Mapping[str, str], *, expires_at: datetime) -> None:
        digest = secret_hash(state)
        await self._db.add(
            oauth_state,
            {
                "state_hash": digest,
                "provider": provider,
                "payload": self._cipher.encrypt(json.dumps(dict(payload)).encode(), _place(digest)),
                "created_at": await self._db.now(),
                "expires_at": expires_at,
            },
        )

    async def take(self, state: str, provider: str) -> Mapping[str, str] | None:
        """What the state stands for, once: it is gone after this, used, foreign or expired."""
        digest = secret_hash(state)
        row = await self._db.first(
            self._db.delete(oauth_state).where(oauth_state.c.state_hash == digest).returning(*oauth_state.c)
        )
        if row is None or row["provider"] != provider or row["expires_at"] <= await self._db.now():
            return None
        payload: Mapping[str, str] = json.loads(self._cipher.decrypt(row["payload"], _place(digest)))
        return payload

    async def delete_expired(self) -> int:
        result = await self._db.execute(
            self._db.delete(oauth_state).where(oauth_state.c.expires_at <= await self._db.now())
        )
        return result.rowcount


def _place(digest: str) -> SecretPlace:
    return SecretPlace("oauth_state", digest, "payload")
