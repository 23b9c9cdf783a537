"""The HTTP surface: dated paths, and the numbered ones beside them that older clients still call (facts 1)."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fortnox_bridge_hubspot.simulator import (
    associations,
    automation,
    batches,
    files,
    objects,
    registers,
    schemas,
    search,
)
from fortnox_bridge_hubspot.simulator.answers import json_response
from fortnox_bridge_hubspot.simulator.endpoint import routes
from fortnox_bridge_hubspot.simulator.files import download_routes
from fortnox_bridge_hubspot.simulator.oauth import oauth_routes
from fortnox_bridge_hubspot.simulator.vendor import Vendor

# The longer paths first: `{id}` would take their words for an id.
ENDPOINTS = (
    *search.ENDPOINTS,
    *batches.ENDPOINTS,
    *associations.ENDPOINTS,
    *objects.ENDPOINTS,
    *schemas.ENDPOINTS,
    *registers.ENDPOINTS,
    *files.ENDPOINTS,
    *automation.ENDPOINTS,
)


def build_app(vendor: Vendor) -> Starlette:
    served = [route for endpoint in ENDPOINTS for route in routes(vendor, endpoint)]
    every = [*oauth_routes(vendor), *automation.definition_routes(vendor), *download_routes(vendor), *served]

    async def unrouted(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        body = {"status": "error", "message": "Unable to find path", "correlationId": vendor.correlation_id()}
        return json_response(body, status)

    return Starlette(routes=every, exception_handlers={HTTPException: unrouted})
