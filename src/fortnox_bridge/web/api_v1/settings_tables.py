"""Parts of the sync settings with a way of their own: the article table as CSV, and fields made and mapped at once."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from fortnox_bridge.services.settings.mapping_fields import WantedField
from fortnox_bridge.web.api_v1 import settings_schemas as schemas
from fortnox_bridge.web.api_v1.present import field_body
from fortnox_bridge.web.api_v1.settings import Live, allowed, saved_body
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(prefix="/connections/{connection_id}/settings", tags=["settings"])

_CSV = {"text/csv": {"schema": {"type": "string", "format": "binary"}}}


@router.get("/products/table.csv", response_class=Response, responses={200: {"content": _CSV}})
async def export_table(request: Request, connection_id: UUID, access: CurrentAccess) -> Response:
    """The article table as CSV for a spreadsheet: UTF-8, semicolons, the columns `value` and `article` (F40)."""
    text = await services_of(request).article_table.export(allowed(connection_id, access))
    headers = {"Content-Disposition": 'attachment; filename="articles.csv"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.put("/products/table.csv", openapi_extra={"requestBody": {"required": True, "content": _CSV}})
async def import_table(
    request: Request,
    connection_id: UUID,
    access: CurrentAccess,
    based_on: Annotated[int, Query(ge=0, description="The revision that the table replaces a part of")],
    *,
    live: Live = True,
) -> schemas.SettingsBody:
    """Save a CSV file's rows as the article table, in a new revision (F40).

    The first line names the columns; `;` and `,` both do. Faults are told by line, all at once, and nothing is saved.
    """
    connection = allowed(connection_id, access)
    saved = await services_of(request).article_table.import_(
        connection, await request.body(), based_on=based_on, author=access.name, is_live=live
    )
    return saved_body(saved, language_of(request))


@router.post("/mapping-fields", status_code=201)
async def create_mapping_field(
    request: Request, connection_id: UUID, body: schemas.NewMappingField, access: CurrentAccess
) -> schemas.MappingFieldBody:
    """Create a field in the source system and map it, as a new revision (F27). Idempotent by label and type."""
    made = await services_of(request).mapping_fields(
        allowed(connection_id, access),
        WantedField(body.section, body.target, body.object, body.label, body.type),
        based_on=body.based_on,
        author=access.name,
    )
    return schemas.MappingFieldBody(field=field_body(made.field), settings=saved_body(made.saved, language_of(request)))
