"""Waiting one's turn for Fortnox beside other processes: the window lies in Redis (facts: reliability 4.6).

Redis holds nothing that matters: emptied, it is taken for all spent; away, every process paces itself to its share.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import resources
from itertools import count
from typing import Final, Protocol

import structlog

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.errors import RateLimited
from fortnox_bridge.fortnox.limiter import DEFAULT_PAUSE_S, MemoryRateLimiter, Priority
from fortnox_bridge.fortnox.window import BACKGROUND_EVERY_S, MEMORY_S, SPACING_S, GrantWindow

log = structlog.get_logger()

SCRIPT: Final = resources.files("fortnox_bridge.fortnox").joinpath("grant.lua").read_text(encoding="utf-8")
# Booked so far ahead, a grant is slept for; further ahead the turn is left to whoever is more urgent by then.
_AHEAD_S: Final = 0.25
_AWAY_S: Final = 1.0


class SharedState(Protocol):
    """Where the window lies. `run` carries out the script for a company's key.

    Raises:
        SharedStateAway: it does not answer.
    """

    async def run(self, key: str, arguments: tuple[str, ...]) -> tuple[bool, float, float]:
        """Whether it was granted, how long to wait, and the spacing of a backlog, in seconds."""


class SharedStateAway(Exception):
    """Nobody knows what the others spend."""


@dataclass(frozen=True, slots=True)
class _Turn:
    is_granted: bool
    wait_s: float
    spacing_s: float


class RedisRateLimiter:
    """For one client id and company. Within the process the most urgent asks first, and alone."""

    def __init__(
        self,
        state: SharedState,
        key: str,
        clock: Clock,
        *,
        share: int,
        background_every_s: float = BACKGROUND_EVERY_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: 0.5,
    ) -> None:
        self._state = state
        self._key = key
        self._clock = clock
        self._background_every_s = background_every_s
        self._sleep = sleep
        self._jitter = jitter
        self._queue: list[tuple[int, int]] = []
        self._tickets = count()
        self._moved = asyncio.Event()
        self._share = share
        self._alone: MemoryRateLimiter | None = None
        self._away_until = float("-inf")
        self._own: deque[float] = deque()

    async def acquire(self, priority: Priority, *, max_wait_s: float) -> None:
        deadline = self._clock.monotonic() + max_wait_s
        ticket = (int(priority), next(self._tickets))
        heapq.heappush(self._queue, ticket)
        try:
            wait_s = await self._turn(priority, ticket, deadline)
        finally:
            self._queue.remove(ticket)
            heapq.heapify(self._queue)
            self._moved.set()
        if wait_s > 0:
            await self._sleep(wait_s)

    async def pause(self, retry_after_s: float | None) -> None:
        least = DEFAULT_PAUSE_S if retry_after_s is None else retry_after_s
        lasts = max(least, DEFAULT_PAUSE_S) + self._jitter()
        if self._alone is not None:
            await self._alone.pause(retry_after_s)
        try:
            await self._ask("pause", pause_s=lasts)
        except SharedStateAway:
            await self._pacing_alone().pause(retry_after_s)

    async def _turn(self, priority: Priority, ticket: tuple[int, int], deadline: float) -> float:
        """Seconds until the request may be sent, once this ticket was granted."""
        operation = "background" if priority is Priority.BACKGROUND else "take"
        spacing_s = SPACING_S
        while True:
            ahead = sum(1 for other in self._queue if other < ticket)
            if ahead:
                await self._let_others_go(ahead * spacing_s, deadline)
                continue
            if self._clock.monotonic() < self._away_until:
                return await self._alone_turn(priority, deadline)
            try:
                turn = await self._ask(operation)
            except SharedStateAway:
                return await self._alone_turn(priority, deadline)
            spacing_s = turn.spacing_s
            if turn.is_granted:
                return turn.wait_s
            self._require_time(turn.wait_s, deadline)
            await self._sleep(max(min(turn.wait_s - _AHEAD_S / 2, 1.0), 0.01))

    async def _let_others_go(self, wait_s: float, deadline: float) -> None:
        self._require_time(wait_s, deadline)
        self._moved.clear()
        waiting = asyncio.ensure_future(self._moved.wait())
        try:
            await asyncio.wait({waiting}, timeout=1.0)
        finally:
            waiting.cancel()

    def _require_time(self, wait_s: float, deadline: float) -> None:
        if self._clock.monotonic() + wait_s > deadline:
            raise RateLimited("fortnox_rate_limited", retry_after_s=wait_s, detail="own limiter")

    async def _ask(self, operation: str, *, pause_s: float = 0.0) -> _Turn:
        now = self._clock.monotonic()
        made_alone = [now - at for at in self._own if now - at < MEMORY_S]
        arguments = (
            operation, "", str(_AHEAD_S), str(self._background_every_s), str(pause_s),
            " ".join(f"{age:.6f}" for age in made_alone), repr(SPACING_S),
        )  # fmt: skip
        try:
            turn = _Turn(*await self._state.run(self._key, arguments))
        except SharedStateAway:
            if self._alone is None:
                log.warning("limiter.alone", key=self._key)
            self._away_until = now + _AWAY_S
            raise
        self._own.clear()
        if self._alone is not None:
            log.info("limiter.shared_again", key=self._key)
            self._alone = None
        return turn

    async def _alone_turn(self, priority: Priority, deadline: float) -> float:
        """What others spend is unknown: this process takes its share of the steady pace, after a full window."""
        await self._pacing_alone().acquire(priority, max_wait_s=deadline - self._clock.monotonic())
        self._own.append(self._clock.monotonic())
        return 0.0

    def _pacing_alone(self) -> MemoryRateLimiter:
        if self._alone is None:
            window = GrantWindow.full(
                self._clock.monotonic(), background_every_s=self._background_every_s, share=self._share
            )
            self._alone = MemoryRateLimiter(window, self._clock, sleep=self._sleep, jitter=self._jitter)
        return self._alone


class RedisRateLimiters:
    """All limiters of the process, by client id and company."""

    def __init__(
        self,
        state: SharedState,
        clock: Clock,
        *,
        share: int,
        background_every_s: float = BACKGROUND_EVERY_S,
        jitter: Callable[[], float] = lambda: 0.5,
    ) -> None:
        self._state = state
        self._clock = clock
        self._share = share
        self._background_every_s = background_every_s
        self._jitter = jitter
        self._limiters: dict[tuple[str, str], RedisRateLimiter] = {}

    def of(self, client_id: str, company: str) -> RedisRateLimiter:
        key = (client_id, company)
        if key not in self._limiters:
            self._limiters[key] = RedisRateLimiter(
                self._state,
                f"fb:window:{{{client_id}:{company}}}",
                self._clock,
                share=self._share,
                background_every_s=self._background_every_s,
                jitter=self._jitter,
            )
        return self._limiters[key]
