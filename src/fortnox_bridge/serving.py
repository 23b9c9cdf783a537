"""An ASGI application on a real socket, inside the loop of whoever starts it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

_BACKLOG = 2048


class _LoopServer(uvicorn.Server):
    """Leaves the process's signals to the process."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Bound before anything is built, so that its address is known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY; without it, small answers wait some 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(_BACKLOG)
    listener.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    return listener


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, *, grace_s: int = 1, lifespan: bool = False
) -> AsyncIterator[None]:
    """Serve until the block ends; requests under way get `grace_s` to finish."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on" if lifespan else "off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=grace_s,
    )
    server = _LoopServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has a flag, no event
            await asyncio.sleep(0.001)
        if task.done():
            await task
            raise RuntimeError("the server ended while starting")
        yield
    finally:
        server.should_exit = True
        await task
        listener.close()
