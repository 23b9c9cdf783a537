"""`settings table-export` and `table-import`: the article table as CSV (F40)."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from fortnox_bridge.cli.running import opened_bridge, run
from fortnox_bridge.cli.settings import AUTHOR, Connection, Live, saving
from fortnox_bridge.domain.ids import ConnectionId


def add_to(app: typer.Typer) -> None:
    app.command("table-export")(table_export)
    app.command("table-import")(table_import)


def table_export(connection: Connection) -> None:
    """Print the article table as CSV for a spreadsheet."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            text = await bridge.services.article_table.export(ConnectionId(connection))
        sys.stdout.buffer.write(text.encode())

    run(command())


def table_import(
    connection: Connection,
    file: Annotated[Path, typer.Argument(help="CSV with the columns `value` and `article`.", exists=True)],
    *,
    live: Live = True,
) -> None:
    """Save a CSV file's rows as the article table, as a new revision. Faults are told by line."""

    async def command() -> int:
        content = file.read_bytes()
        async with opened_bridge() as bridge:
            services = bridge.services
            based_on = (await services.settings.current(ConnectionId(connection))).revision
            return await saving(
                services.article_table.import_(
                    ConnectionId(connection), content, based_on=based_on, author=AUTHOR, is_live=live
                )
            )

    run(command())
