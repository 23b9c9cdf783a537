"""Deliveries of source systems: a plain Starlette route with no work before the answer but one commit."""

import time

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.meters import Meters
from fortnox_bridge.sdk import NotAuthentic, RawRequest
from fortnox_bridge.services.runs.accept import AcceptDelivery, IngestUnavailable, UnknownHook
from fortnox_bridge.web.problems import problem_response

log = structlog.get_logger()

_RUNS_LOGGED = 5
_RETRY_AFTER = {"Retry-After": "5"}


def _called(public_url: str, request: Request) -> str:
    """The address as the sender called it; what stands in front of us may have changed all but the query."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{public_url}?{query}" if query else public_url


def webhook_routes(accept: AcceptDelivery, meters: Meters) -> list[BaseRoute]:
    async def receive(request: Request) -> Response:
        began = time.perf_counter()
        outcome, answer = await answered(request)
        # Of a name that nobody installed there may be any number.
        connector = request.path_params["connector"] if outcome != "unknown" else ""
        meters.delivery(connector, outcome, time.perf_counter() - began)
        return answer

    async def answered(request: Request) -> tuple[str, Response]:
        connector = request.path_params["connector"]
        token = request.path_params.get("token")
        raw = RawRequest(
            method=request.method,
            url=_called(accept.public_url(connector, token), request),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.body(),
        )
        try:
            accepted = await accept(connector, token, raw)
        except UnknownHook:
            return "unknown", problem_response(request, status=404, code="webhook_unknown")
        except NotAuthentic:
            # One answer for every cause: a stranger learns nothing about which part was wrong.
            log.warning("delivery.refused", connector=connector)
            headers = {"WWW-Authenticate": 'Basic realm="fortnox-bridge"'}
            return "refused", problem_response(request, status=401, code="webhook_not_authentic", headers=headers)
        except IngestUnavailable:
            log.exception("delivery.not_stored", connector=connector)
            answer = problem_response(request, status=503, code="ingest_unavailable", headers=_RETRY_AFTER)
            return "not_stored", answer
        # The runs' ids lead from here to the note: every line about a run names it.
        runs = [str(run_id) for run_id in accepted.run_ids[:_RUNS_LOGGED]]
        log.info("delivery.accepted", connector=connector, events=accepted.events, new=accepted.new, runs=runs)
        meters.events(connector, new=accepted.new, known=accepted.events - accepted.new)
        return "accepted", Response(status_code=202)

    return [
        Route("/webhooks/{connector}", receive, methods=["POST"]),
        Route("/webhooks/{connector}/{token}", receive, methods=["POST"]),
        # Vendors that know one address per app announce an uninstallation where the consent came back (F3).
        Route("/oauth/{connector}/callback", receive, methods=["DELETE"]),
    ]
