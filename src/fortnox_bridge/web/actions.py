"""Calls of workflow actions: proven, committed, and only then answered in the platform's own shape (F13)."""

import asyncio

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.errors import BridgeError, Defect, RateLimited
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.sdk import ActionCall, NotAuthentic, OptionsCall, PlatformAnswer, UnreadablePayload
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.actions.action_options import ActionOptions
from fortnox_bridge.services.actions.answer_action import AnswerAction
from fortnox_bridge.services.actions.surfaces import ActionSurfaces
from fortnox_bridge.storage import StorageUnavailable
from fortnox_bridge.web.problems import problem_of_error, problem_response
from fortnox_bridge.web.raw_request import raw_request

log = structlog.get_logger()


def action_routes(
    surfaces: ActionSurfaces, answer: AnswerAction, options: ActionOptions, *, public_url: str
) -> list[BaseRoute]:
    async def receive(request: Request) -> Response:
        name, path = request.path_params["connector"], request.path_params["path"]
        try:
            _, surface = surfaces.of(name)
            call = surfaces.read(name, await raw_request(request, public_url), path)
        except NotFound:
            return problem_response(request, status=404, code="not_found")
        except NotAuthentic:
            log.warning("action.refused", connector=name)
            return problem_response(request, status=401, code="webhook_not_authentic")
        except UnreadablePayload as error:
            # A 4xx is never tried again: what cannot be read today cannot be read tomorrow.
            log.warning("action.unreadable", connector=name, problem=str(error)[:200])
            return problem_response(request, status=400, code="request_invalid")
        except Defect as error:
            log.exception("action.connector_failed", connector=name)
            return problem_of_error(request, error)
        try:
            async with asyncio.timeout(surface.deadline_s):
                return _encoded(await _answer(name, call))
        except RateLimited as error:
            return problem_of_error(request, error)
        except BridgeError as error:
            log.warning("action.not_accepted", connector=name, code=error.code)
            return problem_response(request, status=503, code=error.code, params=dict(error.params))
        except (TimeoutError, StorageUnavailable):
            return problem_response(request, status=503, code="ingest_unavailable", headers={"Retry-After": "5"})

    async def _answer(name: str, call: ActionCall | OptionsCall) -> PlatformAnswer:
        connector, _ = surfaces.of(name)
        if isinstance(call, OptionsCall):
            return surfaces.options(name, call, await options(connector, call), None)
        return surfaces.answer(name, call, await answer(connector, call))

    return [Route("/actions/{connector}/{path:path}", receive, methods=["POST"])]


def _encoded(answer: PlatformAnswer) -> Response:
    return Response(encode_json(answer.body), answer.status, media_type="application/json")
