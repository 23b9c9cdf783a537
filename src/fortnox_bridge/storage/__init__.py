"""Durable state, on SQLite or PostgreSQL. Rows stay in here: what comes out are domain objects and plain records."""

from fortnox_bridge.storage.card_cache import CachedCustomer, Failure, StoredCardCache
from fortnox_bridge.storage.crypto import Cipher
from fortnox_bridge.storage.customer_copy import StoredCustomerCopy
from fortnox_bridge.storage.engine import create_engine
from fortnox_bridge.storage.errors import (
    AlreadyExists,
    OutOfScope,
    StaleRevision,
    StorageUnavailable,
    UnknownKey,
)
from fortnox_bridge.storage.paging import BadCursor, Page
from fortnox_bridge.storage.records import (
    ApiKey,
    AuditEntry,
    CredentialOwner,
    Enqueued,
    LinkedSource,
    NewRun,
    ReplayLink,
    RunFilter,
    SettingsRevision,
    SourceHook,
    StoredEvent,
    Watermark,
)
from fortnox_bridge.storage.repositories.card_records import CardRecord
from fortnox_bridge.storage.repositories.run_queue import SUPERSEDED
from fortnox_bridge.storage.scopes import SYSTEM, ConnectionScope, Scope
from fortnox_bridge.storage.storage import Storage
from fortnox_bridge.storage.uow import UnitOfWork, UnitOfWorkFactory

__all__ = [
    "SUPERSEDED",
    "SYSTEM",
    "AlreadyExists",
    "ApiKey",
    "AuditEntry",
    "BadCursor",
    "CachedCustomer",
    "CardRecord",
    "Cipher",
    "ConnectionScope",
    "CredentialOwner",
    "Enqueued",
    "Failure",
    "LinkedSource",
    "NewRun",
    "OutOfScope",
    "Page",
    "ReplayLink",
    "RunFilter",
    "Scope",
    "SettingsRevision",
    "SourceHook",
    "StaleRevision",
    "Storage",
    "StorageUnavailable",
    "StoredCardCache",
    "StoredCustomerCopy",
    "StoredEvent",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "UnknownKey",
    "Watermark",
    "create_engine",
]
