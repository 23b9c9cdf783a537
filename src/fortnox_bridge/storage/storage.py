"""The storage as the rest of the service sees it."""

from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.connection import Connection, FortnoxCompany
from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.domain.run import Run
from fortnox_bridge.storage.card_cache import StoredCardCache
from fortnox_bridge.storage.coalescer import CoalescingStore
from fortnox_bridge.storage.crypto import Cipher
from fortnox_bridge.storage.customer_copy import StoredCustomerCopy
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.engine import POSTGRESQL, create_engine, database_url
from fortnox_bridge.storage.event_store import EventStore
from fortnox_bridge.storage.lease_clock import DatabaseClock, LeaseClock, ProcessClock
from fortnox_bridge.storage.ledgers import Ledgers, ledgers_of
from fortnox_bridge.storage.records import CredentialOwner
from fortnox_bridge.storage.register_cache import StoredRegisterCache
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.token_store import RowLocks, StoredTokenStore
from fortnox_bridge.storage.turns import Turns
from fortnox_bridge.storage.uow import UnitOfWorkFactory

NewId = Callable[[], UUID]
_TOKEN_POOL = 5
_COMMITS = 4


class Storage:
    """One database. `lease_clock` is the database's own on PostgreSQL and this process's on SQLite, unless given.

    `token_engine` should be a small pool of its own: a token refresh holds its connection for as long as the
    authorization server takes to answer, and must not starve the others.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        cipher: Cipher,
        clock: Clock,
        ids: NewId = uuid4,
        *,
        token_engine: AsyncEngine | None = None,
        lease_clock: LeaseClock | None = None,
    ) -> None:
        if lease_clock is None:
            lease_clock = DatabaseClock() if engine.dialect.name == POSTGRESQL else ProcessClock(clock)
        self._database = Database(engine, lease_clock)
        self._tokens = self._database if token_engine is None else Database(token_engine, lease_clock)
        self._cipher = cipher
        self._ids = ids
        self._token_locks = RowLocks()
        self.unit = UnitOfWorkFactory(self._database, cipher, ids)
        # SQLite has one writer: what waits for it may as well go together.
        self.events = CoalescingStore(
            EventStore(self._database, ids), commits=_COMMITS if self._database.is_postgresql else 1
        )
        self.turns = Turns(self._database, str(ids()))

    @classmethod
    def open(
        cls,
        url: str,
        cipher: Cipher,
        clock: Clock,
        ids: NewId = uuid4,
        *,
        pool_size: int = 10,
        lease_clock: LeaseClock | None = None,
    ) -> "Storage":
        """The storage at `url`, with a second pool for token refreshes on PostgreSQL. Connects when first used."""
        token_engine = None
        if database_url(url).get_backend_name() == POSTGRESQL:
            token_engine = create_engine(url, pool_size=_TOKEN_POOL, max_overflow=0)
        engine = create_engine(url, pool_size=pool_size)
        return cls(engine, cipher, clock, ids, token_engine=token_engine, lease_clock=lease_clock)

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on the same database."""
        return self._database.is_postgresql

    def ledgers(self, run: Run, connection: Connection, company: FortnoxCompany) -> Ledgers:
        return ledgers_of(RunBinding(self._database, run, connection, company), self._ids)

    def registers(self, company_id: FortnoxCompanyId) -> StoredRegisterCache:
        return StoredRegisterCache(self._database, company_id)

    def card_cache(self, company_id: FortnoxCompanyId) -> StoredCardCache:
        return StoredCardCache(self._database, company_id)

    def customer_copy(self, company_id: FortnoxCompanyId) -> StoredCustomerCopy:
        return StoredCustomerCopy(self._database, company_id)

    def token_store(self, owner: CredentialOwner) -> StoredTokenStore:
        return StoredTokenStore(self._tokens, self._cipher, owner, locks=self._token_locks, new_id=self._ids)

    async def ping(self) -> None:
        """Returns if the database answers; raises `StorageUnavailable` otherwise."""
        async with self._database.reading() as connection:
            await connection.execute(select(1))

    async def close(self) -> None:
        await self._database.close()
        if self._tokens is not self._database:
            await self._tokens.close()
