"""Preflight: whether Fortnox and the source would take the drafts that a connection's settings ask for."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.preflight.finding import Check, Finding
from fortnox_bridge.services.connections.preflight import PreflightReport
from fortnox_bridge.web.api_v1.schemas import Outgoing
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["preflight"])


class FindingBody(Outgoing):
    """One thing found. `blocker`: drafts that need it park; `warning`: trouble comes later; `information`: a fact."""

    code: str
    severity: Literal["blocker", "warning", "information"]
    what: str
    remedy: str


class CheckBody(Outgoing):
    """One thing looked at. `state` is `ok`, or the gravest of its findings."""

    check: str
    state: Literal["ok", "blocker", "warning", "information"]
    findings: list[FindingBody]


class PreflightBody(Outgoing):
    """`is_clear`: no blocker. What the checks rest on is at most a day old, locked period and years some hours."""

    is_clear: bool
    judged_at: datetime
    checks: list[CheckBody]


@router.get("/connections/{connection_id}/preflight")
async def get_preflight(
    request: Request, connection_id: UUID, access: CurrentAccess, *, reload: bool = False
) -> PreflightBody:
    """Currencies, VAT rates, accounts, fiscal year, locked period, bank details, warehouse, the source's features.

    `reload` reads everything afresh. Writes nothing, in neither system.
    """
    access.require_connection(ConnectionId(connection_id))
    report = await services_of(request).preflight(ConnectionId(connection_id), is_reloaded=reload)
    return preflight_body(report, language_of(request))


def preflight_body(report: PreflightReport, language: Language) -> PreflightBody:
    preflight = report.preflight
    return PreflightBody(
        is_clear=preflight.is_clear,
        judged_at=report.judged_at,
        checks=[
            CheckBody(
                check=check,
                state=preflight.severity_of(check) or "ok",
                findings=[_finding_body(each, language) for each in preflight.findings if each.check is check],
            )
            for check in Check
        ],
    )


def _finding_body(finding: Finding, language: Language) -> FindingBody:
    sentence = describe(finding.code, finding.params, language)
    return FindingBody(code=finding.code, severity=finding.severity, what=sentence.what, remedy=sentence.remedy)
