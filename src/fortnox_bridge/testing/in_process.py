"""Requests that never leave the process, and a watch on those that try."""

import asyncio
import contextvars
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import httpx
from starlette.types import ASGIApp, Message
from typing_extensions import override

_IN_CONNECTOR: Final = contextvars.ContextVar("in_connector", default=False)


class SocketOpened(AssertionError):
    """Code of a connector tried to reach the network by itself."""


class InProcess(httpx.AsyncBaseTransport):
    """Hands requests to an ASGI application; an answer that breaks off is a broken connection, as on a socket."""

    def __init__(self, origin: str) -> None:
        self.app: ASGIApp | None = None
        self._origin = httpx.URL(origin)
        self.strayed: list[str] = []
        self.is_unplugged = False

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (request.url.scheme, request.url.host) != (self._origin.scheme, self._origin.host):
            self.strayed.append(f"{request.url.scheme}://{request.url.host}")
            raise httpx.ConnectError("nothing else is reachable here")
        if self.is_unplugged:
            raise httpx.ConnectError("nothing is reachable")
        body = await request.aread()
        # A task of its own, in a context of its own: what the simulator does is not the connector's doing.
        context = contextvars.copy_context()
        context.run(_IN_CONNECTOR.set, False)  # noqa: FBT003 - the variable is a flag
        exchange = _Exchange(request, body)
        assert self.app is not None
        call = asyncio.get_running_loop().create_task(_run(self.app, exchange), context=context)
        try:
            await call
        finally:
            if not call.done():
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
        if exchange.status is None or not exchange.is_whole:
            raise httpx.ReadError("the connection broke before the answer was whole")
        return httpx.Response(exchange.status, headers=exchange.headers, content=bytes(exchange.content))


class _Exchange:
    def __init__(self, request: httpx.Request, body: bytes) -> None:
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": (request.url.host, request.url.port or 80),
        }
        self._body: bytes | None = body
        self._gone = asyncio.Event()
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = bytearray()
        self.is_whole = False

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.content += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)


async def _run(app: ASGIApp, exchange: _Exchange) -> None:
    await app(exchange.scope, exchange.receive, exchange.send)


@contextmanager
def as_connector() -> Iterator[None]:
    """What runs in this block is the connector's own code."""
    token = _IN_CONNECTOR.set(True)
    try:
        yield
    finally:
        _IN_CONNECTOR.reset(token)


@contextmanager
def watched_sockets() -> Iterator[list[str]]:
    """Refuse every connection that a connector opens by itself; the list tells of those that were tried."""
    tried: list[str] = []

    def refused(what: str) -> NoReturn:
        tried.append(what)
        raise SocketOpened(f"the connector opened {what}")

    def guarded(name: str, real: Any) -> Any:  # noqa: ANN401 - whatever the socket module takes and gives
        def call(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
            if _IN_CONNECTOR.get():
                refused(f"a socket of its own ({name})")
            return real(*arguments, **options)

        return call

    loop = asyncio.BaseEventLoop
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
    loop_lookup = loop.getaddrinfo
    setattr(socket.socket, "connect", guarded("connect", connect))  # noqa: B010 - a method of a class is replaced
    setattr(socket.socket, "connect_ex", guarded("connect_ex", connect_ex))  # noqa: B010
    setattr(socket, "getaddrinfo", guarded("getaddrinfo", lookup))  # noqa: B010
    setattr(loop, "getaddrinfo", guarded("getaddrinfo", loop_lookup))  # noqa: B010
    try:
        yield tried
    finally:
        setattr(socket.socket, "connect", connect)  # noqa: B010
        setattr(socket.socket, "connect_ex", connect_ex)  # noqa: B010
        setattr(socket, "getaddrinfo", lookup)  # noqa: B010
        setattr(loop, "getaddrinfo", loop_lookup)  # noqa: B010
