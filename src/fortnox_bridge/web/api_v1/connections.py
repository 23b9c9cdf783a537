"""Connections, and what their settings can choose from."""

from uuid import UUID

from fastapi import APIRouter, Request

from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, SourceAccountId
from fortnox_bridge.web.api_v1 import schemas
from fortnox_bridge.web.api_v1.present import (
    connection_body,
    document_body,
    field_body,
    pipeline_body,
    register_entry_body,
)
from fortnox_bridge.web.auth import Access, CurrentAccess
from fortnox_bridge.web.services import services_of

router = APIRouter(prefix="/connections", tags=["connections"])


def _allowed(connection_id: UUID, access: Access) -> ConnectionId:
    connection = ConnectionId(connection_id)
    access.require_connection(connection)
    return connection


@router.post("", status_code=201)
async def add_connection(
    request: Request, body: schemas.NewConnection, access: CurrentAccess
) -> schemas.ConnectionBody:
    """Join a source account and a Fortnox company, with settings that suit the source and trigger nothing yet."""
    access.require_global()
    overview = await services_of(request).connections.add(
        source_account_id=SourceAccountId(body.source_account_id) if body.source_account_id else None,
        company_id=FortnoxCompanyId(body.fortnox_company_id) if body.fortnox_company_id else None,
        name=body.name,
        author=access.name,
        confirm_move=body.confirm_move,
    )
    return connection_body(overview)


@router.get("")
async def list_connections(request: Request, access: CurrentAccess) -> dict[str, list[schemas.ConnectionBody]]:
    """The connections that the key may see."""
    own = access.caller.connection_id
    overviews = await services_of(request).connections.list()
    return {"connections": [connection_body(each) for each in overviews if own is None or each.connection.id == own]}


@router.get("/{connection_id}")
async def get_connection(request: Request, connection_id: UUID, access: CurrentAccess) -> schemas.ConnectionBody:
    """One connection with both of its ends."""
    return connection_body(await services_of(request).connections.get(_allowed(connection_id, access)))


@router.get("/{connection_id}/fields")
async def list_fields(
    request: Request, connection_id: UUID, access: CurrentAccess
) -> dict[str, list[schemas.FieldBody]]:
    """The source's fields that settings may name."""
    fields = await services_of(request).catalogues.fields(_allowed(connection_id, access))
    return {"fields": [field_body(field) for field in fields]}


@router.post("/{connection_id}/fields", status_code=201)
async def create_field(
    request: Request, connection_id: UUID, body: schemas.NewField, access: CurrentAccess
) -> schemas.FieldBody:
    """Create a field in the source system, or answer the one that already has this label and type."""
    created = await services_of(request).catalogues.create_field(
        _allowed(connection_id, access), body.object, body.label, body.type
    )
    return field_body(created)


@router.get("/{connection_id}/pipelines")
async def list_pipelines(
    request: Request, connection_id: UUID, access: CurrentAccess
) -> dict[str, list[schemas.PipelineBody]]:
    """Pipelines and stages that trigger rules may name."""
    pipelines = await services_of(request).catalogues.pipelines(_allowed(connection_id, access))
    return {"pipelines": [pipeline_body(pipeline) for pipeline in pipelines]}


@router.get("/{connection_id}/registers/{register}")
async def get_register(
    request: Request,
    connection_id: UUID,
    register: str,
    access: CurrentAccess,
    *,
    reload: bool = False,
) -> dict[str, list[schemas.RegisterEntryBody]]:
    """One of Fortnox's lists, at most a day old; `reload` reads it afresh."""
    entries = await services_of(request).catalogues.register(
        _allowed(connection_id, access), register, is_reloaded=reload
    )
    return {"entries": [register_entry_body(entry) for entry in entries]}


@router.get("/{connection_id}/documents")
async def list_documents(
    request: Request, connection_id: UUID, access: CurrentAccess, external_id: schemas.ExternalId | None = None
) -> dict[str, list[schemas.DocumentBody]]:
    """Drafts that this connection made, newest first, at most 200."""
    documents = await services_of(request).runs.documents(_allowed(connection_id, access), external_id)
    return {"documents": [document_body(document) for document in documents]}


@router.put("/{connection_id}/customer-links/{object_kind}/{external_id}")
async def pick_customer(
    request: Request,
    connection_id: UUID,
    object_kind: schemas.CustomerKind,
    external_id: schemas.ExternalId,
    body: schemas.CustomerPick,
    access: CurrentAccess,
) -> schemas.CustomerPickBody:
    """Say which Fortnox customer a source record is, after several were found (F23). Remembered; idempotent."""
    record = await services_of(request).connections.pick_customer(
        _allowed(connection_id, access), object_kind, external_id, body.customer_number, author=access.name
    )
    return schemas.CustomerPickBody(customer_number=record.number, name=record.name)


@router.post("/{connection_id}/hooks/check")
async def check_hooks(request: Request, connection_id: UUID, access: CurrentAccess) -> schemas.HookBody:
    """Make sure that the source's webhooks stand and point here; repair them if not. Safe to repeat."""
    state = await services_of(request).connections.ensure_hooks(_allowed(connection_id, access))
    return schemas.HookBody(ids=list(state.ids), created=state.created, removed=state.removed)
