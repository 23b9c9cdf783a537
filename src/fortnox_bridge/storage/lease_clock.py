"""The clock of leases, deadlines and due times: the database's where several processes share it."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fortnox_bridge.domain.clock import Clock, require_aware


class LeaseClock(Protocol):
    async def now(self, connection: AsyncConnection) -> datetime: ...


class DatabaseClock:
    """PostgreSQL's wall clock, not the transaction's start: waiting for a lock takes time too."""

    async def now(self, connection: AsyncConnection) -> datetime:
        instant: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return require_aware(instant)


class ProcessClock:
    """This process's clock: SQLite is used by one process, and tests move it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def now(self, connection: AsyncConnection) -> datetime:
        return self._clock.now()
