"""`fortnox-bridge customers sync`: customers without a document (F16)."""

from typing import Annotated
from uuid import UUID

import typer

from fortnox_bridge.cli.running import fail, opened_bridge, out, run
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.records.customers import CustomerName
from fortnox_bridge.services.records.record_sync import MOST_AT_ONCE


def sync(
    connection: Annotated[UUID, typer.Argument(help="The connection's id, see `connections list`.")],
    company: Annotated[list[str] | None, typer.Option(help="Id of a company in the source; may be repeated.")] = None,
    contact: Annotated[list[str] | None, typer.Option(help="Id of a contact in the source; may be repeated.")] = None,
) -> None:
    """Create customers in Fortnox or bring them up to date, by the field mapping."""
    records = [CustomerName("company", each) for each in company or ()]
    records += [CustomerName("contact", each) for each in contact or ()]
    if not 1 <= len(records) <= MOST_AT_ONCE:
        fail(f"Name 1 to {MOST_AT_ONCE} records with --company and --contact.")

    async def command() -> None:
        async with opened_bridge() as bridge:
            queued = await bridge.services.sync_customers(
                ConnectionId(connection), records, requested_by="command line"
            )
        for each in queued:
            out.print(f"{each.id}  {each.source.kind} {each.source.external_id}", highlight=False, soft_wrap=True)
        out.print("Queued. A running `serve` picks them up.", highlight=False)

    run(command())
