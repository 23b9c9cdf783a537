"""Transactions: the one place that begins, commits and rolls back."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fortnox_bridge.storage.engine import POSTGRESQL, for_reading
from fortnox_bridge.storage.errors import StorageUnavailable
from fortnox_bridge.storage.lease_clock import LeaseClock

Insert = postgresql.Insert | sqlite.Insert


class Database:
    """One engine, its clock, and what differs between SQLite and PostgreSQL."""

    def __init__(self, engine: AsyncEngine, clock: LeaseClock) -> None:
        self._engine = engine
        self._reader = for_reading(engine)
        self._clock = clock
        self.is_postgresql = engine.dialect.name == POSTGRESQL
        # SQLite lets waiting writers poll, unfairly; in one process they can queue instead.
        self._one_writer = None if self.is_postgresql else asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Commits on clean exit, rolls back on any error. A cancelled commit is awaited to its end."""
        turn: AbstractAsyncContextManager[object] = self._one_writer or nullcontext()
        async with _outages(), turn, self._engine.connect() as connection:
            await connection.begin()
            yield connection
            await _to_the_end(connection.commit())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot-like view without the write lock; whatever was written by mistake is rolled back."""
        async with _outages(), self._reader.connect() as connection:
            await connection.begin()
            yield connection

    async def now(self, connection: AsyncConnection) -> datetime:
        return await self._clock.now(connection)

    def insert(self, table: Table) -> Insert:
        """INSERT with ON CONFLICT, in this database's dialect."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    async def close(self) -> None:
        await self._engine.dispose()


def is_outage(error: BaseException) -> bool:
    """Whether the database did not answer, as opposed to refusing the statement."""
    if isinstance(error, PoolTimeout | OSError | TimeoutError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError)


@asynccontextmanager
async def _outages() -> AsyncIterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        if is_outage(error):
            raise StorageUnavailable(type(error).__name__) from error
        raise


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await `work` to its end even if this task is cancelled meanwhile, then let the cancellation through."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    task.result()
