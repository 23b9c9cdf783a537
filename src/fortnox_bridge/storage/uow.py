"""Units of work: one scope, one transaction, every repository."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from fortnox_bridge.storage.crypto import Cipher
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.engine import SCOPE_SETTING
from fortnox_bridge.storage.repositories.action_calls import ActionCallRepository
from fortnox_bridge.storage.repositories.api_keys import ApiKeyRepository
from fortnox_bridge.storage.repositories.audit_log import AuditLogRepository
from fortnox_bridge.storage.repositories.backfill_items import BackfillItemRepository
from fortnox_bridge.storage.repositories.backfills import BackfillRepository
from fortnox_bridge.storage.repositories.card_records import CardPressRepository, CardRecordRepository
from fortnox_bridge.storage.repositories.companies import CompanyRepository
from fortnox_bridge.storage.repositories.connections import ConnectionRepository
from fortnox_bridge.storage.repositories.credentials import CredentialRepository
from fortnox_bridge.storage.repositories.documents import DocumentRepository
from fortnox_bridge.storage.repositories.events import EventRepository
from fortnox_bridge.storage.repositories.hooks import HookRepository
from fortnox_bridge.storage.repositories.links import LinkRepository
from fortnox_bridge.storage.repositories.oauth_states import OAuthStateRepository
from fortnox_bridge.storage.repositories.replay_links import ReplayLinkRepository
from fortnox_bridge.storage.repositories.run_queue import RunQueue
from fortnox_bridge.storage.repositories.runs import RunRepository
from fortnox_bridge.storage.repositories.settings import SettingsRepository
from fortnox_bridge.storage.repositories.source_accounts import SourceAccountRepository
from fortnox_bridge.storage.repositories.watermarks import WatermarkRepository
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.scopes import ConnectionScope, Scope


class UnitOfWork:
    """What one transaction may touch. Nobody but its factory commits."""

    def __init__(self, scoped: ScopedConnection, cipher: Cipher, new_id: Callable[[], UUID]) -> None:
        self.scope = scoped.scope
        self.now = scoped.now
        self.source_accounts = SourceAccountRepository(scoped)
        self.companies = CompanyRepository(scoped)
        self.connections = ConnectionRepository(scoped)
        self.credentials = CredentialRepository(scoped, cipher, new_id)
        self.hooks = HookRepository(scoped, cipher)
        self.settings = SettingsRepository(scoped)
        self.events = EventRepository(scoped)
        self.runs = RunRepository(scoped)
        self.run_queue = RunQueue(scoped)
        self.documents = DocumentRepository(scoped)
        self.links = LinkRepository(scoped)
        self.api_keys = ApiKeyRepository(scoped)
        self.oauth_states = OAuthStateRepository(scoped, cipher)
        self.replay_links = ReplayLinkRepository(scoped)
        self.audit_log = AuditLogRepository(scoped)
        self.backfills = BackfillRepository(scoped)
        self.backfill_items = BackfillItemRepository(scoped)
        self.card_records = CardRecordRepository(scoped)
        self.card_presses = CardPressRepository(scoped)
        self.action_calls = ActionCallRepository(scoped)
        self.watermarks = WatermarkRepository(scoped)


class UnitOfWorkFactory:
    def __init__(self, database: Database, cipher: Cipher, new_id: Callable[[], UUID]) -> None:
        self._database = database
        self._cipher = cipher
        self._new_id = new_id

    @asynccontextmanager
    async def __call__(self, scope: Scope) -> AsyncIterator[UnitOfWork]:
        """Commits on clean exit, rolls back on any error."""
        async with self._database.writing() as connection:
            await self._narrow(connection, scope)
            yield self._unit(ScopedConnection(self._database, connection, scope))

    @asynccontextmanager
    async def view(self, scope: Scope) -> AsyncIterator[UnitOfWork]:
        """For looking only: never waits for writers, and what is written in it is not kept."""
        async with self._database.reading() as connection:
            await self._narrow(connection, scope)
            yield self._unit(ScopedConnection(self._database, connection, scope))

    async def _narrow(self, connection: AsyncConnection, scope: Scope) -> None:
        """PostgreSQL itself shows this transaction no other rows, whatever a statement forgets to say."""
        if self._database.is_postgresql and isinstance(scope, ConnectionScope):
            await connection.execute(select(func.set_config(SCOPE_SETTING, str(scope.connection_id), true())))

    def _unit(self, scoped: ScopedConnection) -> UnitOfWork:
        return UnitOfWork(scoped, self._cipher, self._new_id)
