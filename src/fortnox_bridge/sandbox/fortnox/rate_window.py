"""25 requests per 5 seconds for each client id and tenant, in both shapes Fortnox has described.

The current page says "sliding window"; an older one computed it from two buckets. A client must be safe
under either (facts/reliability.md 4.6), so both can be chosen.
"""

from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

LIMIT = 25
WINDOW_S = 5.0

WindowModel = Literal["sliding", "weighted", "off"]


@dataclass(slots=True)
class _Buckets:
    index: int = 0
    current: int = 0
    previous: int = 0


@dataclass(slots=True)
class RateWindow:
    """Counts requests that were let through; refused ones cost nothing."""

    _log: defaultdict[Hashable, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _buckets: defaultdict[Hashable, _Buckets] = field(default_factory=lambda: defaultdict(_Buckets))

    def admits(self, key: Hashable, at_s: float, model: WindowModel) -> bool:
        """Say whether a request at `at_s` is let through, and count it if so."""
        if model == "off":
            return True
        is_room = self._is_room_sliding(key, at_s) if model == "sliding" else self._is_room_weighted(key, at_s)
        if is_room:
            self._log[key].append(at_s)
            self._buckets[key].current += 1
        return is_room

    def clear(self) -> None:
        self._log.clear()
        self._buckets.clear()

    def _is_room_sliding(self, key: Hashable, at_s: float) -> bool:
        self._roll_buckets(key, at_s)
        self._forget_old(key, at_s)
        return len(self._log[key]) < LIMIT

    def _is_room_weighted(self, key: Hashable, at_s: float) -> bool:
        self._forget_old(key, at_s)
        buckets = self._roll_buckets(key, at_s)
        elapsed = (at_s % WINDOW_S) / WINDOW_S
        return buckets.current + 1 + buckets.previous * (1 - elapsed) <= LIMIT

    def _forget_old(self, key: Hashable, at_s: float) -> None:
        log = self._log[key]
        while log and log[0] <= at_s - WINDOW_S:
            log.popleft()

    def _roll_buckets(self, key: Hashable, at_s: float) -> _Buckets:
        buckets = self._buckets[key]
        index = int(at_s // WINDOW_S)
        if index != buckets.index:
            buckets.previous = buckets.current if index == buckets.index + 1 else 0
            buckets.current = 0
            buckets.index = index
        return buckets
