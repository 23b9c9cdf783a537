"""How Alembic reaches the database: on a connection it is handed, or on the URL given with `-x url=…`."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from fortnox_bridge.storage.engine import create_migration_engine
from fortnox_bridge.storage.migrate import refuse_orphans
from fortnox_bridge.storage.tables import METADATA


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        # SQLite alters a table by copying it.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_by_url(url: str) -> None:
    engine = create_migration_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
            await connection.run_sync(refuse_orphans)
    finally:
        await engine.dispose()


def main() -> None:
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    url = context.get_x_argument(as_dictionary=True).get("url")
    if context.is_offline_mode() or not isinstance(url, str):
        raise SystemExit("name the database: alembic -x url=postgresql://… (offline mode is not supported)")
    asyncio.run(migrate_by_url(url))


main()
