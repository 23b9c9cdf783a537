"""`fortnox-bridge connections`: connect accounts and join them, without a browser on the server."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from fortnox_bridge.cli.preflight import preflight
from fortnox_bridge.cli.running import fail, id_column, opened_bridge, out, run
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, SourceAccountId
from fortnox_bridge.domain.language import Language

app = typer.Typer(help="Connect accounts and join them.", no_args_is_help=True)

_AUTHOR = "command line"
_PATIENCE_S = 600
_LOOK_EVERY_S = 1.0


app.command("preflight")(preflight)


@app.command("list")
def list_connections() -> None:
    """Show accounts and connections, and the state of their access."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            services = bridge.services
            joined = await services.connections.list()
            accounts = await services.accounts.list_source_accounts()
            companies = await services.accounts.list_companies()
        table = Table(id_column("Account"), "System", "Name", "Access")
        for account in accounts:
            table.add_row(str(account.id), account.connector, escape(account.name), account.access)
        for company in companies:
            table.add_row(
                str(company.id), "Fortnox", escape(f"{company.name} ({company.database_number})"), company.access
            )
        out.print(table)
        table = Table(id_column("Connection"), "Name", "Place", "Active")
        for overview in joined:
            table.add_row(
                str(overview.connection.id),
                escape(overview.connection.name),
                str(overview.connection.position),
                "yes" if overview.connection.is_active else "no",
            )
        out.print(table)

    run(command())


@app.command()
def connect(
    provider: Annotated[str, typer.Argument(help="`fortnox`, or a connector's name as in `connectors list`.")],
    *,
    api_token: Annotated[bool, typer.Option("--api-token", help="Connect by the account's own API token.")] = False,
    config: Annotated[list[str] | None, typer.Option(help="`key=value` of the account, as the connector asks.")] = None,
) -> None:
    """Connect Fortnox or a source account: prints an address to open, and waits. `serve` must be running."""
    if api_token:
        token = typer.prompt("API token", hide_input=True)
        run(_connect_by_token(provider, token, _pairs(config or [])))
    run(_connect_by_consent(provider))


@app.command()
def add(
    source_account: Annotated[UUID | None, typer.Option(help="Source account; needed when there are several.")] = None,
    company: Annotated[UUID | None, typer.Option(help="Fortnox company; needed when there are several.")] = None,
    name: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    *,
    confirm_move: Annotated[
        bool, typer.Option("--confirm-move", help="Take the company from the connection that has it.")
    ] = False,
) -> None:
    """Join a source account and a Fortnox company. Nothing happens before its settings have a trigger rule."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            overview = await bridge.services.connections.add(
                source_account_id=SourceAccountId(source_account) if source_account else None,
                company_id=FortnoxCompanyId(company) if company else None,
                name=name,
                author=_AUTHOR,
                confirm_move=confirm_move,
            )
        out.print(f"Connection {overview.connection.id}: {overview.connection.name}", highlight=False, markup=False)
        out.print(f"Next: fortnox-bridge settings get {overview.connection.id} > settings.json", highlight=False)

    run(command())


@app.command()
def order(connection: UUID, position: Annotated[int, typer.Argument(min=1, help="1 is asked first.")]) -> None:
    """Move a connection to a place among those of its source account: the first whose route fits takes a deal."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            await bridge.services.roster.put_at(ConnectionId(connection), position, author=_AUTHOR)
        out.print("Moved.", highlight=False)

    run(command())


@app.command()
def activate(connection: UUID, *, off: Annotated[bool, typer.Option("--off", help="Turn it off.")] = False) -> None:
    """Turn a connection on again, or off: then no deal becomes a document by it."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            await bridge.services.roster.set_active(ConnectionId(connection), is_active=not off, author=_AUTHOR)
        out.print("Off." if off else "On.", highlight=False)

    run(command())


@app.command()
def disconnect(
    account: Annotated[UUID, typer.Argument(help="A source account or Fortnox company, as in `connections list`.")],
) -> None:
    """Remove our webhooks and app from the account, withdraw its consent and delete its tokens. Documents stay."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            services = bridge.services
            companies = {company.id for company in await services.accounts.list_companies()}
            if account in companies:
                company, done = await services.disconnect.company(FortnoxCompanyId(account), author=_AUTHOR)
                name, system = company.name, "Fortnox"
            else:
                source, done = await services.disconnect.source_account(SourceAccountId(account), author=_AUTHOR)
                name, system = source.name, services.installed_connectors.title(source.connector)
        out.print(f"{name} is disconnected.", highlight=False, markup=False)
        if done.is_left_behind:
            said = describe("account_left_behind", {"system": system}, Language.ENGLISH)
            out.print(f"{said.what} {said.remedy}", highlight=False, markup=False, soft_wrap=True)

    run(command())


async def _connect_by_token(provider: str, token: str, config: dict[str, Any]) -> None:
    async with opened_bridge() as bridge:
        account = await bridge.services.accounts.connect_by_api_token(provider, token, config, author=_AUTHOR)
    out.print(f"{account.name} is connected.", highlight=False, markup=False)


async def _connect_by_consent(provider: str) -> None:
    async with opened_bridge() as bridge:
        before = await bridge.services.accounts.latest_consent(provider)
        ticket = await bridge.services.authorize.issue_ticket(provider, author=_AUTHOR)
        out.print("Open this address in a browser and approve. It works once, for ten minutes:\n", highlight=False)
        out.print(ticket.url, highlight=False, soft_wrap=True)
        for _ in range(int(_PATIENCE_S / _LOOK_EVERY_S)):
            await asyncio.sleep(_LOOK_EVERY_S)
            now = await bridge.services.accounts.latest_consent(provider)
            if now != before:
                out.print("\nConnected.", highlight=False)
                return
    fail("Nobody approved in time. Run the command again for a new address.")


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            fail(f"{text!r} is not of the form key=value.")
        pairs[key] = value
    return pairs
