"""`fortnox-bridge settings`: read, check and save a connection's sync settings, and take them elsewhere (F115)."""

import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.markup import escape

from fortnox_bridge.bootstrap import Bridge
from fortnox_bridge.cli.running import fail, opened_bridge, out, run
from fortnox_bridge.cli.settings_told import CHECK_FAILED, show_changes, show_check, show_faults, show_saved
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.wire_json import UnreadableJson, decode_json
from fortnox_bridge.services.settings.change_settings import Saved
from fortnox_bridge.services.settings.settings import SettingsConflict
from fortnox_bridge.sync_settings.faults import InvalidSettings

app = typer.Typer(help="Sync settings of a connection.", no_args_is_help=True)

Connection = Annotated[UUID, typer.Argument(help="The connection's id, see `connections list`.")]
Live = Annotated[
    bool, typer.Option("--live/--no-live", help="Look up what the settings name in the source and in Fortnox.")
]
AUTHOR = "command line"


@app.command()
def get(connection: Connection) -> None:
    """Print the settings in force as JSON, with their revision."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            saved = await bridge.services.settings.current(ConnectionId(connection))
        _print_json({"revision": saved.revision, "document": dict(saved.document)})

    run(command())


@app.command()
def put(
    connection: Connection,
    file: Annotated[Path, typer.Argument(help="What `settings get` printed, edited.", exists=True, dir_okay=False)],
    *,
    live: Live = True,
) -> None:
    """Save settings from a file. Nothing changes unless the whole document is sound."""

    async def command() -> int:
        revision, document = _read(file)
        async with opened_bridge() as bridge:
            return await saving(
                bridge.services.change_settings.save(
                    ConnectionId(connection), document, based_on=revision, author=AUTHOR, is_live=live
                )
            )

    run(command())


@app.command()
def validate(
    connection: Connection,
    file: Annotated[
        Path | None, typer.Argument(help="As for `put`. None: the settings in force.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Check settings without saving them; ends with 1 when something is wrong."""

    async def command() -> int:
        async with opened_bridge() as bridge:
            changing = bridge.services.change_settings
            if file is None:
                _, checked = await changing.check_current(ConnectionId(connection))
            else:
                checked = await changing.validate(ConnectionId(connection), _read(file)[1])
        return show_check(checked)

    run(command())


@app.command()
def revisions(
    connection: Connection, limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20
) -> None:
    """Show who saved when, newest first."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            page = await bridge.services.settings.history(ConnectionId(connection), limit=limit)
        for each in page.revisions:
            at = each.created_at.strftime("%Y-%m-%d %H:%M:%S UTC")
            out.print(f"{each.revision:>5}  {at}  {escape(each.author)}", highlight=False)

    run(command())


@app.command()
def diff(
    connection: Connection,
    before: Annotated[int, typer.Argument(help="The older revision.", min=1)],
    after: Annotated[int | None, typer.Argument(help="The newer one; the one in force if none.", min=1)] = None,
) -> None:
    """Show what changed from one revision to another, place by place."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            show_changes(await bridge.services.settings.diff(ConnectionId(connection), before, after))

    run(command())


@app.command()
def restore(
    connection: Connection,
    revision: Annotated[int, typer.Argument(help="The revision to make the newest one.", min=1)],
    *,
    live: Live = True,
) -> None:
    """Save an older revision's settings as a new revision."""

    async def command() -> int:
        async with opened_bridge() as bridge:
            based_on = await _latest(bridge, connection)
            return await saving(
                bridge.services.change_settings.restore(
                    ConnectionId(connection), revision, based_on=based_on, author=AUTHOR, is_live=live
                )
            )

    run(command())


@app.command()
def export(connection: Connection) -> None:
    """Print the settings in force as a file for `settings import`, here or elsewhere."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            file = await bridge.services.change_settings.export(ConnectionId(connection))
        _print_json(file.model_dump(mode="json"))

    run(command())


@app.command("import")
def import_settings(
    connection: Connection,
    file: Annotated[Path, typer.Argument(help="What `settings export` printed.", exists=True, dir_okay=False)],
    *,
    live: Live = True,
) -> None:
    """Save an exported file's settings as a new revision of this connection's."""

    async def command() -> int:
        content = _object_in(file)
        async with opened_bridge() as bridge:
            based_on = await _latest(bridge, connection)
            return await saving(
                bridge.services.change_settings.import_file(
                    ConnectionId(connection), content, based_on=based_on, author=AUTHOR, is_live=live
                )
            )

    run(command())


@app.command()
def copy(
    source: Annotated[UUID, typer.Argument(help="The connection to copy from.")],
    target: Annotated[UUID, typer.Argument(help="The connection to copy to.")],
    *,
    live: Live = True,
) -> None:
    """Save one connection's settings as a new revision of another's."""

    async def command() -> int:
        async with opened_bridge() as bridge:
            based_on = await _latest(bridge, target)
            return await saving(
                bridge.services.change_settings.copy(
                    ConnectionId(target), ConnectionId(source), based_on=based_on, author=AUTHOR, is_live=live
                )
            )

    run(command())


async def saving(change: Coroutine[Any, Any, Saved]) -> int:
    """Make a change and tell what became of it; the exit code."""
    try:
        show_saved(await change)
    except InvalidSettings as error:
        show_faults(error.faults)
        return CHECK_FAILED
    except SettingsConflict:
        fail("Somebody saved these settings in between. Run `settings get` again and repeat your changes.")
    return 0


async def _latest(bridge: Bridge, connection: UUID) -> int:
    return (await bridge.services.settings.current(ConnectionId(connection))).revision


def _read(file: Path) -> tuple[int, dict[str, object]]:
    body = _object_in(file)
    revision, document = body.get("revision"), body.get("document")
    if not isinstance(revision, int) or not isinstance(document, dict):
        fail(f"{file} needs `revision` and `document`, as `settings get` prints them.")
    return revision, document


def _object_in(file: Path) -> dict[str, object]:
    try:
        body = decode_json(file.read_bytes())
    except UnreadableJson:
        fail(f"{file} is not JSON.")
    return dict(body) if isinstance(body, dict) else {}


def _print_json(body: object) -> None:
    sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
