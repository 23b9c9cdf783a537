"""What happens after a run failed: again, when, and at whose expense; or parked (facts: reliability 4.8). Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from fortnox_bridge.domain.errors import BridgeError, LockHeld, OutcomeUnknown, RateLimited, Transient, UserAction
from fortnox_bridge.domain.run import Parked, Retry
from fortnox_bridge.domain.timing import Timing

MOST_CRASHES: Final = 3

Jitter = Callable[[float, float], float]
"""A random number between the two, evenly spread."""


def decide(
    error: BaseException | None,
    run_attempt: int,
    crashes: int,
    first_tried_at: datetime,
    now: datetime,
    timing: Timing,
    jitter: Jitter,
) -> Retry | Parked:
    """Judge one failure. `error` None: the worker vanished without a word. `run_attempt` counts from 0.

    Waits that are nobody's fault spend no attempt, but they too end when the time is up.
    """
    if crashes >= MOST_CRASHES:
        return Parked("run_quarantined", {"crashes": str(crashes)})
    if error is None:
        return Retry(now, "run_crashed", {})
    if not isinstance(error, BridgeError):
        return Parked("unexpected", {}, detail=type(error).__name__)
    if not isinstance(error, Transient):
        where = error.where if isinstance(error, UserAction) else None
        return Parked(error.code, dict(error.params), where, error.detail)
    if (now - first_tried_at).total_seconds() >= timing.give_up_s:
        return Parked("gave_up", {**error.params, "cause": error.code}, detail=error.detail)
    is_spent = not isinstance(error, RateLimited | LockHeld | OutcomeUnknown)
    wait_s = _backoff(run_attempt, timing, jitter) if is_spent else _wait(error, timing, jitter)
    wait_s = max(wait_s, error.retry_after_s or 0)
    return Retry(now + timedelta(seconds=wait_s), error.code, dict(error.params), spends_attempt=is_spent)


def _backoff(attempt: int, timing: Timing, jitter: Jitter) -> float:
    """Full jitter: anywhere up to the step, so that runs which failed together do not come back together."""
    step = timing.retry_s[min(max(attempt, 0), len(timing.retry_s) - 1)]
    return jitter(0, step)


def _wait(error: Transient, timing: Timing, jitter: Jitter) -> float:
    asked = error.retry_after_s
    if asked is None:
        return jitter(timing.rate_limit_wait_s, 2 * timing.rate_limit_wait_s)
    if isinstance(error, RateLimited):
        return max(asked, timing.rate_limit_wait_s) + jitter(0, timing.rate_limit_wait_s / 5)
    return asked
