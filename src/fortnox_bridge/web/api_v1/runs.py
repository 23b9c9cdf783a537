"""Runs: what happened, why, and doing it (again)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.domain.run import RunState
from fortnox_bridge.web.api_v1 import schemas
from fortnox_bridge.web.api_v1.present import preview_body, run_body, run_detail_body, unreadable_body
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["runs"])


@router.get("/runs")
async def list_runs(
    request: Request,
    access: CurrentAccess,
    connection_id: UUID | None = None,
    state: RunState | None = None,
    external_id: schemas.ExternalId | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.RunList:
    """Runs, newest first."""
    wanted = access.caller.connection_id or (ConnectionId(connection_id) if connection_id else None)
    if connection_id is not None:
        access.require_connection(ConnectionId(connection_id))
    page = await services_of(request).runs.list(
        connection_id=wanted, state=state, external_id=external_id, cursor=cursor, limit=limit
    )
    language = language_of(request)
    return schemas.RunList(runs=[run_body(run, language) for run in page.runs], next_cursor=page.next_cursor)


@router.get("/runs/{run_id}")
async def get_run(request: Request, run_id: UUID, access: CurrentAccess) -> schemas.RunDetailBody:
    """One run with every step's facts and decision, and the documents of its deal."""
    detail = await services_of(request).runs.get(RunId(run_id))
    access.require_connection(detail.run.connection_id)
    return run_detail_body(detail, language_of(request))


@router.post("/runs/{run_id}/replay", status_code=202)
async def replay_run(request: Request, run_id: UUID, access: CurrentAccess) -> schemas.RunBody:
    """Run the deal again with fresh data and settings. Never doubles a document; a run already queued is answered."""
    services = services_of(request)
    detail = await services.runs.get(RunId(run_id))
    access.require_connection(detail.run.connection_id)
    run = await services.replay.replay(RunId(run_id), requested_by=access.name)
    return run_body(run, language_of(request))


@router.post("/connections/{connection_id}/runs", status_code=202)
async def create_now(
    request: Request, connection_id: UUID, body: schemas.DealRequest, access: CurrentAccess
) -> schemas.RunBody:
    """Make the deal's draft now, whatever its stage. Idempotent: a deal that has its draft gets no other."""
    access.require_connection(ConnectionId(connection_id))
    run = await services_of(request).runs.create(
        ConnectionId(connection_id), body.external_id, body.document, requested_by=access.name
    )
    return run_body(run, language_of(request))


@router.post("/connections/{connection_id}/preview")
async def preview_deal(
    request: Request, connection_id: UUID, body: schemas.DealRequest, access: CurrentAccess
) -> schemas.PreviewBody:
    """The deal's document as it would be: customer, rows, totals, proof and exact payload. Writes nothing."""
    access.require_connection(ConnectionId(connection_id))
    seen = await services_of(request).preview(ConnectionId(connection_id), body.external_id, body.document)
    return preview_body(seen, language_of(request))


@router.get("/unreadable-deliveries")
async def list_unreadable_deliveries(
    request: Request, access: CurrentAccess
) -> dict[str, list[schemas.UnreadableBody]]:
    """Deliveries of source systems that were authentic and made no sense, newest first, at most 200."""
    access.require_global()
    events = await services_of(request).runs.unreadable_deliveries()
    return {"unreadable_deliveries": [unreadable_body(event) for event in events]}
