import asyncio
import logging
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from fortnox_bridge.storage import StorageUnavailable, create_engine, migrate
from fortnox_bridge.storage.tables import METADATA


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.empty_database()
    yield url
    server.drop(url)


async def in_database(url, look):
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def differences(connection: Connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, METADATA)


def shape(connection: Connection):
    """Tables, checks, uniques and indexes as the database tells them: more than Alembic compares."""
    looked = inspect(connection)
    return {
        table: (
            sorted(check["name"] for check in looked.get_check_constraints(table)),
            sorted((unique["name"], tuple(unique["column_names"])) for unique in looked.get_unique_constraints(table)),
            sorted(
                (index["name"], tuple(index["column_names"]), bool(index["unique"]), condition(index))
                for index in looked.get_indexes(table)
            ),
            sorted((key["name"], key["referred_table"], str(key["options"])) for key in looked.get_foreign_keys(table)),
        )
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def condition(index):
    return sorted((name, str(value)) for name, value in index["dialect_options"].items())


async def test_upgrade_from_empty_gives_exactly_the_tables_of_the_code(empty_url):
    await migrate.upgrade(empty_url)

    assert await in_database(empty_url, differences) == []
    migrated = await in_database(empty_url, shape)
    await migrate.downgrade(empty_url, "base")
    await in_database_created(empty_url)
    assert await in_database(empty_url, shape) == migrated


async def in_database_created(url):
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()


async def test_downgrade_to_base_and_upgrade_again_leaves_no_difference(empty_url):
    await migrate.upgrade(empty_url)
    await migrate.downgrade(empty_url, "base")

    tables = await in_database(empty_url, lambda connection: inspect(connection).get_table_names())
    assert set(tables) <= {"alembic_version"}
    assert await migrate.current(empty_url) is None

    await migrate.upgrade(empty_url)
    assert await in_database(empty_url, differences) == []


async def test_downgrade_by_one_and_up_again_works_for_every_migration(empty_url):
    await migrate.upgrade(empty_url)
    steps = 0
    while await migrate.current(empty_url) is not None:
        await migrate.downgrade(empty_url, "-1")
        steps += 1
    assert steps > 3
    for _ in range(steps):
        await migrate.upgrade(empty_url, "+1")
    assert await migrate.is_current(empty_url)


async def test_is_current_tells_an_empty_database_from_a_migrated_one(empty_url):
    assert not await migrate.is_current(empty_url)
    await migrate.upgrade(empty_url)
    assert await migrate.is_current(empty_url)
    assert await migrate.current(empty_url) == migrate.head()


async def test_upgrade_by_several_at_once_happens_once(empty_url):
    await asyncio.gather(*(migrate.upgrade(empty_url) for _ in range(4)))
    assert await migrate.is_current(empty_url)


async def test_upgrade_leaves_existing_loggers_alone(empty_url):
    logger = logging.getLogger("fortnox_bridge.somewhere")
    await migrate.upgrade(empty_url)
    assert not logger.disabled


async def test_sqlite_is_opened_durably(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    try:
        async with engine.connect() as connection:
            answers = {
                name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
    finally:
        await engine.dispose()
    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_engine_of_an_unsupported_database_is_refused(url):
    with pytest.raises(ValueError, match=r"not supported|in memory"):
        create_engine(url)


async def test_migrating_into_a_folder_that_does_not_exist_names_the_folder(tmp_path):
    with pytest.raises(StorageUnavailable, match=r"no folder .*absent"):
        await migrate.upgrade(f"sqlite:///{tmp_path / 'absent' / 'bridge.db'}")
