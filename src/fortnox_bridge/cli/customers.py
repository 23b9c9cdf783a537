"""`fortnox-bridge customers`: source customers and the Fortnox customers they are."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from fortnox_bridge.cli.customer_sync import sync
from fortnox_bridge.cli.running import err, fail, opened_bridge, out, run
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.customer_copy import CopyReport
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.link_suggestions import Suggestion, Verdict
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.services.records.customer_links import CustomerLinks, LinkOutcome, LinksRefused, WantedLink

app = typer.Typer(help="Source customers and the Fortnox customers they are.", no_args_is_help=True)

_AT_ONCE = 100
_STYLE = {Verdict.LINKED: "[dim]", Verdict.SURE: "[green]", Verdict.LIKELY: "[yellow]", Verdict.NONE: "[red]"}


class Kind(StrEnum):
    COMPANY = "company"
    CONTACT = "contact"


class Accept(StrEnum):
    SURE = "sure"


app.command()(sync)


@app.callback()
def customers() -> None:
    """Source customers and the Fortnox customers they are."""


@app.command()
def link(
    connection: Annotated[UUID, typer.Argument(help="Connection, as `connections list` shows it.")],
    *,
    kind: Annotated[Kind, typer.Option(help="Companies or contacts.")] = Kind.COMPANY,
    accept: Annotated[Accept | None, typer.Option(help="Link what is sure; nothing else is ever linked.")] = None,
) -> None:
    """Show which Fortnox customer each source customer is, by the local copy of the register; link the sure ones."""

    async def command() -> None:
        async with opened_bridge() as bridge:
            links, connection_id = bridge.services.customer_links, ConnectionId(connection)
            found = [each async for each in _suggested(links, connection_id, kind)]
            out.print(_table(found))
            _tell_of_copy(await bridge.services.customer_copies.report(connection_id))
            if accept is Accept.SURE:
                await _link_sure(links, connection_id, found)

    run(command())


async def _suggested(links: CustomerLinks, connection_id: ConnectionId, kind: Kind) -> AsyncIterator[Suggestion]:
    cursor: str | None = None
    while True:
        page = await links.suggest(connection_id, kind, cursor)
        for suggestion in page.suggestions:
            yield suggestion
        cursor = page.next_cursor
        if cursor is None:
            return


async def _link_sure(links: CustomerLinks, connection_id: ConnectionId, found: list[Suggestion]) -> None:
    wanted = [
        WantedLink(each.party.ref.kind, each.party.ref.external_id, each.candidates[0].customer.record.number)
        for each in found
        if each.verdict is Verdict.SURE
    ]
    made = 0
    for first in range(0, len(wanted), _AT_ONCE):
        batch = wanted[first : first + _AT_ONCE]
        try:
            linked = await links.link_all(connection_id, batch, author="command line")
        except LinksRefused as refused:
            for fault in refused.faults:
                sentence = describe(fault.code, fault.params, Language.ENGLISH)
                err.print(f"{batch[fault.index].external_id}: {sentence.what}", highlight=False, markup=False)
            fail(f"{made} were linked before these. Nothing of their batch was; run the command again later.")
        made += sum(1 for each in linked if each.outcome is LinkOutcome.LINKED)
    out.print(f"{made} linked.", highlight=False)


def _table(found: list[Suggestion]) -> Table:
    table = Table("Source", "Name", "Verdict", "Fortnox", "Because")
    for each in found:
        table.add_row(
            escape(each.party.ref.external_id),
            escape(each.party.name),
            f"{_STYLE[each.verdict]}{each.verdict}[/]",
            escape("\n".join(_customer(candidate.customer.record) for candidate in each.candidates)),
            "\n".join(f"{candidate.because} {candidate.score} %" for candidate in each.candidates),
        )
    return table


def _customer(record: CustomerRecord) -> str:
    return " ".join(part for part in (record.number, record.name, record.city and f"({record.city})") if part)


def _tell_of_copy(report: CopyReport) -> None:
    if report.is_complete:
        return
    out.print(
        f"The local copy of the customer register is not complete: {report.known} customers are known, "
        f"{report.missing} are still to be read. A running `serve` reads them; look again later.",
        highlight=False,
    )
