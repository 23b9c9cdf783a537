"""What the ledgers of one run are bound to, and the short fenced transaction each of their writes is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fortnox_bridge.domain.connection import Connection, FortnoxCompany
from fortnox_bridge.domain.run import Run
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.fence import hold
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.scopes import SYSTEM


@dataclass(frozen=True, slots=True)
class RunBinding:
    """The ledgers narrow every statement by these three themselves: documents by company, links by connection.

    The system scope is right here, since a company's document of this deal must be seen whichever connection
    made it: another draft would be the double that the ledger exists to prevent.
    """

    database: Database
    run: Run
    connection: Connection
    company: FortnoxCompany

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[ScopedConnection]:
        """One transaction under the run's fence; `LeaseLost` before anything is written otherwise."""
        async with self.database.writing() as connection:
            scoped = ScopedConnection(self.database, connection, SYSTEM)
            await hold(scoped, self.run.id, self.run.fence)
            yield scoped

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ScopedConnection]:
        async with self.database.reading() as connection:
            yield ScopedConnection(self.database, connection, SYSTEM)
