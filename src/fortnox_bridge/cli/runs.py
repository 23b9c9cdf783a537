"""`fortnox-bridge runs`: what happened, and doing it again."""

from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from fortnox_bridge.cli.running import id_column, opened_bridge, out, run
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import Run, RunState

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
        table = Table(id_column("Run"), "Deal", "State", "Why", "Since")
        for each in page.runs:
            since = (each.ended_at or each.started_at or each.created_at).strftime("%Y-%m-%d %H:%M:%S")
            table.add_row(
                str(each.id),
                escape(f"{each.source.connector} {each.source.external_id}"),
                each.state,
                _why(each),
                since,
            )
        out.print(table)

    run(command())


@app.command()
def replay(run_id: Annotated[UUID, typer.Argument(help="The run's id.")]) -> None:
    """Run a deal again with fresh data and settings. Never makes a document twice."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            queued = await bridge.services.replay.replay(RunId(run_id), requested_by="command line")
        out.print(f"Run {queued.id} is queued. A running `serve` picks it up.", highlight=False)

    run(command())


def _why(each: Run) -> str:
    if not each.reason:
        return ""
    return escape(describe(each.reason, each.reason_params or {}, Language.ENGLISH).what)
