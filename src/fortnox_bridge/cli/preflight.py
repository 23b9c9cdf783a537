"""`fortnox-bridge connections preflight`: what would stop a connection's drafts, told before one is made."""

from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from fortnox_bridge.cli.running import opened_bridge, out, run
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.preflight.company import Preflight
from fortnox_bridge.domain.preflight.finding import Check, Severity

_MARKS = {Severity.BLOCKER: "[red]✗[/]", Severity.WARNING: "[yellow]![/]", Severity.INFORMATION: "[dim]i[/]"}


def preflight(
    connection: Annotated[UUID, typer.Argument(help="Connection, as `connections list` shows it.")],
    *,
    reload: Annotated[bool, typer.Option("--reload", help="Read everything afresh.")] = False,
) -> None:
    """Check the Fortnox company and the source account. Ends with 1 when something would stop drafts."""

    async def command() -> int:
        async with opened_bridge() as bridge:
            report = await bridge.services.preflight(ConnectionId(connection), is_reloaded=reload)
        _tell(report.preflight)
        return 0 if report.preflight.is_clear else 1

    run(command())


def _tell(found: Preflight) -> None:
    for check in Check:
        severity = found.severity_of(check)
        mark = _MARKS[severity] if severity else "[green]✓[/]"
        out.print(f"{mark} {check.value.replace('_', ' ')}", highlight=False)
        for finding in found.findings:
            if finding.check is not check:
                continue
            sentence = describe(finding.code, finding.params, Language.ENGLISH)
            out.print(f"    {escape(sentence.what)}", highlight=False, soft_wrap=True)
            if sentence.remedy:
                out.print(f"    [dim]→[/] {escape(sentence.remedy)}", highlight=False, soft_wrap=True)
