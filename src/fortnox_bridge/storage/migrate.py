"""Migrations: the schema to its newest version and back, by one process at a time."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy import text as sql

from fortnox_bridge.storage.database import outages
from fortnox_bridge.storage.engine import POSTGRESQL, SQLITE, create_engine, create_migration_engine, require_folder

# Any number does, as long as nobody else's migrations use the same one.
_ADVISORY_LOCK: Final = 4_801_946_335_206_117_001
_IN_WHEEL: Final = Path(__file__).parents[1] / "_migrations"
_IN_REPOSITORY: Final = Path(__file__).parents[3] / "migrations"


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`. Concurrent calls wait for the first and then find nothing to do."""
    await _migrate(url, revision, command.upgrade)


async def downgrade(url: str, revision: str) -> None:
    """Take the schema back to `revision`; `base` removes it with everything in it."""
    await _migrate(url, revision, command.downgrade)


async def current(url: str) -> str | None:
    """The revision the database is at; None before the first migration."""
    require_folder(url)
    engine = create_engine(url, pool_size=1)
    try:
        async with outages(), engine.connect() as connection:
            return await connection.run_sync(_revision_of)
    finally:
        await engine.dispose()


async def is_current(url: str) -> bool:
    return await current(url) == head()


def head() -> str:
    """The newest revision this build knows."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    if revision is None:
        raise LookupError("no migrations are installed")
    return revision


def config() -> Config:
    """Alembic's configuration with the migrations of the wheel, or of the repository."""
    made = Config()
    made.set_main_option("script_location", str(_IN_WHEEL if _IN_WHEEL.is_dir() else _IN_REPOSITORY))
    made.set_main_option("path_separator", "os")
    return made


async def _migrate(url: str, revision: str, direction: Callable[[Config, str], None]) -> None:
    def run(connection: Connection) -> None:
        _wait_for_turn(connection)
        made = config()
        # env.py works on this connection, inside this transaction.
        made.attributes["connection"] = connection
        direction(made, revision)
        refuse_orphans(connection)

    require_folder(url)
    engine = create_migration_engine(url)
    try:
        async with outages(), engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


def refuse_orphans(connection: Connection) -> None:
    """Undo a migration on SQLite that left a row without its parent: foreign keys were off meanwhile."""
    if connection.dialect.name != SQLITE:
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        raise RuntimeError(f"the migration would leave rows without their parents in: {tables}")


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name != POSTGRESQL:
        # BEGIN IMMEDIATE has made the others wait already.
        return
    connection.execute(sql("SET LOCAL lock_timeout = '5min'"))
    connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    # A migration that cannot get its table lock soon must not make everybody else queue behind it.
    connection.execute(sql("SET LOCAL lock_timeout = '10s'"))
    connection.execute(sql("SET LOCAL statement_timeout = '10min'"))


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
