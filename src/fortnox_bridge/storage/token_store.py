"""The token store: one credential's tokens, held by a lock on its row while they are refreshed (reliability 4.5)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import Table
from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.oauth.store import StoredTokens
from fortnox_bridge.oauth.types import TokenSet
from fortnox_bridge.storage.crypto import Cipher
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.records import CredentialOwner
from fortnox_bridge.storage.repositories.credentials import owned, reserve_row, secret_place
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.scopes import SYSTEM
from fortnox_bridge.storage.tables import credential, fortnox_company, source_account
from fortnox_bridge.storage.token_codec import decode_tokens, encode_tokens
from fortnox_bridge.storage.token_swap import saved, without_candidate

TOKENS = "tokens"


class RowLocks:
    """One lock per credential in this process: where there is one process, that is the row lock."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[CredentialOwner, asyncio.Lock] = WeakValueDictionary()

    def of(self, owner: CredentialOwner) -> asyncio.Lock:
        return self._locks.setdefault(owner, asyncio.Lock())


class HeldTokens:
    """The credential while its lock is held; `changed` is what to commit when the context ends."""

    def __init__(self, current: StoredTokens) -> None:
        self._current = current
        self.is_changed = False

    @property
    def current(self) -> StoredTokens:
        return self._current

    async def save(self, tokens: TokenSet, *, consumed_refresh_token: str | None) -> None:
        self._set(saved(self._current, tokens, consumed_refresh_token=consumed_refresh_token))

    async def drop_candidate(self, refresh_token: str) -> None:
        self._set(without_candidate(self._current, refresh_token))

    async def mark_needs_reconnect(self) -> None:
        self._set(replace(self._current, needs_reconnect=True))

    def _set(self, stored: StoredTokens) -> None:
        self._current = stored
        self.is_changed = True


class StoredTokenStore:
    """Bound to one owner. The database given has a small pool of its own: locks are held across a token request."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        owner: CredentialOwner,
        *,
        locks: RowLocks,
        new_id: Callable[[], UUID],
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._owner = owner
        self._locks = locks
        self._new_id = new_id

    async def read(self) -> StoredTokens:
        async with self._database.reading() as connection:
            return await self._read(ScopedConnection(self._database, connection, SYSTEM))

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[HeldTokens]:
        context = self._locked_by_row if self._database.is_postgresql else self._locked_in_process
        async with context() as held:
            yield held

    @asynccontextmanager
    async def _locked_by_row(self) -> AsyncIterator[HeldTokens]:
        row_id = await self._reserve()
        async with self._database.writing() as connection:
            db = ScopedConnection(self._database, connection, SYSTEM)
            await db.execute(db.select(credential, credential.c.id).where(credential.c.id == row_id).with_for_update())
            held = HeldTokens(await self._read(db))
            yield held
            await self._write(db, row_id, held)

    @asynccontextmanager
    async def _locked_in_process(self) -> AsyncIterator[HeldTokens]:
        # SQLite has one writer for the whole file: it must not be held across a token request.
        async with self._locks.of(self._owner):
            row_id = await self._reserve()
            held = HeldTokens(await self.read())
            yield held
            if held.is_changed:
                async with self._database.writing() as connection:
                    await self._write(ScopedConnection(self._database, connection, SYSTEM), row_id, held)

    async def _reserve(self) -> UUID:
        async with self._database.reading() as connection:
            row = await self._row(ScopedConnection(self._database, connection, SYSTEM))
        if row is not None:
            row_id: UUID = row["id"]
            return row_id
        async with self._database.writing() as connection:
            db = ScopedConnection(self._database, connection, SYSTEM)
            return await reserve_row(db, self._owner, TOKENS, self._new_id())

    async def _row(self, db: ScopedConnection) -> RowMapping | None:
        return await db.first(db.select(credential).where(*owned(self._owner, TOKENS)))

    async def _read(self, db: ScopedConnection) -> StoredTokens:
        needs_reconnect = await self._access(db) is AccessState.NEEDS_RECONNECT
        row = await self._row(db)
        if row is None or row["secret"] is None:
            return decode_tokens(None, needs_reconnect=needs_reconnect)
        return decode_tokens(
            self._cipher.decrypt(row["secret"], secret_place(row["id"])), needs_reconnect=needs_reconnect
        )

    async def _write(self, db: ScopedConnection, row_id: UUID, held: HeldTokens) -> None:
        if not held.is_changed:
            return
        sealed = self._cipher.encrypt(encode_tokens(held.current), secret_place(row_id))
        written = await db.execute(
            db.update(credential).where(credential.c.id == row_id).values(secret=sealed, updated_at=await db.now())
        )
        if written.rowcount == 0:
            # Disconnected while the lock was waited for: tokens that were deleted are not brought back.
            return
        table, row = self._owner_row()
        access = AccessState.NEEDS_RECONNECT if held.current.needs_reconnect else AccessState.CONNECTED
        await db.execute(db.update(table).where(table.c.id == row).values(access=access))

    async def _access(self, db: ScopedConnection) -> AccessState | None:
        table, row = self._owner_row()
        found = await db.first(db.select(table, table.c.access).where(table.c.id == row))
        access: AccessState | None = None if found is None else found["access"]
        return access

    def _owner_row(self) -> tuple[Table, UUID | None]:
        if self._owner.company_id is not None:
            return fortnox_company, self._owner.company_id
        return source_account, self._owner.source_account_id
