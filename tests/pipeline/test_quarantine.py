"""How long a lost answer is waited for, and when a write may be repeated."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import NOW

from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.pipeline.quarantine import Resend, Wait, decide_miss

TIMING = Timing()


@pytest.mark.parametrize(
    ("elapsed_s", "missed_after_s", "expected"),
    [
        (0, None, Wait(5)),
        (20, None, Wait(20)),
        (100, None, Wait(20.5)),
        (120, None, Wait(0.5)),
        (120.5, None, Wait(30, is_first_late_miss=True)),
        (140, 60, Wait(30, is_first_late_miss=True)),
        (140, 130, Wait(20)),
        (160, 130, Resend()),
    ],
)
def test_miss_is_judged_by_its_time(elapsed_s, missed_after_s, expected):
    sent_at = NOW - timedelta(seconds=elapsed_s)
    missed_at = None if missed_after_s is None else sent_at + timedelta(seconds=missed_after_s)

    assert decide_miss(sent_at, missed_at, NOW, TIMING) == expected


@given(st.lists(st.floats(0, 200), max_size=30))
def test_sending_again_always_takes_two_late_misses_apart(pauses):
    at, missed_at, misses = NOW, None, []
    for pause in pauses:
        at += timedelta(seconds=pause)
        match decide_miss(NOW, missed_at, at, TIMING):
            case Resend():
                assert missed_at is not None
                assert (missed_at - NOW).total_seconds() > TIMING.quarantine_s
                assert (at - missed_at).total_seconds() >= TIMING.second_look_s
                return
            case Wait(is_first_late_miss=True):
                missed_at = at
                misses.append(at)
    assert len(misses) <= 1
