"""Engines: one per database URL, set up so that a commit is durable and a waiting lock ends by itself."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from fortnox_bridge.storage.errors import StorageUnavailable

POSTGRESQL: Final = "postgresql"
SCOPE_SETTING: Final = "fortnox_bridge.scope"
SQLITE: Final = "sqlite"
_DRIVERS: Final = {POSTGRESQL: "postgresql+asyncpg", "postgres": "postgresql+asyncpg", SQLITE: "sqlite+aiosqlite"}

# Above the 30 s HTTP timeout of a token refresh, the one foreign call made inside a transaction (reliability 4.5).
_IDLE_IN_TRANSACTION_MS = 45_000
_BUSY_TIMEOUT_MS = 5_000
_BEGIN_OPTION: Final = "sqlite_begin"


def database_url(text: str) -> URL:
    """The URL with the driver we use; ValueError for any other database."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        # The text itself may hold a password.
        raise ValueError(
            "the database's address is none: use sqlite+aiosqlite:///… or postgresql+asyncpg://…"
        ) from error
    backend = url.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise ValueError(f"{backend} is not supported: use sqlite or postgresql")
    return url.set(drivername=_DRIVERS[backend])


def create_migration_engine(text: str) -> AsyncEngine:
    """One connection, without foreign keys on SQLite, where altering a table may mean copying and dropping it.

    Dropping the old copy would delete its children with it, and the pragma does nothing inside a transaction.
    `foreign_key_check` before the commit is the caller's.
    """
    engine = create_engine(text, pool_size=1)
    if engine.dialect.name == SQLITE:
        event.listen(engine.sync_engine, "connect", _forget_foreign_keys)
    return engine


def create_engine(text: str, *, pool_size: int = 10, max_overflow: int = 10) -> AsyncEngine:
    url = database_url(text)
    if url.get_backend_name() == SQLITE:
        return _sqlite_engine(url)
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=10,
        # A connection may die while it rests in the pool, when the server restarts (reliability 7).
        pool_pre_ping=True,
        pool_recycle=300,
        connect_args={
            "timeout": 5,
            "command_timeout": 60,
            "server_settings": {
                "application_name": "fortnox-bridge",
                # Row-level security shows nothing to whoever lacks it; a unit of work narrows its transaction further.
                SCOPE_SETTING: "system",
                "timezone": "UTC",
                "synchronous_commit": "on",
                "lock_timeout": str(_IDLE_IN_TRANSACTION_MS),
                "idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS),
            },
        },
    )


def require_folder(text: str) -> None:
    """`StorageUnavailable` when a SQLite file has no folder to lie in.

    Asked before the first connection: a file that cannot be opened makes the driver's thread speak up after its loop
    has ended.
    """
    url = database_url(text)
    if url.get_backend_name() != SQLITE or not url.database:
        return
    folder = Path(url.database).absolute().parent
    if not folder.is_dir():
        raise StorageUnavailable(f"there is no folder {folder}")


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """The same pool; on SQLite its transactions do not take the write lock."""
    return engine.execution_options(**{_BEGIN_OPTION: "BEGIN DEFERRED"})


def _sqlite_engine(url: URL) -> AsyncEngine:
    if url.database is None or url.database in {"", ":memory:"}:
        raise ValueError("a database in memory would be another one in every connection: name a file")
    # A thread per connection: few suffice, since one writer works at a time.
    engine = create_async_engine(url, hide_parameters=True, pool_size=5, max_overflow=5, pool_timeout=10)
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 the driver's own type
    # The driver would begin transactions by itself, deferred and only before some statements.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        # NORMAL may lose the last commits at power loss (reliability 4.1).
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _forget_foreign_keys(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 the driver's own type
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: two deferred transactions that both want to write end in SQLITE_BUSY whatever the timeout.
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN_OPTION, "BEGIN IMMEDIATE"))
