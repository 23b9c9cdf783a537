"""Circuit breakers: a system that fails again and again is left alone for a while, then tried with one run.

Per account at a system, in memory: after a restart the first runs find out anew (facts: reliability 4.8).
"""

from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.clock import Clock

MOST_FAILURES: Final = 5


@dataclass(frozen=True, slots=True)
class Upstream:
    """One account at one system: a Fortnox company, or a source account."""

    system: str
    account: str


@dataclass(slots=True)
class _Breaker:
    failures: int = 0
    closed_again_at: float = 0.0


class Breakers:
    def __init__(self, clock: Clock, *, open_s: float) -> None:
        self._clock = clock
        self._open_s = open_s
        self._breakers: dict[Upstream, _Breaker] = {}

    def wait_s(self, upstream: Upstream) -> float:
        """How long to leave the system alone; 0 to go ahead. While it is suspect, one caller at a time goes ahead."""
        breaker = self._breakers.get(upstream)
        if breaker is None or breaker.failures < MOST_FAILURES:
            return 0.0
        now = self._clock.monotonic()
        if now < breaker.closed_again_at:
            return breaker.closed_again_at - now
        # This caller is the probe; the others wait for what it finds.
        breaker.closed_again_at = now + self._open_s
        return 0.0

    def failed(self, upstream: Upstream) -> None:
        breaker = self._breakers.setdefault(upstream, _Breaker())
        breaker.failures += 1
        if breaker.failures >= MOST_FAILURES:
            breaker.closed_again_at = self._clock.monotonic() + self._open_s

    def succeeded(self, upstream: Upstream) -> None:
        self._breakers.pop(upstream, None)
