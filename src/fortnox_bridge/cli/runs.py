"""`fortnox-bridge runs`: what happened, and doing it again."""

from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.padding import Padding

from fortnox_bridge.cli.running import opened_bridge, out, run
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import RequestedAction, Run, RunState

_STYLE = {
    RunState.QUEUED: "[cyan]",
    RunState.RUNNING: "[cyan]",
    RunState.DONE: "[green]",
    RunState.SKIPPED: "[dim]",
    RunState.PARKED: "[yellow]",
}

app = typer.Typer(help="Runs: what happened, and doing it again.", no_args_is_help=True)


@app.command("list")
def list_runs(
    state: Annotated[RunState | None, typer.Option(help="Only runs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
) -> None:
    """Show runs, newest first."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            page = await bridge.services.runs.list(
                connection_id=None, state=state, external_id=None, cursor=None, limit=limit
            )
        for each in page.runs:
            _show(each)
        if not page.runs:
            out.print("There are no runs yet." if state is None else f"No run is {state}.")

    run(command())


@app.command()
def replay(run_id: Annotated[UUID, typer.Argument(help="The run's id.")]) -> None:
    """Run a deal again with fresh data and settings. Never makes a document twice."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            queued = await bridge.services.replay.replay(RunId(run_id), requested_by="command line")
        out.print(f"Run {queued.id} is queued. A running `serve` picks it up.", highlight=False)

    run(command())


@app.command()
def document(
    run_id: Annotated[UUID, typer.Argument(help="A run of the deal.")],
    action: Annotated[RequestedAction, typer.Argument(help="`update` the deal's draft, or make a `new` one.")],
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="A second document of the deal is really wanted.")] = False,
) -> None:
    """Bring a deal's draft up to date, or make another document of the deal."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            queued = await bridge.services.documents.of_run(
                RunId(run_id), action, requested_by="command line", is_confirmed=confirm
            )
        out.print(f"Run {queued.id} is queued. A running `serve` picks it up.", highlight=False)

    run(command())


def _show(each: Run) -> None:
    """A head line whose id can be copied whole, and the reason below it, as wide as the terminal allows."""
    since = (each.ended_at or each.started_at or each.created_at).strftime("%Y-%m-%d %H:%M:%S UTC")
    deal = escape(f"{each.source.connector} {each.source.kind} {each.source.external_id}")
    head = f"{each.id}  {_STYLE[each.state]}{each.state:<8}[/]  {since}  {deal}"
    out.print(head, highlight=False, soft_wrap=True)
    if why := _why(each):
        out.print(Padding(why, (0, 0, 0, 4)), highlight=False)


def _why(each: Run) -> str:
    if not each.reason:
        return ""
    return escape(describe(each.reason, each.reason_params or {}, Language.ENGLISH).what)
