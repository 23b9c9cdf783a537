"""The rate window in virtual time, held against both readings of Fortnox's limit."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oauth.virtual_time import VirtualTime

from fortnox_bridge.domain.errors import RateLimited
from fortnox_bridge.fortnox.limiter import MemoryRateLimiter, MemoryRateLimiters, Priority
from fortnox_bridge.fortnox.window import GrantWindow

gaps = st.lists(
    st.one_of(st.just(0.0), st.floats(0, 0.5), st.floats(0, 6), st.sampled_from([0.2083, 4.999, 5.0, 5.001, 10.0])),
    min_size=1,
    max_size=120,
)


def grants_of(idle_before_each: list[float], window: GrantWindow | None = None) -> list[float]:
    window = window or GrantWindow()
    now, granted = 0.0, []
    for idle in idle_before_each:
        now += idle
        now += window.wait(now)
        window.grant(now)
        granted.append(now)
    return granted


def most_in_exact_window(granted: list[float]) -> int:
    return max(sum(1 for other in granted if at - 5 < other <= at) for at in granted)


def worst_weighted_estimate(granted: list[float]) -> float:
    """The highest two-bucket estimate over all grants and all alignments of the buckets that matter."""
    worst = 0.0
    for index, at in enumerate(granted):
        recent = [other for other in granted[: index + 1] if other > at - 10]
        starts = {at, *recent, *(other + 5 for other in recent), *(other + 1e-9 for other in recent)}
        for start in (start for start in starts if at - 5 < start <= at):
            current = sum(1 for other in recent if other >= start)
            previous = sum(1 for other in recent if start - 5 <= other < start)
            worst = max(worst, current + previous * (1 - (at - start) / 5))
    return worst


@settings(max_examples=60, deadline=None)
@given(gaps)
def test_window_under_any_arrivals_is_refused_by_neither_reading(idle):
    granted = grants_of(idle)
    assert most_in_exact_window(granted) <= 25
    assert worst_weighted_estimate(granted) <= 25 + 1e-6


def test_window_under_backlog_uses_at_least_95_percent():
    granted = grants_of([0.0] * 900)
    used = sum(1 for at in granted if at <= 180) / (180 * 5)
    assert used >= 0.95
    assert most_in_exact_window(granted) <= 25
    assert worst_weighted_estimate(granted[-120:]) <= 25 + 1e-6


def test_idle_company_gets_a_burst_of_ten_then_a_steady_pace():
    granted = grants_of([0.0] * 12)
    assert granted[9] == 0
    assert granted[11] - granted[10] == pytest.approx(5 / 23.8)


def test_window_of_unknown_past_starts_full_and_is_steady_after_it():
    granted = grants_of([0.0] * 30, GrantWindow.full(0.0))
    assert granted[0] >= 5.1
    assert worst_weighted_estimate([0.0] * 25 + granted) <= 25 + 1e-6


def test_pause_stops_everybody_and_slows_down_for_ten_minutes():
    window = GrantWindow()
    window.pause(0.0, 2.0)
    assert window.wait(0.0) == 5.0
    assert window.spacing(599) == pytest.approx(5 / 23.8 / 0.95)
    assert window.spacing(601) == pytest.approx(5 / 23.8)


async def acquire(limiter, priority, granted, time, max_wait_s=600.0):
    await limiter.acquire(priority, max_wait_s=max_wait_s)
    granted.append((time.seconds - 1000, priority))


async def test_limiter_with_many_waiters_keeps_the_window_and_95_percent_of_it():
    time, granted = VirtualTime(), []
    limiter = MemoryRateLimiter(GrantWindow(), time, sleep=time.sleep)
    await time.run(*(acquire(limiter, Priority.WEBHOOK, granted, time) for _ in range(150)))
    instants = [at for at, _ in granted]
    assert worst_weighted_estimate(instants) <= 25 + 1e-6
    assert instants[-1] <= 150 / (5 * 0.95)


async def test_person_goes_before_webhooks_and_webhooks_before_reconciliation():
    time, granted = VirtualTime(), []
    limiter = MemoryRateLimiter(GrantWindow.full(time.seconds), time, sleep=time.sleep)
    order = [Priority.RECONCILE, Priority.WEBHOOK, Priority.PERSON]
    await time.run(*(acquire(limiter, priority, granted, time) for priority in order * 3))
    assert [priority for _, priority in granted] == sorted(order * 3)


async def test_wait_beyond_the_caller_s_patience_is_said_at_once():
    time, granted = VirtualTime(), []
    limiter = MemoryRateLimiter(GrantWindow.full(time.seconds), time, sleep=time.sleep)
    (error,) = await time.run(acquire(limiter, Priority.WEBHOOK, granted, time, max_wait_s=1))
    assert isinstance(error, RateLimited)
    assert error.retry_after_s > 4
    assert time.seconds == 1000


async def test_impatient_waiter_leaves_the_queue_to_the_others():
    time, granted = VirtualTime(), []
    limiter = MemoryRateLimiter(GrantWindow.full(time.seconds), time, sleep=time.sleep)
    await time.run(
        acquire(limiter, Priority.PERSON, granted, time, max_wait_s=1),
        acquire(limiter, Priority.WEBHOOK, granted, time),
    )
    assert [priority for _, priority in granted] == [Priority.WEBHOOK]


async def test_company_seen_right_after_the_start_is_unknown_and_later_is_idle():
    time = VirtualTime()
    limiters = MemoryRateLimiters(time, sleep=time.sleep)
    time.seconds += 2
    early = limiters.of("client", "1")
    assert limiters.of("client", "1") is early
    with pytest.raises(RateLimited) as refused:
        await early.acquire(Priority.WEBHOOK, max_wait_s=0)
    assert 2 < refused.value.retry_after_s < 4
    time.seconds += 9
    await limiters.of("client", "2").acquire(Priority.WEBHOOK, max_wait_s=0)


async def test_pause_without_retry_after_lasts_five_seconds_and_jitter():
    time = VirtualTime()
    limiter = MemoryRateLimiter(GrantWindow(), time, sleep=time.sleep, jitter=lambda: 0.7)
    await limiter.pause(None)
    with pytest.raises(RateLimited) as refused:
        await limiter.acquire(Priority.PERSON, max_wait_s=0)
    assert refused.value.retry_after_s == pytest.approx(5.7)


async def background_backlog(limiter, granted, time):
    """Somebody who never has enough."""
    while True:
        await acquire(limiter, Priority.BACKGROUND, granted, time)


async def foreground(limiter, arrivals, time, waits):
    async def one(at):
        await time.sleep(at)
        asked = time.seconds
        await limiter.acquire(Priority.WEBHOOK, max_wait_s=600)
        waits.append((at, time.seconds - asked))

    await asyncio.gather(*(one(at) for at in arrivals))


async def waits_of(arrivals, *, with_background):
    """Each foreground call's arrival and wait, and every grant, in virtual time."""
    time, granted, waits = VirtualTime(), [], []
    limiter = MemoryRateLimiter(GrantWindow(), time, sleep=time.sleep)
    greedy = asyncio.ensure_future(background_backlog(limiter, granted, time)) if with_background else None
    await time.run(foreground(limiter, arrivals, time, waits))
    if greedy is not None:
        greedy.cancel()
    return sorted(waits), granted


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.floats(0, 60), st.sampled_from([20.0, 25.0, 30.0])), max_size=20))
async def test_background_backlog_does_not_make_others_wait_by_an_instant(arrivals):
    alone, _ = await waits_of(arrivals, with_background=False)
    beside, background = await waits_of(arrivals, with_background=True)
    assert beside == [pytest.approx(pair, abs=1e-6) for pair in alone]
    assert background or max(arrivals, default=0) == 0


async def test_backlog_that_fills_the_window_is_hardly_later_and_meets_no_background():
    arrivals = [30.0] * 60
    alone, _ = await waits_of(arrivals, with_background=False)
    beside, background = await waits_of(arrivals, with_background=True)
    later = [mixed[1] - single[1] for mixed, single in zip(beside, alone, strict=True)]
    assert later[:20] == [0] * 20
    assert max(later) < 2.5
    assert later[-1] < 0.5
    assert [at for at, _ in background if 30 < at < 30 + beside[-1][1]] == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 30), max_size=80))
async def test_background_and_others_together_are_refused_by_neither_reading(arrivals):
    waits, background = await waits_of(arrivals, with_background=True)
    granted = sorted([at + wait for at, wait in waits] + [at for at, _ in background])
    if granted:
        assert most_in_exact_window(granted) <= 25
        assert worst_weighted_estimate(granted) <= 25 + 1e-6


async def test_background_alone_takes_a_fifth_of_the_window():
    time, granted = VirtualTime(), []
    limiter = MemoryRateLimiter(GrantWindow(), time, sleep=time.sleep)
    await time.run(*(acquire(limiter, Priority.BACKGROUND, granted, time) for _ in range(100)))
    assert most_in_exact_window([at for at, _ in granted]) == 5
    assert granted[-1][0] == pytest.approx(99, abs=1)


async def test_after_a_429_the_background_rests_until_the_window_is_at_full_speed_again():
    time, granted = VirtualTime(), []
    limiter = MemoryRateLimiter(GrantWindow(), time, sleep=time.sleep)
    await limiter.pause(None)
    await time.run(
        acquire(limiter, Priority.BACKGROUND, granted, time, max_wait_s=3600),
        acquire(limiter, Priority.WEBHOOK, granted, time),
    )
    assert [priority for _, priority in granted] == [Priority.WEBHOOK, Priority.BACKGROUND]
    assert granted[1][0] >= 600


async def test_impatient_background_is_told_to_come_back():
    time = VirtualTime()
    limiter = MemoryRateLimiter(GrantWindow.full(time.seconds), time, sleep=time.sleep)
    with pytest.raises(RateLimited) as refused:
        await limiter.acquire(Priority.BACKGROUND, max_wait_s=1)
    assert refused.value.retry_after_s > 1
