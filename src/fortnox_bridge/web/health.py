"""For operators: is the process alive, and can it do its work?"""

from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

log = structlog.get_logger()


def health_routes(is_ready: Callable[[], Awaitable[bool]]) -> list[BaseRoute]:
    async def live(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        try:
            up = await is_ready()
        except Exception:
            log.exception("readiness.check_failed")
            up = False
        return JSONResponse({"ready": up}, 200 if up else 503)

    return [Route("/livez", live), Route("/readyz", ready)]
