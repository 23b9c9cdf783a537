"""At most one renewal per account in this process, shared by everybody who waits for it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.errors import Transient, Unavailable
from fortnox_bridge.domain.meters import Meters, NoMeters


class TokenFlights:
    """Renewals under way and recent failures, by account key. One object per process."""

    def __init__(self, clock: Clock, meters: Meters | None = None) -> None:
        self._clock = clock
        self._meters = meters or NoMeters()
        self._flying: dict[str, asyncio.Task[str]] = {}
        self._cold_until: dict[str, float] = {}

    async def join(self, key: str, start: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """The result of the renewal under way, else of a new one.

        A caller that is cancelled leaves; the renewal itself goes on, since the vendor may have rotated already.
        """
        flight = self._flying.get(key)
        if flight is None:
            flight = asyncio.create_task(start(), name="token-renewal")
            self._flying[key] = flight
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight)

    def cool_down(self, key: str, seconds: float) -> None:
        self._cold_until[key] = self._clock.monotonic() + seconds

    def require_warm(self, key: str, *, system: str) -> None:
        """Raise `Unavailable` for the rest of a cool-down."""
        left = self._cold_until.get(key, 0.0) - self._clock.monotonic() if key in self._cold_until else 0.0
        if left > 0:
            raise Unavailable("oauth_unavailable", system=system, detail="cooling down", retry_after_s=left)
        self._cold_until.pop(key, None)

    async def wait_closed(self) -> None:
        """Let renewals under way finish: their tokens would be lost otherwise."""
        await asyncio.gather(*self._flying.values(), return_exceptions=True)

    def _land(self, key: str, flight: asyncio.Task[str]) -> None:
        if self._flying.get(key) is flight:
            del self._flying[key]
        if not flight.cancelled():
            # Asked for, the exception counts as seen: every waiter may have been cancelled meanwhile.
            self._meters.token("renewed" if flight.exception() is None else "failed")


def as_unavailable(error: Transient, *, system: str) -> Unavailable:
    """Any passing failure of a token request, as what it is to its caller: nothing of his was sent yet."""
    if isinstance(error, Unavailable):
        return error
    detail = f"{error.code} {error.detail}".strip()
    return Unavailable("oauth_unavailable", system=system, detail=detail, retry_after_s=error.retry_after_s)
