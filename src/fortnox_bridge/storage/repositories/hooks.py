"""Webhook subscriptions of source accounts, found by the token in their path."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.storage.crypto import Cipher, SecretPlace, secret_hash
from fortnox_bridge.storage.records import SourceHook
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import source_hook


class HookRepository:
    def __init__(self, scoped: ScopedConnection, cipher: Cipher) -> None:
        self._db = scoped
        self._cipher = cipher

    async def add(self, hook: SourceHook, token: str) -> None:
        """`token` is the random part of the path; only its hash is stored."""
        await self._db.add(
            source_hook,
            {
                "id": hook.id,
                "source_account_id": hook.source_account_id,
                "token_hash": secret_hash(token),
                "user_name": hook.user,
                "password": self._cipher.encrypt(hook.password.encode(), _place(hook.id, "password")),
                "url": self._cipher.encrypt(hook.url.encode(), _place(hook.id, "url")),
                "vendor_ids": list(hook.vendor_ids),
                "created_at": hook.created_at,
                "revoked_at": hook.revoked_at,
            },
        )

    async def find_by_token(self, token: str) -> SourceHook | None:
        """The hook that is not revoked and has this token."""
        row = await self._db.first(
            self._db.select(source_hook).where(
                source_hook.c.token_hash == secret_hash(token), source_hook.c.revoked_at.is_(None)
            )
        )
        return None if row is None else self._to_hook(row)

    async def of_source_account(self, account_id: SourceAccountId) -> tuple[SourceHook, ...]:
        rows = await self._db.all(
            self._db.select(source_hook)
            .where(source_hook.c.source_account_id == account_id, source_hook.c.revoked_at.is_(None))
            .order_by(source_hook.c.created_at, source_hook.c.id)
        )
        return tuple(self._to_hook(row) for row in rows)

    async def set_vendor_ids(self, hook_id: UUID, vendor_ids: Sequence[str]) -> None:
        await self._db.execute(
            self._db.update(source_hook).where(source_hook.c.id == hook_id).values(vendor_ids=list(vendor_ids))
        )

    async def revoke(self, hook_id: UUID) -> None:
        await self._db.execute(
            self._db.update(source_hook)
            .where(source_hook.c.id == hook_id, source_hook.c.revoked_at.is_(None))
            .values(revoked_at=await self._db.now())
        )

    def _to_hook(self, row: RowMapping) -> SourceHook:
        return SourceHook(
            id=row["id"],
            source_account_id=row["source_account_id"],
            user=row["user_name"],
            password=self._cipher.decrypt(row["password"], _place(row["id"], "password")).decode(),
            url=self._cipher.decrypt(row["url"], _place(row["id"], "url")).decode(),
            vendor_ids=tuple(row["vendor_ids"]),
            created_at=row["created_at"],
            revoked_at=row["revoked_at"],
        )


def _place(hook_id: UUID, field: str) -> SecretPlace:
    return SecretPlace("source_hook", str(hook_id), field)
