"""`fortnox-bridge`: every command by name."""

import sys
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from fortnox_bridge.cli import (
    backfill,
    connections,
    connectors,
    customers,
    keys,
    products,
    runs,
    settings,
    settings_table,
)
from fortnox_bridge.cli.running import fail, out, read_config, run, until_told_to_stop
from fortnox_bridge.config import sqlite_file

app = typer.Typer(
    name="fortnox-bridge",
    help="Turns won deals into draft invoices and orders in Fortnox.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.add_typer(backfill.app, name="backfill")
app.add_typer(connections.app, name="connections")
app.add_typer(connectors.app, name="connectors")
app.add_typer(customers.app, name="customers")
app.add_typer(products.app, name="products")
app.add_typer(runs.app, name="runs")
settings_table.add_to(settings.app)
app.add_typer(settings.app, name="settings")
app.add_typer(keys.app, name="keys")


@app.command()
def demo(
    *,
    connector: Annotated[str | None, typer.Option(help="The source system to tell the stories with.")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Stay up afterwards, to look around.")] = False,
    sandbox_port: Annotated[int, typer.Option(help="Port of the simulated vendors; 0 takes a free one.")] = 0,
    port: Annotated[int, typer.Option(help="Port of the bridge; 0 takes a free one.")] = 0,
) -> None:
    """Watch the product work: three deals, simulated source and Fortnox, nothing to set up."""
    from fortnox_bridge.cli.demo.command import run_demo

    run(run_demo(stays_up=serve, connector_name=connector, sandbox_port=sandbox_port, bridge_port=port))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve webhooks, REST and pages, and work on runs in the same process."""
    from fortnox_bridge.bootstrap import build_bridge
    from fortnox_bridge.serving import bind, serving

    async def command() -> None:
        config = read_config(host=host, port=port)
        listener = bind(config.host, config.port)
        bridge = await build_bridge(config)
        async with bridge.running(), serving(bridge.app, listener, grace_s=round(config.shutdown_grace_s)):
            out.print(f"fortnox-bridge listens on http://{config.host}:{listener.getsockname()[1]}", highlight=False)
            await until_told_to_stop()

    run(command())


@app.command()
def worker(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port for /livez, /readyz and /metrics; none if not said.")] = None,
) -> None:
    """Work on runs, without serving anything: as many of these as you like, beside `serve`, on PostgreSQL."""
    from fortnox_bridge.bootstrap import build_bridge
    from fortnox_bridge.serving import bind, serving

    async def command() -> None:
        config = read_config(host=host)
        if sqlite_file(config.database_url) is not None:
            fail("A worker of its own needs PostgreSQL: on SQLite, `serve` works in its own process.")
        works = config.worker.model_copy(update={"enabled": True})
        bridge = await build_bridge(config.model_copy(update={"worker": works}))
        async with bridge.running(), AsyncExitStack() as shown:
            if port is not None:
                listener = bind(config.host, port)
                await shown.enter_async_context(serving(bridge.health_app, listener))
            out.print("The worker is up.", highlight=False)
            await until_told_to_stop()

    run(command())


@app.command()
def sandbox(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8900,
    time_scale: Annotated[float, typer.Option(help="Seconds that pass for one second of a vendor's waiting.")] = 1.0,
) -> None:
    """Serve simulated vendors over real HTTP, with control under /_control."""
    from fortnox_bridge.cli.simulators import installed_simulators
    from fortnox_bridge.domain.clock import SystemClock
    from fortnox_bridge.sandbox.serve import serve_sandbox

    async def command() -> None:
        now = SystemClock().now
        async with serve_sandbox(installed_simulators(), now=now, host=host, port=port, time_scale=time_scale) as up:
            out.print(f"The sandbox listens on {up.base_url}", highlight=False)
            await until_told_to_stop()

    run(command())


@app.command()
def doctor() -> None:
    """Check what this deployment stands on: settings, database, keys, Redis, connectors, accounts, the queue."""
    from fortnox_bridge.cli.doctor import doctor as examine

    examine()


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration. Safe to repeat, and to run from several places at once."""
    from fortnox_bridge.storage import migrate as migrations

    async def command() -> None:
        await migrations.upgrade(read_config().database_url)
        out.print(f"The database is at migration {migrations.head()}.", highlight=False)

    run(command())


def _own_names() -> frozenset[str]:
    commands = (each.name or each.callback.__name__ for each in app.registered_commands if each.callback)
    return frozenset({*commands, *(str(each.name) for each in app.registered_groups)})


def start() -> None:
    """Run the command that the arguments name."""
    # Connectors are loaded only for a word that is none of ours: every other command starts as fast as before.
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    own = _own_names()
    if not words or words[0] not in own:
        from fortnox_bridge.cli import connector_commands

        try:
            for name, group in connector_commands.groups(own):
                app.add_typer(group, name=name)
        except typer.Exit as stop:
            sys.exit(stop.exit_code)
    app()
