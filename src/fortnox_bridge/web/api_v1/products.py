"""Products without a document: bringing their articles up to date in Fortnox (F16)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.records.record_sync import MOST_AT_ONCE
from fortnox_bridge.web.api_v1.customers import QueuedRuns
from fortnox_bridge.web.api_v1.present import run_body
from fortnox_bridge.web.api_v1.schemas import ExternalId, Incoming
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["products"])


class ProductsRequest(Incoming):
    """Ids of products in the source system."""

    external_ids: Annotated[list[ExternalId], Field(min_length=1, max_length=MOST_AT_ONCE)]


@router.post("/connections/{connection_id}/products/sync", status_code=202)
async def sync_products(
    request: Request, connection_id: UUID, body: ProductsRequest, access: CurrentAccess
) -> QueuedRuns:
    """Bring the products' articles up to date by the product mapping; missing ones are made where settings say so.

    No document is made. Idempotent: a product whose run is queued already is answered with that run, and an article
    that is up to date is left alone. All products are queued, or none.
    """
    access.require_connection(ConnectionId(connection_id))
    runs = await services_of(request).sync_products(
        ConnectionId(connection_id), body.external_ids, requested_by=access.name
    )
    return QueuedRuns(runs=[run_body(run, language_of(request)) for run in runs])
