"""When the next request may go: Fortnox's 25 per 5 seconds, safe under both readings of it.

Fortnox speaks of a sliding window and once computed it as a weighted estimate over two buckets. A request is granted
only if neither would refuse it, with room for jitter on the way (facts: reliability 4.6). Pure: time is an argument.

Background grants take what is left over: they are spread out, stop while more than a part of the window is in use, and
do not count towards the burst and the pace of the others. Those therefore wait as they would without them, until a
backlog of their own fills the window.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

LIMIT: Final = 25
WINDOW_S: Final = 5.0
_EXACT_S: Final = 5.1
MEMORY_S: Final = 10.0
_BURST: Final = 10
# 24 in a window would use 96 %, and met one refusal in three minutes of weighted window with 10 ms of mean jitter; this
# uses 95.3 % and met none in two hours (bench/rate_window.py).
SPACING_S: Final = WINDOW_S / 23.8
_SLOW_S: Final = 600.0
_STEP_S: Final = 0.01
_LEAST_PAUSE_S: Final = 5.0
# Background grants leave 15 of 25 free: a burst of 10 and the second after it.
_BACKGROUND_LIMIT: Final = 10
# Between the two kinds there is no even pace that would leave room for jitter, so one grant is left out instead.
_MIXED_LIMIT: Final = LIMIT - 1
BACKGROUND_EVERY_S: Final = 1.0


class GrantWindow:
    """The grants of the last ten seconds for one client id and company.

    `share`: how many such windows there are at once, none of which knows the others; each takes its part of the pace.
    """

    def __init__(self, *, background_every_s: float = BACKGROUND_EVERY_S, share: int = 1) -> None:
        self._share = share
        self._grants: deque[float] = deque()
        self._background: deque[float] = deque()
        self._background_every_s = background_every_s
        self._paused_until = float("-inf")
        self._slow_until = float("-inf")
        self._slowness = 1.0

    @classmethod
    def full(cls, at: float, *, background_every_s: float = BACKGROUND_EVERY_S, share: int = 1) -> "GrantWindow":
        """A window whose past is unknown: as if everything had been spent at `at`."""
        window = cls(background_every_s=background_every_s, share=share)
        window._grants.extend([at] * LIMIT)
        return window

    def wait(self, now: float) -> float:
        """Seconds until a grant is allowed; 0 when it is allowed now."""
        self._forget(now)
        at = max(now, self._paused_until, self._spaced(now))
        return self._first_fit(at, _MIXED_LIMIT if self._background else LIMIT) - now

    def background_wait(self, now: float) -> float:
        """Seconds until a background grant could be allowed, if nobody else is granted meanwhile; 0 when it is now."""
        self._forget(now)
        at = max(now, self._paused_until, self._slow_until)
        if self._background:
            at = max(at, self._background[-1] + self._background_every_s)
        return self._first_fit(at, _BACKGROUND_LIMIT) - now

    def spacing(self, now: float) -> float:
        """Seconds between two grants of a backlog."""
        return SPACING_S * self._share * (self._slowness if now < self._slow_until else 1.0)

    def grant(self, now: float) -> None:
        self._grants.append(now)

    def grant_background(self, now: float) -> None:
        self._background.append(now)

    def pause(self, now: float, retry_after_s: float) -> None:
        """Fortnox refused one although we kept to the window: stop, then go on 5 % slower for ten minutes."""
        self._paused_until = max(self._paused_until, now + max(retry_after_s, _LEAST_PAUSE_S))
        is_slow = now < self._slow_until
        self._slowness = min((self._slowness if is_slow else 1.0) / 0.95, 2.0)
        self._slow_until = now + _SLOW_S

    def _spaced(self, now: float) -> float:
        burst = 1 if now < self._slow_until or self._share > 1 else _BURST
        if len(self._grants) < burst:
            return now
        return self._grants[-1] + self.spacing(now)

    def _first_fit(self, at: float, limit: int) -> float:
        grants = sorted((*self._grants, *self._background))
        if len(grants) >= limit:
            at = max(at, grants[-limit] + _EXACT_S)
        while not self._fits(at, limit):
            at += _STEP_S
        return at

    def _fits(self, at: float, limit: int) -> bool:
        grants = [*self._grants, *self._background]
        if sum(1 for grant in grants if grant > at - _EXACT_S) >= limit:
            return False
        # Between two of these starts the counts stay and the weight only rises, so that no other start is worse.
        starts = [start for grant in grants for start in (grant, grant + WINDOW_S) if at - WINDOW_S < start < at]
        return all(_weighted(grants, start, at) <= limit for start in (*starts, at))

    def _forget(self, now: float) -> None:
        for grants in (self._grants, self._background):
            while grants and grants[0] <= now - MEMORY_S:
                grants.popleft()


def _weighted(grants: Sequence[float], start: float, at: float) -> float:
    """The two-bucket estimate with one more grant at `at`, for buckets that begin at `start` and a window before."""
    current = sum(1 for grant in grants if grant >= start)
    previous = sum(1 for grant in grants if start - WINDOW_S <= grant < start)
    return current + 1 + previous * (1 - (at - start) / WINDOW_S)
