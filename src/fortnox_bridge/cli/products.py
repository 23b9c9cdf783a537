"""`fortnox-bridge products`: products without a document (F16)."""

from typing import Annotated
from uuid import UUID

import typer

from fortnox_bridge.cli.running import fail, opened_bridge, out, run
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.records.record_sync import MOST_AT_ONCE

app = typer.Typer(no_args_is_help=True, help="Source products and the Fortnox articles they are.")


@app.callback()
def products() -> None:
    """Source products and the Fortnox articles they are."""


@app.command()
def sync(
    connection: Annotated[UUID, typer.Argument(help="The connection's id, see `connections list`.")],
    product: Annotated[list[str], typer.Argument(help="Ids of products in the source.")],
) -> None:
    """Bring articles up to date in Fortnox by the product mapping; make missing ones where settings say so."""
    if not 1 <= len(product) <= MOST_AT_ONCE:
        fail(f"Name 1 to {MOST_AT_ONCE} products.")

    async def command() -> None:
        async with opened_bridge() as bridge:
            queued = await bridge.services.sync_products(ConnectionId(connection), product, requested_by="command line")
        for each in queued:
            out.print(f"{each.id}  {each.source.kind} {each.source.external_id}", highlight=False, soft_wrap=True)
        out.print("Queued. A running `serve` picks them up.", highlight=False)

    run(command())
