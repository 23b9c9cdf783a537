"""From a row in the endpoint tables to served routes: versions, access, limits, strict input."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fortnox_bridge_hubspot.simulator.access import Caller, identify
from fortnox_bridge_hubspot.simulator.answers import ApiError, json_response
from fortnox_bridge_hubspot.simulator.names import kind_of
from fortnox_bridge_hubspot.simulator.rates import refusal
from fortnox_bridge_hubspot.simulator.state import Actor, Portal
from fortnox_bridge_hubspot.simulator.vendor import APP_ID, Vendor

_MOST_BYTES: Final = 5 * 1024 * 1024
_MOST_URL_CHARS: Final = 16_000


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request, ready for its handler. `is_newest`: of a version from 2026-09 on."""

    vendor: Vendor
    caller: Caller
    path: Mapping[str, str]
    query: QueryParams
    body: Mapping[str, object]
    form: FormData | None
    is_newest: bool

    @property
    def portal(self) -> Portal:
        return self.caller.portal

    @property
    def actor(self) -> Actor:
        if self.caller.is_oauth:
            return Actor("INTEGRATION", str(APP_ID))
        return Actor("INTEGRATION", "555111")

    def kind(self, name: str = "type") -> str:
        kind = kind_of(self.path[name])
        if kind is None:
            raise ApiError(400, "VALIDATION_ERROR", f"Unable to infer object type from: {self.path[name]}")
        return kind

    def names(self, parameter: str) -> list[str]:
        """A list in the query: with commas, or the parameter repeated."""
        return [name for text in self.query.getlist(parameter) for name in text.split(",") if name]

    def inputs(self, most: int = 100) -> list[dict[str, object]]:
        inputs = self.body.get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
            raise ApiError(400, "VALIDATION_ERROR", "Invalid input JSON: inputs must be a list of objects")
        if not inputs or len(inputs) > most:
            raise ApiError(400, "VALIDATION_ERROR", f"The maximum number of inputs supported in a batch is {most}")
        return inputs


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation, under its dated path and the numbered one beside it.

    `scopes`: any of them opens it; `{kind}` stands for the object of the path.
    """

    method: str
    paths: tuple[str, ...]
    handler: Handler
    scopes: tuple[str, ...] = ()
    reads: str = "json"
    is_search: bool = False


def routes(vendor: Vendor, endpoint: Endpoint) -> list[Route]:
    async def serve(request: Request) -> Response:
        correlation_id = vendor.correlation_id()
        headers = {"X-HubSpot-Correlation-Id": correlation_id}
        try:
            response = await _served(vendor, endpoint, request, correlation_id, headers)
        except ApiError as error:
            response = error.response(correlation_id)
        finally:
            await request.close()
        response.headers.update(headers)
        vendor.hooks.release()
        return response

    return [Route(path, serve, methods=[endpoint.method]) for path in endpoint.paths]


async def _served(
    vendor: Vendor, endpoint: Endpoint, request: Request, correlation_id: str, headers: dict[str, str]
) -> Response:
    if len(str(request.url)) > _MOST_URL_CHARS:
        return Response(status_code=414)
    caller = identify(vendor, request)
    policy, shown = vendor.rates.judge(
        vendor.knobs,
        portal=caller.portal,
        is_oauth=caller.is_oauth,
        is_search=endpoint.is_search,
    )
    headers.update(shown)
    if policy is not None:
        return json_response(refusal(policy, correlation_id), 429)
    path = {name: str(value) for name, value in request.path_params.items()}
    caller.require(tuple(scope.format(**_scope_words(path)) for scope in endpoint.scopes))
    body, form = await _body(endpoint, request)
    call = Call(vendor, caller, path, request.query_params, body, form, "2026-09" in request.url.path)
    return endpoint.handler(call)


def _scope_words(path: Mapping[str, str]) -> dict[str, str]:
    kind = kind_of(path.get("type", "")) or "contacts"
    # Notes are opened by the scopes of contacts (facts 2.5).
    return {"kind": "contacts" if kind == "notes" else kind}


async def _body(endpoint: Endpoint, request: Request) -> tuple[Mapping[str, object], FormData | None]:
    if endpoint.reads == "multipart":
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise ApiError(415, "VALIDATION_ERROR", "Unsupported media type")
        return {}, await request.form(max_part_size=64 * 1024)
    if request.method in {"GET", "DELETE"}:
        return {}, None
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MOST_BYTES:
            raise ApiError(413, "VALIDATION_ERROR", "Request entity too large")
    if not raw:
        return {}, None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError(415, "VALIDATION_ERROR", "Unsupported media type")
    try:
        body = json.loads(bytes(raw), parse_float=Decimal)
    except (ValueError, RecursionError):
        raise ApiError(400, "VALIDATION_ERROR", "Invalid input JSON") from None
    if isinstance(body, list):
        body = {"list": body}
    if not isinstance(body, dict):
        raise ApiError(400, "VALIDATION_ERROR", "Invalid input JSON")
    return body, None
