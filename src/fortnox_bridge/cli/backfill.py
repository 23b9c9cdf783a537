"""`fortnox-bridge backfill`: documents for deals of the past, previewed first (F17)."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fortnox_bridge.cli.running import fail, opened_bridge, out, run
from fortnox_bridge.domain.backfill import Backfill, BackfillItem, BackfillRequest, BackfillState, ItemState, Wish
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.clock import BUSINESS_ZONE
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language

app = typer.Typer(help="Documents for deals of the past. A running `serve` does the work.", no_args_is_help=True)

Connection = Annotated[UUID, typer.Argument(help="The connection's id, see `connections list`.")]
Id = Annotated[UUID, typer.Argument(help="The backfill's id, see `backfill list`.")]
_AUTHOR: Final = "command line"
_LOOK_EVERY_S: Final = 1.0
_RESTING: Final = frozenset({BackfillState.READY, BackfillState.DONE, BackfillState.CANCELLED, BackfillState.PAUSED})
_ENDED: Final = (ItemState.DONE, ItemState.SKIPPED, ItemState.PARKED)


@app.command()
def begin(
    connection: Connection,
    *,
    since: Annotated[datetime | None, typer.Option(help="Deals changed on this day or later.")] = None,
    before: Annotated[datetime | None, typer.Option(help="Deals changed before this day.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file with one deal's id a line, instead of days.", exists=True)
    ] = None,
    document: Annotated[DocumentKind | None, typer.Option(help="Overrides the trigger rules.")] = None,
) -> None:
    """Ask for a backfill and look at its deals. Nothing is made before `backfill start`."""
    ids = tuple(dict.fromkeys(file.read_text(encoding="utf-8").split())) if file else ()
    if bool(ids) == bool(since or before):
        fail("Say which deals: --since and --before, or --file with their ids.")
    wanted = BackfillRequest(
        external_ids=ids,
        changed_since=_instant(since),
        changed_before=_instant(before),
        document=document.value if document else None,
    )

    async def command() -> None:
        async with opened_bridge() as bridge:
            begun = await bridge.services.backfills.begin(ConnectionId(connection), wanted, author=_AUTHOR)
        out.print(f"Backfill {begun.id} looks at its deals.", highlight=False)
        out.print(
            f"Next: fortnox-bridge backfill show {connection} {begun.id} --watch", highlight=False, soft_wrap=True
        )

    run(command())


@app.command("list")
def list_backfills(connection: Connection) -> None:
    """Show the connection's backfills, newest first."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            page = await bridge.services.backfills.list_page(ConnectionId(connection), limit=50, cursor=None)
        for each in page.backfills:
            _tell(each)
        if not page.backfills:
            out.print("There are no backfills yet.")

    run(command())


@app.command()
def show(
    connection: Connection,
    backfill: Id,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Stay until it rests, and show how far it has come.")] = False,
    deals: Annotated[int, typer.Option(min=0, max=500, help="Show so many of its deals.")] = 20,
) -> None:
    """Show a backfill, and what looking at its deals said."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            backfills = bridge.services.backfills

            async def look() -> Backfill:
                return await backfills.get(ConnectionId(connection), backfill)

            found = await look()
            if watch and found.state not in _RESTING:
                with _progress() as progress:
                    bar = progress.add_task(found.state)
                    while found.state not in _RESTING:
                        done, total = _come(found)
                        progress.update(bar, description=found.state, completed=done, total=total)
                        await asyncio.sleep(_LOOK_EVERY_S)
                        found = await look()
            page = await backfills.items(ConnectionId(connection), backfill, state=None, behind=0, limit=deals or 1)
        _tell(found)
        for item in page.items if deals else ():
            out.print(f"  {_deal(item)}", highlight=False)

    run(command())


@app.command()
def start(connection: Connection, backfill: Id) -> None:
    """Make the documents of a backfill whose deals were looked at."""
    _change(connection, backfill, Wish.START)


@app.command()
def pause(connection: Connection, backfill: Id) -> None:
    """Make no more documents for now; what is under way ends."""
    _change(connection, backfill, Wish.PAUSE)


@app.command()
def resume(connection: Connection, backfill: Id) -> None:
    """Go on with a paused backfill."""
    _change(connection, backfill, Wish.RESUME)


@app.command()
def cancel(connection: Connection, backfill: Id) -> None:
    """Leave what was not begun; what is under way ends, and what was made stays."""
    _change(connection, backfill, Wish.CANCEL)


def _change(connection: UUID, backfill: UUID, wish: Wish) -> None:
    async def command() -> None:
        async with opened_bridge() as bridge:
            changed = await bridge.services.backfills.wish(ConnectionId(connection), backfill, wish, author=_AUTHOR)
        _tell(changed)

    run(command())


def _instant(day: datetime | None) -> datetime | None:
    """Days are Swedish ones."""
    return None if day is None else day.replace(tzinfo=BUSINESS_ZONE).astimezone(UTC)


def _progress() -> Progress:
    return Progress(TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), console=out)


def _come(backfill: Backfill) -> tuple[int, int | None]:
    """How many deals are done with, and of how many; unknown while the source is still being listed."""
    counts = backfill.count
    if backfill.state is BackfillState.PREVIEWING:
        looked_at = counts(ItemState.PREVIEWED, ItemState.EXCLUDED)
        return looked_at, looked_at + counts(ItemState.FOUND) if backfill.is_listed else None
    ended = counts(*_ENDED)
    return ended, ended + counts(ItemState.PREVIEWED, ItemState.QUEUED)


def _tell(each: Backfill) -> None:
    at = each.created_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    out.print(f"{each.id}  {each.state:<10}  {at}  {escape(each.author)}", highlight=False, soft_wrap=True)
    counts = ", ".join(f"{state.value} {number}" for state in ItemState if (number := each.counts.get(state)))
    out.print(f"    {counts or 'no deals'}", highlight=False)
    if each.reason:
        why = describe(each.reason, each.reason_params or {}, Language.ENGLISH)
        out.print(f"    [yellow]stands still:[/] {escape(why.what)}", highlight=False)


def _deal(item: BackfillItem) -> str:
    seen = item.preview or {}
    told = f"{item.state:<9}  {escape(item.external_id)}  {escape(item.title)}"
    if seen.get("total"):
        told += f"  {seen['total']} {seen['currency']}  {escape(str(seen['customer']))}"
    reason, params = seen.get("reason"), seen.get("reason_params")
    if isinstance(reason, str):
        words = describe(reason, params if isinstance(params, dict) else {}, Language.ENGLISH)
        told += f"  [yellow]{escape(words.what)}[/]"
    return told
