"""How long a write of unknown outcome is waited for (facts: reliability 4.3, step 5). Pure.

A miss proves nothing before `sent_at` plus the quarantine. Only two misses, both later than that and some time
apart, allow sending again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fortnox_bridge.domain.timing import Timing


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again in `seconds`. `is_first_late_miss`: remember this miss, it is the first that counts."""

    seconds: float
    is_first_late_miss: bool = False


@dataclass(frozen=True, slots=True)
class Resend:
    """It never arrived, and no longer can."""


def decide_miss(
    sent_at: datetime | None, first_missed_at: datetime | None, now: datetime, timing: Timing
) -> Wait | Resend:
    """What a look-up without a hit means at `now`."""
    if sent_at is None:
        return Resend()
    elapsed_s = (now - sent_at).total_seconds()
    left_s = timing.quarantine_s - elapsed_s
    if left_s >= 0:
        # Doubling, so that an answer lost on the way is found soon and a lost request costs few calls.
        return Wait(min(max(elapsed_s, timing.intent_wait_s), left_s + timing.intent_wait_s / 10))
    if first_missed_at is None or first_missed_at <= sent_at + timedelta(seconds=timing.quarantine_s):
        return Wait(timing.second_look_s, is_first_late_miss=True)
    apart_s = (now - first_missed_at).total_seconds()
    if apart_s < timing.second_look_s:
        return Wait(timing.second_look_s - apart_s)
    return Resend()
