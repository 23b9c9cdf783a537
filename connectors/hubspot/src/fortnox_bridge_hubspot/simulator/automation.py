"""Workflow actions over HTTP: definitions by developer key, completions by an account's token (facts 18)."""

import json
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, json_response, no_content, not_found
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint
from fortnox_bridge_hubspot.simulator.vendor import APP_ID, DEVELOPER_KEY, Vendor

_Handler = Callable[[Vendor, Request, Record], Response]


def definition_routes(vendor: Vendor) -> list[Route]:
    """Under the developer's key, which is a parameter of the query."""
    routes = []
    for base in ("/automation/actions/2026-09/{app:int}", "/automation/v4/actions/{app:int}"):
        routes += [
            Route(base, _keyed(vendor, _list), methods=["GET"]),
            Route(base, _keyed(vendor, _create), methods=["POST"]),
            Route(base + "/{id}", _keyed(vendor, _read), methods=["GET"]),
            Route(base + "/{id}", _keyed(vendor, _update), methods=["PATCH"]),
        ]
    return routes


def _keyed(vendor: Vendor, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        try:
            _require_developer(request)
            raw = await request.body()
            body = json.loads(raw) if raw else {}
            return handler(vendor, request, body)
        except ApiError as error:
            return error.response(vendor.correlation_id())
        except ValueError:
            return ApiError(400, "VALIDATION_ERROR", "Invalid input JSON").response(vendor.correlation_id())

    return serve


def _require_developer(request: Request) -> None:
    if request.query_params.get("hapikey") != DEVELOPER_KEY:
        raise ApiError(401, "INVALID_AUTHENTICATION", "The API key provided is invalid.")
    if request.path_params["app"] != APP_ID:
        raise not_found("app not found")


def _list(vendor: Vendor, _request: Request, _body: Record) -> Response:
    return json_response({"results": list(vendor.workflows.definitions.values())})


def _create(vendor: Vendor, _request: Request, body: Record) -> Response:
    return json_response(vendor.workflows.define(body), 201)


def _read(vendor: Vendor, request: Request, _body: Record) -> Response:
    record = vendor.workflows.definitions.get(request.path_params["id"])
    if record is None:
        raise not_found("definition not found")
    return json_response(record)


def _update(vendor: Vendor, request: Request, body: Record) -> Response:
    return json_response(vendor.workflows.redefine(request.path_params["id"], body))


def _complete(call: Call) -> Response:
    call.vendor.workflows.complete(call.portal.id, call.path["callback"], call.body.get("outputFields"))
    return no_content()


def _complete_many(call: Call) -> Response:
    for each in call.inputs():
        call.vendor.workflows.complete(call.portal.id, str(each.get("callbackId", "")), each.get("outputFields"))
    return no_content()


_SCOPES: Final = ("automation",)
ENDPOINTS: Final = (
    Endpoint(
        "POST",
        (
            "/automation/actions/callbacks/2026-09/{callback}/complete",
            "/automation/v4/actions/callbacks/{callback}/complete",
        ),
        _complete,
        _SCOPES,
    ),
    Endpoint(
        "POST",
        ("/automation/actions/callbacks/2026-09/complete", "/automation/v4/actions/callbacks/complete"),
        _complete_many,
        _SCOPES,
    ),
)
