"""For operators: is the process alive, and can it do its work?"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

log = structlog.get_logger()


def health_routes(
    is_ready: Callable[[], Awaitable[bool]], failed_connectors: Callable[[], Sequence[str]]
) -> list[BaseRoute]:
    async def live(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        try:
            up = await is_ready()
        except Exception:
            log.exception("readiness.check_failed")
            up = False
        # A connector that did not load takes nothing from the others: it is named, and the process stays in service.
        return JSONResponse({"ready": up, "failed_connectors": list(failed_connectors())}, 200 if up else 503)

    return [Route("/livez", live), Route("/readyz", ready)]
