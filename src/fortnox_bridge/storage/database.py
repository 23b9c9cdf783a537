"""Transactions: the one place that begins, commits and rolls back."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fortnox_bridge.storage.engine import POSTGRESQL, for_reading
from fortnox_bridge.storage.errors import StorageUnavailable
from fortnox_bridge.storage.lease_clock import LeaseClock

T = TypeVar("T")
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
        async with outages(), turn, self._begun(self._engine) as connection:
            yield connection
            await to_the_end(connection.commit())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Without the write lock; whatever was written by mistake is rolled back."""
        async with outages(), self._begun(self._reader) as connection:
            yield connection

    async def steadily(self, work: Coroutine[Any, Any, T]) -> T:
        """Await one statement; on SQLite to its end, even if this task is cancelled meanwhile.

        The driver's thread finishes the statement anyhow, and a connection closed in the middle of it stays half
        open with its locks until the garbage collector comes by. PostgreSQL can cancel a statement properly.
        """
        return await (work if self.is_postgresql else to_the_end(work))

    async def now(self, connection: AsyncConnection) -> datetime:
        return await self._clock.now(connection)

    def insert(self, table: Table) -> Insert:
        """INSERT with ON CONFLICT, in this database's dialect."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _begun(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        connection = engine.connect()
        try:
            await self.steadily(connection.start())
            await self.steadily(_begin(connection))
            yield connection
        finally:
            if connection.sync_connection is not None:
                await to_the_end(connection.close())


def is_outage(error: BaseException) -> bool:
    """Whether the database did not answer, as opposed to refusing the statement."""
    if isinstance(error, PoolTimeout | OSError | TimeoutError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError)


@asynccontextmanager
async def outages() -> AsyncIterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        if is_outage(error):
            raise StorageUnavailable(type(error).__name__) from error
        raise


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end even if this task is cancelled meanwhile, then let the cancellation through."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        # Its failure, if any, is part of being cancelled; asked for, so that nobody reports it as forgotten.
        _ = task.cancelled() or task.exception()
        raise cancelled
    return task.result()


async def _begin(connection: AsyncConnection) -> None:
    await connection.begin()
