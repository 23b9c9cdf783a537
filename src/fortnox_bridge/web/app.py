"""The HTTP application: every way in, behind the same safeguards."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.meters import Meters, NoMeters
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.application import Services
from fortnox_bridge.services.records.customer_links import LinksRefused
from fortnox_bridge.services.settings.settings import SettingsConflict
from fortnox_bridge.storage import StorageUnavailable
from fortnox_bridge.sync_settings.faults import InvalidSettings
from fortnox_bridge.web.actions import action_routes
from fortnox_bridge.web.api_v1 import (
    accounts,
    backfills,
    cards,
    connections,
    connectors,
    customer_links,
    customers,
    documents,
    preflight,
    products,
    routing,
    runs,
    settings,
    settings_tables,
)
from fortnox_bridge.web.auth import NotAllowed, NotAuthenticated
from fortnox_bridge.web.cards.routes import card_routes
from fortnox_bridge.web.health import health_routes
from fortnox_bridge.web.middleware import BodyLimit, Safeguards
from fortnox_bridge.web.oauth import oauth_routes
from fortnox_bridge.web.pages.render import HERE as PAGES
from fortnox_bridge.web.pages.replay import replay_routes
from fortnox_bridge.web.problems import (
    FaultBody,
    ProblemBody,
    fault_bodies,
    language_of,
    problem_of_error,
    problem_response,
)
from fortnox_bridge.web.webhooks import webhook_routes

log = structlog.get_logger()

MAX_BODY_BYTES = 1024 * 1024
_READ_TIMEOUT_S = 2.0
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_app(
    services: Services,
    *,
    public_url: str,
    card_margin_s: float = 1,
    lifespan: Lifespan | None = None,
    meters: Meters | None = None,
    further: Sequence[BaseRoute] = (),
) -> Starlette:
    api = _build_api(services)
    is_secure = public_url.startswith("https://")
    return Starlette(
        routes=[
            *webhook_routes(services.accept, meters or NoMeters()),
            *oauth_routes(services.authorize, is_secure=is_secure),
            *replay_routes(services.replay, services.documents, public_url=public_url),
            *card_routes(
                services.cards,
                services.card_surfaces,
                public_url=public_url,
                margin_s=card_margin_s,
                now=services.cards.now,
            ),
            *action_routes(
                services.action_surfaces, services.answer_action, services.action_options, public_url=public_url
            ),
            *health_routes(services.runs.is_storage_ready, services.installed_connectors.failed),
            *further,
            Mount("/static", StaticFiles(directory=PAGES / "static")),
            Mount("/api/v1", api),
        ],
        middleware=[
            Middleware(Safeguards),
            Middleware(BodyLimit, max_bytes=MAX_BODY_BYTES, read_timeout_s=_READ_TIMEOUT_S),
        ],
        exception_handlers={HTTPException: _http_error, StorageUnavailable: _storage_unavailable},
        lifespan=lifespan,
    )


def _build_api(services: Services) -> FastAPI:
    api = FastAPI(
        title="fortnox-bridge",
        version="1",
        summary="Turns won deals into draft invoices and orders in Fortnox.",
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": ProblemBody}, "5XX": {"model": ProblemBody}},
    )
    api.state.services = services
    for module in (
        accounts,
        backfills,
        cards,
        connections,
        connectors,
        customer_links,
        customers,
        documents,
        preflight,
        products,
        routing,
        runs,
        settings,
        settings_tables,
    ):
        api.include_router(module.router)
    api.add_exception_handler(NotAuthenticated, _not_authenticated)
    api.add_exception_handler(NotFound, _not_found)
    api.add_exception_handler(NotAllowed, _not_allowed)
    api.add_exception_handler(InvalidSettings, _invalid_settings)
    api.add_exception_handler(LinksRefused, customer_links.links_refused)
    api.add_exception_handler(SettingsConflict, _settings_conflict)
    api.add_exception_handler(BridgeError, _bridge_error)
    api.add_exception_handler(RequestValidationError, _invalid_request)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(StorageUnavailable, _storage_unavailable)
    api.add_exception_handler(Exception, _unexpected)
    return api


async def _not_authenticated(request: Request, _error: Exception) -> JSONResponse:
    return problem_response(request, status=401, code="api_key_refused", headers={"WWW-Authenticate": "Bearer"})


async def _not_found(request: Request, _error: Exception) -> JSONResponse:
    return problem_response(request, status=404, code="not_found")


async def _not_allowed(request: Request, _error: Exception) -> JSONResponse:
    return problem_response(request, status=403, code="key_scope_too_small")


async def _settings_conflict(request: Request, _error: Exception) -> JSONResponse:
    return problem_response(request, status=409, code="settings_conflict")


async def _invalid_settings(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidSettings)
    faults = fault_bodies(error.faults, language_of(request))
    return problem_response(request, status=422, code="settings_invalid", faults=faults)


async def _bridge_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BridgeError)
    return problem_of_error(request, error)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [
        FaultBody(place=".".join(str(part) for part in fault["loc"]), message=str(fault["msg"]))
        for fault in error.errors()
    ]
    return problem_response(request, status=422, code="request_invalid", faults=faults)


async def _storage_unavailable(request: Request, error: Exception) -> JSONResponse:
    log.error("request.storage_unavailable", error=str(error))
    return problem_response(request, status=503, code="storage_unavailable", headers={"Retry-After": "5"})


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    return problem_response(request, status=500, code="unexpected")


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _HTTP_CODES.get(error.status_code, "request_invalid")
    return problem_response(request, status=error.status_code, code=code, headers=error.headers)
