"""Documents of deals that have one: bringing the draft up to date, or making another (F60)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from fortnox_bridge.domain.ids import ConnectionId, DocumentId, RunId
from fortnox_bridge.domain.run import RequestedAction
from fortnox_bridge.web.api_v1.present import run_body
from fortnox_bridge.web.api_v1.schemas import Incoming, RunBody
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["documents"])


class DocumentRequest(Incoming):
    """`update`: the deal's latest draft shall say what the deal says now, as long as nobody touched it in Fortnox.

    `new`: another document of the deal, although it has one; must be confirmed. `after` is the generation that the
    caller knows as the latest: asking again with the same number makes no further document.
    """

    action: RequestedAction
    confirm: bool = False
    after: Annotated[int, Field(ge=0, le=10_000)] | None = None


class Confirmation(Incoming):
    """`confirm`: a second document of one deal is really wanted."""

    confirm: bool = False


@router.post("/runs/{run_id}/document", status_code=202)
async def ask_by_run(request: Request, run_id: UUID, body: DocumentRequest, access: CurrentAccess) -> RunBody:
    """Update the deal's draft, or make a new one. Answers the queued run, whose outcome tells what became of it."""
    services = services_of(request)
    detail = await services.runs.get(RunId(run_id))
    access.require_connection(detail.run.connection_id)
    run = await services.documents.of_run(
        RunId(run_id), body.action, requested_by=access.name, is_confirmed=body.confirm, after=body.after
    )
    return run_body(run, language_of(request))


@router.post("/connections/{connection_id}/documents/{document_id}/update", status_code=202)
async def update_document(request: Request, connection_id: UUID, document_id: UUID, access: CurrentAccess) -> RunBody:
    """Make this draft say what the deal says now. Idempotent.

    Refused when it is not the deal's latest. The run parks with its reason when a person has changed, sent, booked or
    cancelled it.
    """
    access.require_connection(ConnectionId(connection_id))
    run = await services_of(request).documents.of_document(
        ConnectionId(connection_id), DocumentId(document_id), RequestedAction.UPDATE, requested_by=access.name
    )
    return run_body(run, language_of(request))


@router.post("/connections/{connection_id}/documents/{document_id}/new", status_code=202)
async def new_document(
    request: Request, connection_id: UUID, document_id: UUID, body: Confirmation, access: CurrentAccess
) -> RunBody:
    """Make the document that comes after this one, of the same deal. Idempotent: after one document comes one."""
    access.require_connection(ConnectionId(connection_id))
    run = await services_of(request).documents.of_document(
        ConnectionId(connection_id),
        DocumentId(document_id),
        RequestedAction.NEW,
        requested_by=access.name,
        is_confirmed=body.confirm,
    )
    return run_body(run, language_of(request))
