"""From a row in the endpoint tables to a served route: limits, access, strict input, envelopes."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fortnox_bridge_pipedrive.simulator.access import Caller, identify
from fortnox_bridge_pipedrive.simulator.errors import ApiError, invalid, refused
from fortnox_bridge_pipedrive.simulator.knobs import Knobs
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.vendor import Vendor

BodyKind = Literal["none", "json", "multipart", "form"]
_CLOUDFLARE_PAGE = (
    "<!DOCTYPE html><html><head><title>Access denied | Cloudflare</title></head>"
    "<body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request, ready for its handler."""

    vendor: Vendor
    caller: Caller
    path: Mapping[str, object]
    query: Mapping[str, str]
    body: object
    form: FormData | None

    @property
    def company(self) -> Company:
        return self.caller.company

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    def id(self, name: str = "id") -> int:
        return int(str(self.path[name]))


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the API.

    Attributes:
        method: HTTP method.
        path: below `/api/v2` or `/v1`.
        handler: applies the request; runs without awaiting, so that a request is all or nothing.
        cost: tokens of the daily budget (section 4).
        scopes: any of these opens it; empty for what `base` gives.
        query: accepted query names of v2; None accepts anything, as v1 does.
        body: what it reads.
        is_search: counts against the search limit too.
    """

    method: str
    path: str
    handler: Handler
    cost: int
    scopes: tuple[str, ...] = ()
    query: tuple[str, ...] | None = None
    body: BodyKind = "none"
    is_search: bool = False


def route(vendor: Vendor, endpoint: Endpoint) -> Route:
    async def serve(request: Request) -> Response:
        correlation = {"x-correlation-id": str(vendor.identities.uuid())}
        knobs = vendor.knobs
        if knobs.latency_s:
            await asyncio.sleep(knobs.latency_s)
        response = await _served(vendor, endpoint, request, knobs, correlation)
        response.headers.update(correlation)
        vendor.hooks.release()
        return response

    return Route(endpoint.path, serve, methods=[endpoint.method])


async def _served(
    vendor: Vendor, endpoint: Endpoint, request: Request, knobs: Knobs, headers: dict[str, str]
) -> Response:
    if knobs.cloudflare_block:
        return HTMLResponse(_CLOUDFLARE_PAGE, 403)
    try:
        if knobs.payment_required:
            raise refused(
                402, "Company account is not open (possible reason: trial expired, payment details not entered)"
            )
        caller = identify(vendor, request)
        verdict = vendor.rates.judge(
            knobs,
            company_id=caller.company.id,
            token=caller.token,
            kind=caller.kind,
            cost=endpoint.cost,
            is_search=endpoint.is_search,
            method=request.method,
        )
        headers.update(verdict.headers)
        if not verdict.admitted:
            raise refused(429, "request over limit")
        caller.require(endpoint.scopes)
        if knobs.products_off and "/products" in endpoint.path:
            raise refused(415, "Products feature is not enabled for this company")
        call = await _read_call(vendor, endpoint, request, caller)
        return endpoint.handler(call)
    except ApiError as error:
        return error.response()
    finally:
        # Closes the temporary files of an upload.
        await request.close()


async def _read_call(vendor: Vendor, endpoint: Endpoint, request: Request, caller: Caller) -> Call:
    query = dict(request.query_params)
    if endpoint.query is not None:
        # Unknown names are refused: "do not send unknown query names" (section 1).
        unknown = [name for name in query if name not in endpoint.query]
        if unknown:
            raise invalid(f"query: Unrecognized key(s) {', '.join(unknown)}")
    body: object = None
    form: FormData | None = None
    if endpoint.body == "json":
        body = await _json_body(request, vendor.knobs.max_body_bytes)
    elif endpoint.body in {"multipart", "form"}:
        form = await _form_body(request, endpoint.body, vendor.knobs.max_file_bytes)
    return Call(vendor, caller, request.path_params, query, body, form)


async def _json_body(request: Request, most_bytes: int) -> object:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise refused(400, "Request body must be JSON with Content-Type: application/json")
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > most_bytes:
            raise refused(413, "Request entity too large")
    try:
        return json.loads(bytes(raw), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refused(400, "Request body is not valid JSON") from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


async def _form_body(request: Request, kind: BodyKind, most_bytes: int) -> FormData:
    wanted = {"multipart": "multipart/form-data", "form": "application/x-www-form-urlencoded"}[kind]
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != wanted:
        raise refused(400, f"Request body must be {wanted}")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes + 64 * 1024:
        raise refused(413, "File is too large")
    return await request.form(max_part_size=64 * 1024)
