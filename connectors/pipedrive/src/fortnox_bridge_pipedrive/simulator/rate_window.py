"""Burst limits per token, search limits, and the daily token budget per company (section 4)."""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from fortnox_bridge.sdk.simulator import SimulatedClock
from fortnox_bridge_pipedrive.simulator.knobs import Knobs

TokenKind = Literal["api_token", "oauth"]
_WINDOW = timedelta(seconds=2)
_PLAN_MULTIPLIER = {"lite": 1, "growth": 2, "premium": 5, "ultimate": 7}
_BURST = {"lite": (20, 80), "growth": (40, 160), "premium": (100, 400), "ultimate": (120, 480)}
_BASE_BUDGET = 30_000


@dataclass(slots=True)
class _Usage:
    day: str = ""
    spent: int = 0
    writes: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    admitted: bool
    headers: dict[str, str]


@dataclass(slots=True)
class RateWindows:
    """Exact rolling windows; a refused request costs nothing and is not counted."""

    clock: SimulatedClock
    _recent: dict[str, deque[datetime]] = field(default_factory=dict)
    _usage: dict[int, _Usage] = field(default_factory=dict)

    def judge(
        self, knobs: Knobs, *, company_id: int, token: str, kind: TokenKind, cost: int, is_search: bool, method: str
    ) -> Verdict:
        now = self.clock.now()
        usage = self._usage_today(company_id, now)
        budget = daily_budget(knobs)
        limit = _burst_limit(knobs, kind)
        burst = self._window(token, now)
        windows = [(burst, limit)]
        if is_search:
            windows.append((self._window(f"search:{token}", now), knobs.search_limit))
        tight = next(((window, most) for window, most in windows if len(window) >= most), None)
        over_budget = usage.spent + cost > budget
        admitted = not knobs.rate_limits or (tight is None and not over_budget)
        if admitted:
            for window, _ in windows:
                window.append(now)
            usage.spent += cost
            usage.writes += method in {"POST", "PUT"}
        shown, most = tight or windows[-1]
        headers = {
            "x-ratelimit-limit": str(most),
            "x-ratelimit-remaining": str(max(most - len(shown), 0)),
            "x-ratelimit-reset": str(_seconds_left(shown, now)),
            "x-daily-ratelimit-token-limit": str(budget),
            "x-daily-ratelimit-token-remaining": str(max(budget - usage.spent, 0)),
        }
        if kind == "api_token" and method in {"POST", "PUT"}:
            headers["x-daily-requests-left"] = str(max(budget - usage.writes, 0))
        return Verdict(admitted, headers)

    def spent_today(self, company_id: int) -> int:
        return self._usage_today(company_id, self.clock.now()).spent

    def _usage_today(self, company_id: int, now: datetime) -> _Usage:
        # "Server time" of the reset is not stated; midnight UTC here (section 4).
        day = now.astimezone(UTC).date().isoformat()
        usage = self._usage.setdefault(company_id, _Usage())
        if usage.day != day:
            usage.day, usage.spent, usage.writes = day, 0, 0
        return usage

    def _window(self, key: str, now: datetime) -> deque[datetime]:
        window = self._recent.setdefault(key, deque())
        while window and window[0] <= now - _WINDOW:
            window.popleft()
        return window


def daily_budget(knobs: Knobs) -> int:
    if knobs.daily_budget is not None:
        return knobs.daily_budget
    return _BASE_BUDGET * _PLAN_MULTIPLIER[knobs.plan] * knobs.seats


def _burst_limit(knobs: Knobs, kind: TokenKind) -> int:
    if knobs.burst_limit is not None:
        return knobs.burst_limit
    by_token, by_app = _BURST[knobs.plan]
    return by_app if kind == "oauth" else by_token


def _seconds_left(window: deque[datetime], now: datetime) -> int:
    # Seconds, not an epoch; "2" when the window is fresh (section 4).
    if not window:
        return int(_WINDOW.total_seconds())
    return max(math.ceil((window[0] + _WINDOW - now).total_seconds()), 1)
