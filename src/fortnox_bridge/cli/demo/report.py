"""What the demo shows: progress while it happens, then the documents, notes and calls."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from fortnox_bridge.cli.demo.told import Record, Told

_STAGES = {
    "read": "read: deal, customer and products, afresh",
    "match": "match: which Fortnox customer, which articles",
    "default_fill": "default-fill: what Fortnox needs and the deal does not say",
    "map": "map: rows, discounts, VAT and totals, proven before anything is written",
    "preflight": "preflight: would Fortnox take it: accounts, VAT rates, financial year",
    "create_draft": "create draft: under the marker, exactly once",
    "attach": "attach: the deal's own files, on the document",
    "note_back": "note back: PDF and note on the deal",
}


class Report:
    def __init__(self, console: Console) -> None:
        self._console = console

    def opening(self, title: str, sandbox_url: str, bridge_url: str) -> None:
        self._console.print(f"[bold]fortnox-bridge demo[/] · simulated {escape(title)} and Fortnox, real HTTP, SQLite")
        self._console.print(f"  sandbox {sandbox_url}   bridge {bridge_url}\n", style="dim")

    def story(self, title: str) -> None:
        self._console.print(f"[bold cyan]{escape(title)}[/]")

    def stage(self, name: str) -> None:
        self._console.print(f"  [green]✓[/] {escape(_STAGES.get(name, name))}")

    def says(self, outcome: str, what: str, remedy: str) -> None:
        self._console.print(f"  [yellow]⏸ {outcome}[/] {escape(what)}")
        self._console.print(f"    [dim]→[/] {escape(remedy)}")

    def done(self, text: str) -> None:
        self._console.print(f"  [bold green]→ {escape(text)}[/]\n")

    def failed(self, problem: str) -> None:
        self._console.print(f"\n[bold red]The demo failed:[/] {escape(problem)}")

    def closing(self, told: Sequence[Told]) -> None:
        for story in told:
            self._console.print(self._document_table(story))
            self._console.print(Panel(escape(story.note), title="The note on the deal", border_style="dim"))
            if story.pdf:
                self._console.print(f"  PDF: {story.pdf}", soft_wrap=True, highlight=False)
            if story.calls:
                self._console.print(f"  Calls: {self._calls(story.calls)}", highlight=False)
            self._console.print()

    def _document_table(self, story: Told) -> Table:
        table = Table(title=f"[bold]{escape(story.title)}[/]", title_justify="left", expand=False)
        for heading in ("Article", "Description"):
            table.add_column(heading)
        for heading in ("Quantity", "Price", "Discount", "VAT", "Total"):
            table.add_column(heading, justify="right")
        totals = story.plan["totals"]
        for row, total in zip(story.plan["rows"], totals["row_totals"], strict=True):
            table.add_row(*_row(row, total))
        document = story.document
        table.add_section()
        table.add_row("", "", "", "", "", "VAT", totals["vat"])
        table.add_row("", "", "", "", "", "[bold]Total[/]", f"[bold]{document['total']} {document['currency']}[/]")
        who = f"{document['customer_number']} {document['customer_name']}"
        table.caption = f"Draft {document['kind']} {document['number']} for customer {escape(who)}"
        return table

    def _calls(self, calls: dict[str, int]) -> str:
        systems = {call.partition(" ")[0] for call in calls}
        totals = (
            f"{system} {sum(count for call, count in calls.items() if call.startswith(system + ' '))}"
            for system in sorted(systems)
        )
        return ", ".join(totals)


def _row(row: Record, total: str) -> tuple[str, ...]:
    if row["is_text"]:
        return ("", escape(row["description"]))
    discount = row["discount"]
    reduced = f"{discount['value']} {'%' if discount['kind'] == 'percent' else 'kr'}" if discount else ""
    return (
        escape(row["article_number"] or ""),
        escape(row["description"]),
        row["quantity"],
        row["unit_price"],
        reduced,
        f"{row['vat_rate']} %",
        total,
    )
