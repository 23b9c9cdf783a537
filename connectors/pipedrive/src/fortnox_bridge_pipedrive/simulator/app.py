"""The HTTP surface: v2 under `/api/v2`, v1 under `/v1` and `/api/v1`, OAuth under `/oauth` (section 1)."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from fortnox_bridge_pipedrive.simulator import (
    v1_files,
    v1_notes,
    v1_relations,
    v1_users,
    v1_webhooks,
    v2_contacts,
    v2_deal_lines,
    v2_deal_terms,
    v2_deals,
    v2_fields,
    v2_pipelines,
    v2_products,
    v2_search,
)
from fortnox_bridge_pipedrive.simulator.answers import json_response
from fortnox_bridge_pipedrive.simulator.endpoint import route
from fortnox_bridge_pipedrive.simulator.oauth import oauth_routes
from fortnox_bridge_pipedrive.simulator.vendor import Vendor

# Searches first: their paths have no id, those of the others have.
V2_ENDPOINTS = (
    *v2_search.ENDPOINTS,
    *v2_deals.ENDPOINTS,
    *v2_deal_lines.ENDPOINTS,
    *v2_deal_terms.ENDPOINTS,
    *v2_contacts.ENDPOINTS,
    *v2_products.ENDPOINTS,
    *v2_pipelines.ENDPOINTS,
    *v2_fields.ENDPOINTS,
)
# The v1 twins of v2 endpoints are out of support and answer 404 here (section 0, 2).
V1_ENDPOINTS = (
    *v1_notes.ENDPOINTS,
    *v1_files.ENDPOINTS,
    *v1_webhooks.ENDPOINTS,
    *v1_users.ENDPOINTS,
    *v1_relations.ENDPOINTS,
)


def build_app(vendor: Vendor) -> Starlette:
    v1 = [route(vendor, endpoint) for endpoint in V1_ENDPOINTS]
    routes: list[BaseRoute] = [
        *oauth_routes(vendor),
        Mount("/api/v2", routes=[route(vendor, endpoint) for endpoint in V2_ENDPOINTS]),
        Mount("/api/v1", routes=v1),
        Mount("/v1", routes=v1),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _unrouted})


async def _unrouted(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    body = {
        "success": False,
        "error": "Unknown method .",
        "error_info": "Please check developers.pipedrive.com",
        "data": None,
        "additional_data": None,
    }
    return json_response(body, status)
