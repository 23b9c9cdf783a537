"""When the next request may go: Fortnox's 25 per 5 seconds, safe under both readings of it.

Fortnox speaks of a sliding window and once computed it as a weighted estimate over two buckets. A request is granted
only if neither would refuse it, with room for jitter on the way (facts: reliability 4.6). Pure: time is an argument.
"""

from collections import deque
from typing import Final

LIMIT: Final = 25
WINDOW_S: Final = 5.0
_EXACT_S: Final = 5.1
_MEMORY_S: Final = 10.0
_BURST: Final = 10
# 24 in a window would use 96 %, and met one refusal in three minutes of weighted window with 10 ms of mean jitter; this
# uses 95.3 % and met none in two hours (bench/rate_window.py).
_SPACING_S: Final = WINDOW_S / 23.8
_SLOW_S: Final = 600.0
_STEP_S: Final = 0.01
_LEAST_PAUSE_S: Final = 5.0


class GrantWindow:
    """The grants of the last ten seconds for one client id and company."""

    def __init__(self) -> None:
        self._grants: deque[float] = deque()
        self._paused_until = float("-inf")
        self._slow_until = float("-inf")
        self._slowness = 1.0

    @classmethod
    def full(cls, at: float) -> "GrantWindow":
        """A window whose past is unknown: as if everything had been spent at `at`."""
        window = cls()
        window._grants.extend([at] * LIMIT)
        return window

    def wait(self, now: float) -> float:
        """Seconds until a grant is allowed; 0 when it is allowed now."""
        self._forget(now)
        at = max(now, self._paused_until, self._spaced(now))
        while not self._fits(at):
            at += _STEP_S
        return at - now

    def spacing(self, now: float) -> float:
        """Seconds between two grants of a backlog."""
        return _SPACING_S * (self._slowness if now < self._slow_until else 1.0)

    def grant(self, now: float) -> None:
        self._grants.append(now)

    def pause(self, now: float, retry_after_s: float) -> None:
        """Fortnox refused one although we kept to the window: stop, then go on 5 % slower for ten minutes."""
        self._paused_until = max(self._paused_until, now + max(retry_after_s, _LEAST_PAUSE_S))
        is_slow = now < self._slow_until
        self._slowness = min((self._slowness if is_slow else 1.0) / 0.95, 2.0)
        self._slow_until = now + _SLOW_S

    def _spaced(self, now: float) -> float:
        burst = 1 if now < self._slow_until else _BURST
        if len(self._grants) < burst:
            return now
        return self._grants[-1] + self.spacing(now)

    def _fits(self, at: float) -> bool:
        if sum(1 for grant in self._grants if grant > at - _EXACT_S) >= LIMIT:
            return False
        # Between two of these starts the counts stay and the weight only rises, so that no other start is worse.
        starts = [start for grant in self._grants for start in (grant, grant + WINDOW_S) if at - WINDOW_S < start < at]
        return all(self._weighted(start, at) <= LIMIT for start in (*starts, at))

    def _weighted(self, start: float, at: float) -> float:
        current = sum(1 for grant in self._grants if grant >= start)
        previous = sum(1 for grant in self._grants if start - WINDOW_S <= grant < start)
        return current + 1 + previous * (1 - (at - start) / WINDOW_S)

    def _forget(self, now: float) -> None:
        while self._grants and self._grants[0] <= now - _MEMORY_S:
            self._grants.popleft()
