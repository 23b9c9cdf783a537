"""The way from the socket to a simulator: log the request, let a fault act, pass it on."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from fortnox_bridge.sandbox.faults import Action, FaultBook
from fortnox_bridge.sandbox.messages import (
    Answer,
    ClientGoneError,
    RequestTooLargeError,
    call,
    make_answer,
    read_request,
)
from fortnox_bridge.sandbox.requests import LoggedRequest, RequestLog

HTML_ERROR = (
    "<!DOCTYPE html><html><head><title>{status}</title></head>"
    "<body><h1>Tjänsten är inte tillgänglig</h1><p>Försök igen senare.</p></body></html>"
)
_HANG_DEFAULT_S = 90.0


@dataclass(slots=True)
class Background:
    """Work that outlives its request: requests applied late, and connections left hanging."""

    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(_run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(work: Awaitable[None]) -> None:
    await work


@dataclass(frozen=True, slots=True)
class VendorGate:
    """An ASGI application in front of one simulator."""

    simulator: str
    app: ASGIApp
    log: RequestLog
    faults: FaultBook
    background: Background

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            request = await read_request(scope, receive)
        except ClientGoneError:
            return
        except RequestTooLargeError:
            await make_answer(413, "", "text/plain").send(send)
            return
        exchange = Exchange(
            scope=scope,
            body=request.body,
            receive=receive,
            send=send,
            app=self.app,
            entry=self.log.receive(self.simulator, request),
            background=self.background,
        )
        action = self.faults.strike(self.simulator, request.method, request.path)
        if action is None:
            await exchange.answer(await exchange.apply())
            return
        exchange.entry.fault = action.kind
        await exchange.suffer(action)


@dataclass(slots=True)
class Exchange:
    """One request under way."""

    scope: Scope
    body: bytes
    receive: Receive
    send: Send
    app: ASGIApp
    entry: LoggedRequest
    background: Background
    started: float = field(default_factory=time.monotonic)

    async def apply(self) -> Answer:
        """Let the vendor do what was asked."""
        answer = await call(self.app, dict(self.scope), self.body)
        self.entry.applied_status = answer.status
        return answer

    async def answer(self, answer: Answer) -> None:
        self.entry.finish(answer, (time.monotonic() - self.started) * 1000)
        await answer.send(self.send)

    async def suffer(self, action: Action) -> None:
        await _ACTIONS[action.kind](self, action)

    async def cut(self) -> None:
        """Break the connection in the middle of an answer.

        An ASGI server offers no raw reset; an answer shorter than it announces makes it close the socket,
        which a client sees as a broken one.
        """
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1024")]
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.send({"type": "http.response.body", "body": b'{"', "more_body": True})

    async def hang(self, seconds: float) -> None:
        """Leave the client waiting; its hanging up ends it."""
        waiting = self.background.start(self._wait_for_hangup())
        await asyncio.wait({waiting}, timeout=seconds)
        if waiting.done():
            return
        waiting.cancel()
        await self.cut()

    async def drip(self, answer: Answer, chunk: int, delay_s: float) -> None:
        self.entry.finish(answer, (time.monotonic() - self.started) * 1000)
        start = {"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)}
        await self.send(start)
        for offset in range(0, len(answer.body), chunk):
            piece = answer.body[offset : offset + chunk]
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(delay_s)
        await self.send({"type": "http.response.body", "body": b""})

    async def _wait_for_hangup(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def apply_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.apply()


async def _status(exchange: Exchange, action: Action) -> None:
    body = action.text("body", "")
    content_type = action.text("content_type", "application/json" if body.startswith("{") else "text/plain")
    await exchange.answer(make_answer(action.integer("status", 500), body, content_type, action.headers()))


async def _html(exchange: Exchange, action: Action) -> None:
    status = action.integer("status", 502)
    page = HTML_ERROR.format(status=status)
    await exchange.answer(make_answer(status, page, "text/html; charset=utf-8"))


async def _delay(exchange: Exchange, action: Action) -> None:
    await asyncio.sleep(action.number("seconds", 0.2))
    await exchange.answer(await exchange.apply())


async def _hang(exchange: Exchange, action: Action) -> None:
    await exchange.hang(action.number("seconds", _HANG_DEFAULT_S))


async def _reset(exchange: Exchange, _: Action) -> None:
    await exchange.cut()


async def _empty(exchange: Exchange, action: Action) -> None:
    await exchange.answer(make_answer(action.integer("status", 200), b"", "application/json"))


async def _slow_bytes(exchange: Exchange, action: Action) -> None:
    answer = await exchange.apply()
    await exchange.drip(answer, max(1, action.integer("chunk", 16)), action.number("delay_s", 0.05))


async def _late_apply(exchange: Exchange, action: Action) -> None:
    exchange.background.start(exchange.apply_after(action.number("after_s", 5)))
    if action.text("then", "reset") == "hang":
        await _hang(exchange, action)
    else:
        await exchange.cut()


Step = Callable[[Exchange, Action], Awaitable[None]]


def _applied(then: Step) -> Step:
    async def act(exchange: Exchange, action: Action) -> None:
        await exchange.apply()
        await then(exchange, action)

    return act


_ACTIONS: dict[str, Step] = {
    "status": _status,
    "html": _html,
    "delay": _delay,
    "hang": _hang,
    "reset": _reset,
    "slow_bytes": _slow_bytes,
    "late_apply": _late_apply,
    "apply_then_hang": _applied(_hang),
    "apply_then_reset": _applied(_reset),
    "apply_then_status": _applied(_status),
    "apply_then_empty": _applied(_empty),
    "apply_then_html": _applied(_html),
}
