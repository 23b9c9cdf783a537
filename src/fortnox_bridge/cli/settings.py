"""`fortnox-bridge settings`: read and save a connection's sync settings as a file."""

import json
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from fortnox_bridge.cli.running import err, fail, opened_bridge, out, run
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.wire_json import UnreadableJson, decode_json
from fortnox_bridge.services.settings import SettingsConflict
from fortnox_bridge.sync_settings.faults import InvalidSettings

app = typer.Typer(help="Sync settings of a connection.", no_args_is_help=True)

Connection = Annotated[UUID, typer.Argument(help="The connection's id, see `connections list`.")]


@app.command()
def get(connection: Connection) -> None:
    """Print the settings in force as JSON, with their revision."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            saved = await bridge.services.settings.current(ConnectionId(connection))
        body = {"revision": saved.revision, "document": dict(saved.document)}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")

    run(command())


@app.command()
def put(
    connection: Connection,
    file: Annotated[Path, typer.Argument(help="What `settings get` printed, edited.", exists=True, dir_okay=False)],
) -> None:
    """Save settings from a file. Nothing changes unless the whole document is sound."""

    async def command() -> int:
        revision, document = _read(file)
        async with opened_bridge() as bridge:
            try:
                saved = await bridge.services.settings.save(
                    ConnectionId(connection), document, based_on=revision, author="command line"
                )
            except InvalidSettings as error:
                err.print("[red]Nothing was saved:[/]")
                for fault in error.faults:
                    err.print(f"  {fault.place}: {fault.message}", highlight=False, markup=False)
                return 1
            except SettingsConflict:
                fail("Somebody saved these settings in between. Run `settings get` again and repeat your changes.")
        out.print(f"Saved as revision {saved.revision}.", highlight=False)
        return 0

    run(command())


def _read(file: Path) -> tuple[int, dict[str, object]]:
    try:
        body = decode_json(file.read_bytes())
    except UnreadableJson:
        fail(f"{file} is not JSON.")
    revision, document = (body.get("revision"), body.get("document")) if isinstance(body, dict) else (None, None)
    if not isinstance(revision, int) or not isinstance(document, dict):
        fail(f"{file} needs `revision` and `document`, as `settings get` prints them.")
    return revision, document
