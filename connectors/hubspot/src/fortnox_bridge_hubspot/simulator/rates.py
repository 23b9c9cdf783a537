"""Rate limits by policy (facts 19.1)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fortnox_bridge.sdk.simulator import SimulatedClock
from fortnox_bridge_hubspot.simulator.answers import Record
from fortnox_bridge_hubspot.simulator.knobs import Knobs
from fortnox_bridge_hubspot.simulator.state import Portal

TEN_SECONDS: Final = "TEN_SECONDLY_ROLLING"
SECOND: Final = "SECONDLY"
DAY: Final = "DAILY"
_OF_OAUTH: Final = 110
_BURST: Final = {"free": 100, "starter": 100, "professional": 190, "enterprise": 190}
_DAILY: Final = {"free": 250_000, "starter": 250_000, "professional": 625_000, "enterprise": 1_000_000}
_SEARCHES: Final = 5
_MESSAGES: Final = {
    TEN_SECONDS: "ten_secondly_rolling limit reached",
    SECOND: "You have reached your secondly limit.",
    DAY: "You have reached your daily limit.",
}


@dataclass(slots=True)
class RateWindows:
    """Exact rolling windows, and a day that begins at midnight in the portal. A refused request is not counted."""

    clock: SimulatedClock
    _recent: dict[str, deque[datetime]] = field(default_factory=dict)

    def judge(
        self, knobs: Knobs, *, portal: Portal, is_oauth: bool, is_search: bool
    ) -> tuple[str | None, dict[str, str]]:
        """The policy that refuses the request, if one does, and the headers to show."""
        now = self.clock.now()
        burst = knobs.burst_limit or (_OF_OAUTH if is_oauth else _BURST[portal.plan])
        daily = knobs.daily_limit or _DAILY[portal.plan]
        local = now.astimezone(ZoneInfo(portal.time_zone))
        today = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
        kind = "app" if is_oauth else "private"
        windows = [
            (TEN_SECONDS, self._window(f"{kind}:{portal.id}", now, timedelta(seconds=10)), burst),
            (DAY, self._window(f"day:{portal.id}", now, today), daily),
        ]
        if is_search:
            windows = [
                (SECOND, self._window(f"search:{portal.id}", now, timedelta(seconds=1)), _SEARCHES),
                windows[1],
            ]
        refused = next((policy for policy, window, most in windows if len(window) >= most), None)
        if refused is None or not knobs.rate_limits:
            for _, window, _ in windows:
                window.append(now)
            refused = None
        if is_search:
            return refused, {}
        headers = {
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Max": str(burst),
            "X-HubSpot-RateLimit-Remaining": str(max(burst - len(windows[0][1]), 0)),
        }
        if not is_oauth:
            headers |= {
                "X-HubSpot-RateLimit-Daily": str(daily),
                "X-HubSpot-RateLimit-Daily-Remaining": str(max(daily - len(windows[1][1]), 0)),
            }
        return refused, headers

    def _window(self, key: str, now: datetime, length: timedelta) -> deque[datetime]:
        window = self._recent.setdefault(key, deque())
        while window and window[0] <= now - length:
            window.popleft()
        return window


def refusal(policy: str, correlation_id: str) -> Record:
    return {
        "status": "error",
        "message": _MESSAGES[policy],
        "errorType": "RATE_LIMIT",
        "policyName": policy,
        "correlationId": correlation_id,
    }
