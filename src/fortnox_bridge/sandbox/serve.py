"""The sandbox on a real socket, inside the loop of whoever starts it."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from fortnox_bridge.sandbox.app import Sandbox, build_sandbox
from fortnox_bridge.sdk.simulator import SimulatorFactory
from fortnox_bridge.serving import bind, serving


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    base_url: str
    sandbox: Sandbox


@asynccontextmanager
async def serve_sandbox(
    factories: Sequence[SimulatorFactory],
    *,
    now: Callable[[], datetime],
    host: str = "127.0.0.1",
    port: int = 0,
    time_scale: float = 1.0,
) -> AsyncIterator[RunningSandbox]:
    """Serve until the block ends; the socket is bound first, so that the address is known from the start."""
    listener = bind(host, port)
    base_url = f"http://{host}:{listener.getsockname()[1]}"
    sandbox = build_sandbox(factories, base_url=base_url, now=now, time_scale=time_scale)
    server_log = logging.getLogger("uvicorn.error")
    server_log.addFilter(_is_news)
    try:
        async with serving(sandbox.app, listener):
            try:
                yield RunningSandbox(base_url, sandbox)
            finally:
                await sandbox.aclose()
    finally:
        server_log.removeFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Answers cut on purpose are no fault of the application."""
    return not str(record.msg).startswith("ASGI callable returned without completing")
