"""Pure ASGI layers. `BaseHTTPMiddleware` is avoided for its cancellation faults (facts: reliability 4.1)."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fortnox_bridge.web.problems import problem_response

log = structlog.get_logger()

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)


class BodyTooLarge(Exception):
    pass


class BodyTooSlow(Exception):
    pass


class Safeguards:
    """Correlation id, security headers, and the last handler: no stack trace ever leaves."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = self._new_id()
        started = ended = False

        async def guarded(message: Message) -> None:
            nonlocal started, ended
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Correlation-Id"] = correlation_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
                headers.setdefault("Cache-Control", "no-store")
            elif message["type"] == "http.response.body":
                ended = not message.get("more_body", False)
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            try:
                await self._app(scope, receive, guarded)
            except Exception as error:
                log.exception("request.failed", error=type(error).__name__)
                if ended:
                    # REST has answered it as a problem and raises it once more, to be logged here.
                    return
                if started:
                    raise
                answer = problem_response(Request(scope), status=500, code="unexpected")
                await answer(scope, receive, guarded)


class BodyLimit:
    """Refuses bodies over `max_bytes` with 413 and bodies that trickle for longer than `read_timeout_s` with 408."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, read_timeout_s: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._read_timeout_s = read_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except BodyTooLarge:
            await problem_response(Request(scope), status=413, code="body_too_large")(scope, receive, send)
            return
        except BodyTooSlow:
            await problem_response(Request(scope), status=408, code="body_too_slow")(scope, receive, send)
            return
        if body is None:
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None when the client hung up before its end."""
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._max_bytes:
            raise BodyTooLarge
        body = bytearray()
        try:
            async with asyncio.timeout(self._read_timeout_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self._max_bytes:
                        raise BodyTooLarge
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError as error:
            raise BodyTooSlow from error


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replayed
