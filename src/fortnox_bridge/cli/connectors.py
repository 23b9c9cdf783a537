"""`fortnox-bridge connectors`: which are installed and how they stand, new ones, and the rules they are held to."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

import typer
from rich.markup import escape
from rich.table import Table

from fortnox_bridge.cli.connector_new import make_connector, tell_next_steps
from fortnox_bridge.cli.running import fail, out, read_config
from fortnox_bridge.quality import quality_of
from fortnox_bridge.registry import LoadReport, LoadStatus, Registry, load_registry
from fortnox_bridge.sdk import Connector
from fortnox_bridge.sdk.hookspecs import ENTRY_POINT_GROUP

app = typer.Typer(help="Installed connectors, and new ones.", no_args_is_help=True)

_PARTS: Final = ("oauth", "accepts_api_token", "webhooks", "cards", "actions", "commands", "demo", "simulator")
_STYLE: Final = {LoadStatus.LOADED: "green", LoadStatus.BLOCKED: "yellow", LoadStatus.FAILED: "red"}


@app.command("list")
def list_connectors() -> None:
    """Show what was found: version, tier, what it can, and what went wrong."""
    config = read_config()
    registry = load_registry(blocked=config.blocked_connectors)
    table = Table("Connector", "Version", "Tier", "State", "Parts")
    for report in registry.reports:
        table.add_row(*_row(report, registry))
    out.print(table)
    for report in registry.reports:
        if report.problem:
            out.print(
                f"[red]{escape(report.entry_point)}[/]: {escape(report.problem)}", highlight=False, soft_wrap=True
            )
    if any(report.status is LoadStatus.FAILED for report in registry.reports):
        raise typer.Exit(1)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Small letters and digits, such as kontor.")],
    folder: Annotated[Path | None, typer.Option(help="Where to make it; here, if not said.")] = None,
) -> None:
    """Make a connector from the template: it passes the kit and runs the demo as it is."""
    tell_next_steps(name, make_connector(name, folder))


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="An installed connector, or the folder of one.")],
    *,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
) -> None:
    """Hold a connector to the rules of the conformance kit."""
    if importlib.util.find_spec("pytest") is None:
        fail("The kit needs pytest: pip install 'fortnox-bridge[testing]'.")
    folder = _folder_of(name)
    tests = sorted(folder.rglob("test_conformance.py"))
    if not tests:
        fail(f"There is no test_conformance.py in {folder}: see docs/connector-guide.md.")
    chosen = ["-k", f"[{rule}]"] if rule else []
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *chosen, str(tests[0])]
    done = subprocess.run(command, cwd=folder, check=False)  # noqa: S603 - our own interpreter, no shell
    raise typer.Exit(done.returncode)


def _folder_of(name: str) -> Path:
    """Where a connector's tests lie: a wheel holds none, so it is installed from its folder or named by it."""
    if Path(name).is_dir():
        return Path(name).resolve()
    points = entry_points(group=ENTRY_POINT_GROUP, name=name)
    if not points:
        fail(f"No connector {name} is installed, and there is no such folder.")
    folder = next((found for point in points if (found := _installed_from(point)) is not None), None)
    if folder is None:
        fail(f"{name} is installed without its tests: name the folder of its sources.")
    return folder


def _installed_from(point: EntryPoint) -> Path | None:
    """The folder that the package was installed from, if it was one and is still there."""
    noted = point.dist.read_text("direct_url.json") if point.dist else None
    source = urlsplit(str(json.loads(noted or "{}").get("url", "")))
    folder = Path(url2pathname(source.path))
    return folder if source.scheme == "file" and folder.is_dir() else None


def _row(report: LoadReport, registry: Registry) -> tuple[str, ...]:
    state = f"[{_STYLE[report.status]}]{report.status}[/]"
    connector = registry.get(report.entry_point) if report.status is LoadStatus.LOADED else None
    if connector is None:
        return escape(report.entry_point), escape(report.version), "", state, ""
    name = f"{escape(connector.name)} [dim]{escape(connector.title)}[/]"
    return name, escape(report.version), _tier(connector), state, ", ".join(_parts(connector))


def _tier(connector: Connector[Any]) -> str:
    try:
        quality = quality_of(connector.open.__module__.partition(".")[0])
    except Exception:  # noqa: BLE001 - a stranger's file: the list goes on without it
        return "?"
    return str(quality.tier) if quality and quality.tier else "–"


def _parts(connector: Connector[Any]) -> list[str]:
    known = {each.name for each in fields(connector)}
    return [name.replace("accepts_api_token", "token") for name in _PARTS if name in known and getattr(connector, name)]
