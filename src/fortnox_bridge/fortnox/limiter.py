"""Waiting one's turn for Fortnox. One limiter per client id and company, whoever calls."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from enum import IntEnum
from itertools import count
from typing import Final, Protocol

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.errors import RateLimited
from fortnox_bridge.fortnox.window import BACKGROUND_EVERY_S, GrantWindow

_UNKNOWN_S: Final = 10.0
_RECHECK_S: Final = 0.25
DEFAULT_PAUSE_S: Final = 5.0


class Priority(IntEnum):
    """Who goes first when several wait. `BACKGROUND` goes only while nobody else waits, and spends only leftovers."""

    PERSON = 0
    WEBHOOK = 1
    RECONCILE = 2
    BACKGROUND = 3


class RateLimiter(Protocol):
    async def acquire(self, priority: Priority, *, max_wait_s: float) -> None:
        """Return when one request may be sent.

        Raises:
            RateLimited: the wait would be longer than `max_wait_s`; `retry_after_s` says how long.
        """

    async def pause(self, retry_after_s: float | None) -> None:
        """Fortnox answered 429: nobody sends for a while, then everybody a little slower."""


class RateLimiters(Protocol):
    """All limiters of the process."""

    def of(self, client_id: str, company: str) -> RateLimiter:
        """The one of this client id and company, always the same."""


class MemoryRateLimiter:
    """For one process that alone speaks for a client id and company."""

    def __init__(
        self,
        window: GrantWindow,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: 0.5,
    ) -> None:
        self._window = window
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._queue: list[tuple[int, int]] = []
        self._tickets = count()

    async def acquire(self, priority: Priority, *, max_wait_s: float) -> None:
        if priority is Priority.BACKGROUND:
            await self._acquire_leftover(max_wait_s)
            return
        ticket = (int(priority), next(self._tickets))
        heapq.heappush(self._queue, ticket)
        deadline = self._clock.monotonic() + max_wait_s
        try:
            while True:
                now = self._clock.monotonic()
                ahead = sum(1 for other in self._queue if other < ticket)
                wait = self._window.wait(now) + ahead * self._window.spacing(now)
                if wait <= 0:
                    self._window.grant(now)
                    return
                if now + wait > deadline:
                    raise RateLimited("fortnox_rate_limited", retry_after_s=wait, detail="own limiter")
                await self._sleep(min(wait, _RECHECK_S) if ahead else wait)
        finally:
            self._queue.remove(ticket)
            heapq.heapify(self._queue)

    async def _acquire_leftover(self, max_wait_s: float) -> None:
        """Without a ticket: whoever is in the queue goes first, however long that takes."""
        deadline = self._clock.monotonic() + max_wait_s
        while True:
            now = self._clock.monotonic()
            wait = self._window.background_wait(now)
            if wait <= 0 and not self._queue:
                self._window.grant_background(now)
                return
            if now + wait > deadline:
                raise RateLimited("fortnox_rate_limited", retry_after_s=max(wait, _RECHECK_S), detail="own limiter")
            await self._sleep(max(wait, _RECHECK_S if self._queue else 0.0))

    async def pause(self, retry_after_s: float | None) -> None:
        least = DEFAULT_PAUSE_S if retry_after_s is None else retry_after_s
        self._window.pause(self._clock.monotonic(), max(least, DEFAULT_PAUSE_S) + self._jitter())


class MemoryRateLimiters:
    """All limiters of the process, by client id and company.

    What a process that ended a moment ago has spent is unknown, and unknown is not empty: companies first seen within
    ten seconds of the start begin as if everything had been spent at the start. `is_past_known` says that no process
    spoke for these companies just before.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        is_past_known: bool = False,
        share: int = 1,
        background_every_s: float = BACKGROUND_EVERY_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: 0.5,
    ) -> None:
        self._clock = clock
        self._background_every_s = background_every_s
        self._is_past_known = is_past_known
        self._share = share
        self._sleep = sleep
        self._jitter = jitter
        self._started_at = clock.monotonic()
        self._limiters: dict[tuple[str, str], MemoryRateLimiter] = {}

    def of(self, client_id: str, company: str) -> MemoryRateLimiter:
        key = (client_id, company)
        if key not in self._limiters:
            self._limiters[key] = MemoryRateLimiter(
                self._first_window(), self._clock, sleep=self._sleep, jitter=self._jitter
            )
        return self._limiters[key]

    def _first_window(self) -> GrantWindow:
        if self._is_past_known or self._clock.monotonic() - self._started_at > _UNKNOWN_S:
            return GrantWindow(background_every_s=self._background_every_s, share=self._share)
        return GrantWindow.full(self._started_at, background_every_s=self._background_every_s, share=self._share)
