"""Retry or park, by table (facts: reliability 4.8)."""

from datetime import timedelta

import pytest
from tests.pipeline.deals import NOW

from fortnox_bridge.domain.errors import (
    ContractViolation,
    InvariantBroken,
    LockHeld,
    MappingMissing,
    OutcomeUnknown,
    RateLimited,
    ReconnectRequired,
    Unavailable,
)
from fortnox_bridge.domain.run import Parked, Retry
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.pipeline.policy import decide


def judge(error, attempt=0, crashes=0, tried_for=timedelta(0), jitter=lambda low, high: high):
    return decide(error, attempt, crashes, NOW - tried_for, NOW, Timing(), jitter)


@pytest.mark.parametrize(
    ("error", "attempt", "wait_s", "is_spent"),
    [
        (Unavailable("down"), 0, 5, True),
        (Unavailable("down"), 1, 30, True),
        (Unavailable("down"), 5, 3600, True),
        (Unavailable("down"), 6, 7200, True),
        (Unavailable("down"), 500, 7200, True),
        (Unavailable("down", retry_after_s=600), 0, 600, True),
        (RateLimited("slow"), 3, 10, False),
        (RateLimited("slow", retry_after_s=30), 3, 31, False),
        (RateLimited("slow", retry_after_s=1), 3, 6, False),
        (LockHeld("held", retry_after_s=5), 3, 5, False),
        (OutcomeUnknown("unknown", retry_after_s=120), 3, 120, False),
        (OutcomeUnknown("unknown"), 3, 10, False),
    ],
)
def test_transient_failure_is_retried_with_the_right_wait(error, attempt, wait_s, is_spent):
    outcome = judge(error, attempt)

    assert outcome == Retry(NOW + timedelta(seconds=wait_s), error.code, {}, spends_attempt=is_spent)


def test_backoff_has_full_jitter():
    seen = []
    judge(Unavailable("down"), 2, jitter=lambda low, high: seen.append((low, high)) or low)

    assert seen == [(0, 120)]


@pytest.mark.parametrize("error", [Unavailable("down"), RateLimited("slow"), OutcomeUnknown("unknown")])
def test_run_that_failed_for_three_days_is_given_up(error):
    outcome = judge(error, tried_for=timedelta(hours=72))

    assert outcome == Parked("gave_up", {"cause": error.code})
    assert isinstance(judge(error, tried_for=timedelta(hours=71)), Retry)


@pytest.mark.parametrize(
    "error",
    [
        MappingMissing("article_not_found", where="https://x", product="P"),
        ReconnectRequired("fortnox_reconnect"),
        ContractViolation("fortnox_answer_unreadable"),
        InvariantBroken("broken"),
    ],
)
def test_what_waiting_cannot_help_parks_at_once(error):
    assert judge(error) == Parked(error.code, dict(error.params), getattr(error, "where", None))


def test_error_outside_the_taxonomy_parks_without_its_text():
    outcome = judge(KeyError("secret-token"))

    assert outcome == Parked("unexpected", {}, detail="KeyError")


def test_crash_is_retried_twice_and_then_quarantined():
    assert isinstance(judge(None, crashes=1), Retry)
    assert isinstance(judge(None, crashes=2), Retry)
    assert judge(None, crashes=3) == Parked("run_quarantined", {"crashes": "3"})
