"""`fortnox-bridge connectors`: which are installed, and why one is not working."""

import typer
from rich.table import Table

from fortnox_bridge.cli.running import out, read_config
from fortnox_bridge.registry import LoadStatus, load_registry

app = typer.Typer(help="Installed connectors.", no_args_is_help=True)


@app.command("list")
def list_connectors() -> None:
    """Show what was found, its version, and what went wrong."""
    config = read_config()
    registry = load_registry(blocked=config.blocked_connectors)
    table = Table("Connector", "Title", "Package", "Version", "State")
    for report in registry.reports:
        connector = registry.get(report.entry_point)
        state = "loaded" if report.status is LoadStatus.LOADED else f"{report.status}: {report.problem}"
        title = connector.title if connector and report.status is LoadStatus.LOADED else ""
        table.add_row(report.entry_point, title, report.distribution, report.version, state)
    out.print(table)
    if any(report.status is LoadStatus.FAILED for report in registry.reports):
        raise typer.Exit(1)
