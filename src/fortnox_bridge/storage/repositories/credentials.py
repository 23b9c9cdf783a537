"""Secrets of accounts and companies that are no rotating tokens: API tokens and passwords. Encrypted JSON."""

import json
from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement

from fortnox_bridge.storage.crypto import Cipher, SecretPlace
from fortnox_bridge.storage.errors import UnknownKey
from fortnox_bridge.storage.records import CredentialOwner
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import credential


class CredentialRepository:
    def __init__(self, scoped: ScopedConnection, cipher: Cipher, new_id: Callable[[], UUID]) -> None:
        self._db = scoped
        self._cipher = cipher
        self._new_id = new_id

    async def get(self, owner: CredentialOwner, kind: str) -> Mapping[str, str] | None:
        row = await self._db.first(self._db.select(credential).where(*owned(owner, kind)))
        if row is None or row["secret"] is None:
            return None
        secret: Mapping[str, str] = json.loads(self._cipher.decrypt(row["secret"], secret_place(row["id"])))
        return secret

    async def put(self, owner: CredentialOwner, kind: str, secret: Mapping[str, str]) -> None:
        row_id = await reserve_row(self._db, owner, kind, self._new_id())
        sealed = self._cipher.encrypt(json.dumps(dict(secret)).encode(), secret_place(row_id))
        await self._db.execute(
            self._db.update(credential)
            .where(credential.c.id == row_id)
            .values(secret=sealed, updated_at=await self._db.now())
        )

    async def require_known_keys(self) -> int:
        """How many secrets there are.

        Raises:
            UnknownKey: one of them was sealed with a key that is not configured.
        """
        rows = await self._db.all(self._db.select(credential).where(credential.c.secret.is_not(None)))
        if not all(self._cipher.is_known(row["secret"]) for row in rows):
            raise UnknownKey("credential.secret was encrypted with a key that is not configured")
        return len(rows)

    async def delete_all(self, owner: CredentialOwner) -> None:
        """Every secret of the owner, tokens included: what Disconnect promises (F1)."""
        await self._db.execute(self._db.delete(credential).where(*owned(owner)))


async def reserve_row(scoped: ScopedConnection, owner: CredentialOwner, kind: str, new_id: UUID) -> UUID:
    """The id of the owner's row of this kind, made without a secret if there was none."""
    await scoped.execute(
        scoped.upsert(
            credential,
            {
                "id": new_id,
                "source_account_id": owner.source_account_id,
                "company_id": owner.company_id,
                "kind": kind,
                "updated_at": await scoped.now(),
            },
        ).on_conflict_do_nothing()
    )
    row_id: UUID = (
        await scoped.execute(scoped.select(credential, credential.c.id).where(*owned(owner, kind)))
    ).scalar_one()
    return row_id


def owned(owner: CredentialOwner, kind: str | None = None) -> tuple[ColumnElement[bool], ...]:
    if owner.source_account_id is not None:
        whose = credential.c.source_account_id == owner.source_account_id
    else:
        whose = credential.c.company_id == owner.company_id
    return (whose,) if kind is None else (whose, credential.c.kind == kind)


def secret_place(row_id: UUID) -> SecretPlace:
    return SecretPlace("credential", str(row_id), "secret")
