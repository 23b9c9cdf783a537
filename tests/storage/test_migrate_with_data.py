"""Migrations of a database that is in use: on SQLite a table is copied and dropped, and its children must survive."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Uuid,
    select,
    types,
)
from sqlalchemy.exc import IntegrityError

from fortnox_bridge.storage import migrate
from fortnox_bridge.storage.engine import create_engine

RELEASED = "0004"
# What a check or the code that reads it back expects of a text column; everything else is just text.
KNOWN = {"state": "created", "access": "connected", "connector": "pipedrive", "task": "document", "kind": "invoice"}
STATES = {"run": "done", "link": "linked", "note": "linked"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'used.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.empty_database()
    yield url
    server.drop(url)


async def in_database(url, act):
    engine = create_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(act)
    finally:
        await engine.dispose()


def tables_of(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection) -> None:
    """One row in every table, each pointing at the one row of the tables it refers to."""
    rows: dict[str, dict[str, object]] = {}
    for table in tables_of(connection):
        row = {column.name: value(table, column, rows) for column in table.columns}
        if table.name == "credential":
            row["company_id"] = None
        rows[table.name] = row
        connection.execute(table.insert().values(row))


def value(table, column, rows):
    for key in column.foreign_keys:
        parent = key.column.table.name
        return rows[parent][key.column.name] if parent in rows else None
    match column.type:
        case Uuid():
            return uuid4()
        case types.CHAR():
            return uuid4().hex
        case Boolean():
            return True
        case Integer():
            return 1
        case LargeBinary():
            return b"x"
        case DateTime():
            return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        case Numeric():
            return 1
    text = STATES.get(table.name, KNOWN["state"]) if column.name == "state" else KNOWN.get(column.name)
    return text or "1"


def contents(connection: Connection) -> dict[str, list[dict[str, object]]]:
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables_of(connection)
    }


async def test_upgrade_of_a_database_in_use_keeps_every_row_and_so_does_the_way_back(empty_url):
    await migrate.upgrade(empty_url, RELEASED)
    await in_database(empty_url, fill)
    before = await in_database(empty_url, contents)
    assert all(len(rows) == 1 for rows in before.values())
    assert {"connection", "settings_revision", "document", "link", "note", "run", "api_key"} <= set(before)

    await migrate.upgrade(empty_url)

    after = await in_database(empty_url, contents)
    for name, rows in before.items():
        assert [{key: row[key] for key in rows[0]} for row in after[name]] == rows, name
    assert after["connection"][0]["position"] == 1

    await migrate.downgrade(empty_url, RELEASED)

    assert await in_database(empty_url, contents) == before


async def test_upgrade_leaves_foreign_keys_in_force(empty_url):
    await migrate.upgrade(empty_url, RELEASED)
    await in_database(empty_url, fill)
    await migrate.upgrade(empty_url)

    def orphan(connection: Connection) -> None:
        table = next(one for one in tables_of(connection) if one.name == "settings_revision")
        connection.execute(table.update().values(connection_id=uuid4().hex))

    with pytest.raises(IntegrityError):
        await in_database(empty_url, orphan)


async def test_a_migration_that_leaves_orphans_is_undone(tmp_path):
    url = f"sqlite:///{tmp_path / 'orphans.db'}"
    await migrate.upgrade(url, RELEASED)
    await in_database(url, fill)
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            # Damage of the kind a migration could do, done while nobody checks.
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            assert driver is not None
            await driver.execute("PRAGMA foreign_keys = OFF")
            await driver.execute("DELETE FROM connection")
    finally:
        await engine.dispose()

    with pytest.raises(RuntimeError, match="settings_revision"):
        await migrate.upgrade(url)
    assert await migrate.current(url) == RELEASED
