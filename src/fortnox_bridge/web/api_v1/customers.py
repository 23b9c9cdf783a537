"""Customers without a document: bringing them up to date in Fortnox (F16)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.records.customers import CustomerName
from fortnox_bridge.services.records.record_sync import MOST_AT_ONCE
from fortnox_bridge.web.api_v1.present import run_body
from fortnox_bridge.web.api_v1.schemas import CustomerKind, ExternalId, Incoming, Outgoing, RunBody
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["customers"])


class CustomerRecord(Incoming):
    """A customer record of the source system: a company, or a contact where contacts may be customers."""

    kind: CustomerKind
    external_id: ExternalId


class CustomersRequest(Incoming):
    records: Annotated[list[CustomerRecord], Field(min_length=1, max_length=MOST_AT_ONCE)]


class QueuedRuns(Outgoing):
    """One run for each record, in their order."""

    runs: list[RunBody]


@router.post("/connections/{connection_id}/customers/sync", status_code=202)
async def sync_customers(
    request: Request, connection_id: UUID, body: CustomersRequest, access: CurrentAccess
) -> QueuedRuns:
    """Create the customers in Fortnox, or bring them up to date by the field mapping; no document is made.

    Idempotent: a record whose run is queued already is answered with that run, and a customer who is up to date is
    left alone. All records are queued, or none.
    """
    access.require_connection(ConnectionId(connection_id))
    records = [CustomerName(record.kind, record.external_id) for record in body.records]
    runs = await services_of(request).sync_customers(ConnectionId(connection_id), records, requested_by=access.name)
    return QueuedRuns(runs=[run_body(run, language_of(request)) for run in runs])
