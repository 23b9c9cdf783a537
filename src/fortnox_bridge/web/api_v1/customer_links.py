"""The local copy of the customer register, and the first-link assistant that works on it (F20, F30)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.records.customer_links import LinksRefused, WantedLink
from fortnox_bridge.web.api_v1.customer_link_schemas import (
    CustomerCopyBody,
    CustomerLinkBody,
    NewCustomerLinks,
    SuggestionsBody,
)
from fortnox_bridge.web.api_v1.schemas import CustomerKind
from fortnox_bridge.web.auth import Access, CurrentAccess
from fortnox_bridge.web.problems import FaultBody, language_of, problem_response
from fortnox_bridge.web.services import services_of

router = APIRouter(prefix="/connections/{connection_id}", tags=["customers"])

Cursor = Annotated[str, Query(min_length=1, max_length=2000)]


def _allowed(connection_id: UUID, access: Access) -> ConnectionId:
    connection = ConnectionId(connection_id)
    access.require_connection(connection)
    return connection


@router.get("/customer-copy")
async def get_customer_copy(request: Request, connection_id: UUID, access: CurrentAccess) -> CustomerCopyBody:
    """How far the local copy of Fortnox's customer register has come. It is filled while something needs it."""
    report = await services_of(request).customer_copies.report(_allowed(connection_id, access))
    return CustomerCopyBody.of(report)


@router.get("/customer-suggestions")
async def list_customer_suggestions(
    request: Request,
    connection_id: UUID,
    access: CurrentAccess,
    kind: CustomerKind = "company",
    cursor: Cursor | None = None,
) -> SuggestionsBody:
    """One page of the source's companies or contacts, each with the Fortnox customers that it may be (F30).

    Nothing is changed, and Fortnox is not called: the answer comes from the local copy, whose state it tells.
    """
    page = await services_of(request).customer_links.suggest(_allowed(connection_id, access), kind, cursor)
    return SuggestionsBody.of(page)


@router.post("/customer-links")
async def link_customers(
    request: Request, connection_id: UUID, body: NewCustomerLinks, access: CurrentAccess
) -> dict[str, list[CustomerLinkBody]]:
    """Remember which Fortnox customers up to 100 source records are (F30), all of them or none. Idempotent.

    Each customer is looked up in Fortnox first; every fault is told at once. A record that is linked already keeps its
    link: to change one, use `PUT …/customer-links/{kind}/{external_id}`.
    """
    linked = await services_of(request).customer_links.link_all(
        _allowed(connection_id, access),
        [WantedLink(each.kind, each.external_id, each.customer_number) for each in body.links],
        author=access.name,
    )
    return {"links": [CustomerLinkBody.of(each) for each in linked]}


async def links_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LinksRefused)
    language = language_of(request)
    faults = []
    for fault in error.faults:
        sentence = describe(fault.code, fault.params, language)
        faults.append(FaultBody(place=f"links.{fault.index}", message=f"{sentence.what} {sentence.remedy}".strip()))
    return problem_response(request, status=422, code="customer_links_refused", faults=faults)
