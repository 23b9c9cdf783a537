"""What Prometheus collects: the process's own meters, and how the queue stands for all of them."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.run import QueueStanding

log = structlog.get_logger()

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_routes(own: Callable[[], bytes], standing: Callable[[], Awaitable[QueueStanding]]) -> list[BaseRoute]:
    async def metrics(_request: Request) -> Response:
        lines: Sequence[str] = ()
        try:
            lines = _lines(await standing())
        except Exception:
            # The database is away: what this process counted itself is all the more wanted.
            log.exception("metrics.queue_unknown")
        return Response(own() + "\n".join((*lines, "")).encode(), media_type=_CONTENT_TYPE)

    return [Route("/metrics", metrics)]


def _lines(standing: QueueStanding) -> list[str]:
    name, lag = "fortnox_bridge_runs", "fortnox_bridge_queue_lag_seconds"
    return [
        f"# HELP {name} Runs that are not over, in all processes",
        f"# TYPE {name} gauge",
        *(f'{name}{{state="{state}"}} {number}' for state, number in sorted(standing.runs.items())),
        f"# HELP {lag} How long the oldest due run has waited",
        f"# TYPE {lag} gauge",
        f"{lag} {standing.lag_s:.3f}",
    ]
