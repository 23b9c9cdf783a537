"""The rate window in Redis: the same specification as in memory, shared, and unknown taken for all spent."""

import asyncio
import itertools
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from tests.fortnox.test_limiter import most_in_exact_window, worst_weighted_estimate
from tests.oauth.virtual_time import VirtualTime

from fortnox_bridge.cluster.window_state import RedisWindowState
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.errors import RateLimited
from fortnox_bridge.fortnox.limiter import Priority
from fortnox_bridge.fortnox.redis_limiter import SCRIPT, RedisRateLimiter, SharedStateAway
from fortnox_bridge.fortnox.window import SPACING_S, GrantWindow

pytestmark = pytest.mark.integration
KNOWN = -100.0


@pytest.fixture(scope="session")
def redis(redis_url):
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


class Shared:
    """The script with a clock of the test's own."""

    def __init__(self, redis):
        self._redis = redis
        self._script = redis.register_script(SCRIPT)
        self._key, self._epoch = f"window:{uuid4()}", f"epoch:{uuid4()}"

    def ask(self, now, operation="take", *, ahead=0.0, pause_s=0.0, ages="", every=1.0):
        arguments = [operation, f"{now:.6f}", ahead, every, pause_s, ages, repr(SPACING_S)]
        granted, wait, spacing = self._script(keys=[self._key, self._epoch], args=arguments)
        return granted == 1, float(wait), float(spacing)

    def begin(self, since=KNOWN):
        """This Redis has kept the state since then."""
        self._script(keys=["nobody", self._epoch], args=["take", f"{since:.6f}", 0, 1, 0, "", repr(SPACING_S)])
        return self

    def forget(self):
        self._redis.delete(self._key)

    def restart(self):
        for key in (self._key, self._epoch):
            self._redis.hset(key, "run", "another")


def granted_by(shared, idle_before_each):
    now, granted = 0.0, []
    for idle in idle_before_each:
        now += idle
        is_granted, wait, _ = shared.ask(now)
        while not is_granted:
            now += wait + 1e-6
            is_granted, wait, _ = shared.ask(now)
        granted.append(now)
    return granted


gaps = st.lists(
    st.one_of(st.just(0.0), st.floats(0, 0.5), st.sampled_from([4.999, 5.0, 10.0])), min_size=1, max_size=40
)


@settings(max_examples=25)
@given(gaps)
def test_window_under_any_arrivals_is_refused_by_neither_reading(redis, idle):
    granted = granted_by(Shared(redis).begin(), idle)

    assert most_in_exact_window(granted) <= 25
    assert worst_weighted_estimate(granted) <= 25 + 1e-6


@settings(max_examples=25)
@given(gaps)
def test_script_and_memory_are_one_specification(redis, idle):
    window, now, wanted = GrantWindow(), 0.0, []
    for each in idle:
        now += each
        while (wait := window.wait(now)) > 0:
            now += wait + 1e-6
        window.grant(now)
        wanted.append(now)

    assert granted_by(Shared(redis).begin(), idle) == pytest.approx(wanted, abs=0.012 * len(idle))


def test_backlog_uses_at_least_95_percent(redis):
    granted = granted_by(Shared(redis).begin(), [0.0] * 600)

    assert sum(1 for at in granted if at <= 120) / (120 * 5) >= 0.95
    assert most_in_exact_window(granted) <= 25


def test_emptied_or_restarted_redis_is_taken_for_all_spent_but_an_idle_company_is_not(redis):
    fresh = Shared(redis)
    is_granted, wait, _ = fresh.ask(0.0)
    assert not is_granted
    assert wait >= 5.1
    assert Shared(redis).begin().ask(0.0)[0]

    restarted = Shared(redis).begin()
    assert restarted.ask(0.0)[0]
    restarted.restart()
    is_granted, wait, _ = restarted.ask(1.0)
    assert not is_granted
    assert wait >= 5.1


def test_idle_company_that_expired_gets_its_burst(redis):
    shared = Shared(redis).begin()
    granted_by(shared, [0.0] * 25)
    shared.forget()

    assert [shared.ask(100.0)[0] for _ in range(10)] == [True] * 10


def test_grant_ahead_is_booked_so_that_two_askers_do_not_get_one_place(redis):
    shared = Shared(redis).begin()
    granted_by(shared, [0.0] * 10)

    first, second = shared.ask(0.0, ahead=0.25), shared.ask(0.0, ahead=0.25)

    assert first[0]
    assert first[1] == pytest.approx(SPACING_S, abs=0.02)
    assert not second[0]
    assert second[1] == pytest.approx(2 * SPACING_S, abs=0.03)


def test_refusal_by_fortnox_pauses_everybody_and_slows_down(redis):
    shared = Shared(redis).begin()
    shared.ask(0.0, "pause", pause_s=5.5)

    is_granted, wait, spacing = shared.ask(1.0)

    assert not is_granted
    assert wait == pytest.approx(4.5, abs=0.01)
    assert spacing == pytest.approx(SPACING_S / 0.95)


def test_what_was_sent_while_redis_was_away_counts(redis):
    shared = Shared(redis).begin()

    is_granted, _, _ = shared.ask(0.0, ages=" ".join(["0.5"] * 25))

    assert not is_granted


@pytest.fixture
async def window(redis_url, redis):
    redis.delete("fb:window:epoch")
    redis.hset("fb:window:epoch", mapping={"run": redis.info("server")["run_id"], "since": "-1000000"})
    state = RedisWindowState(redis_url)
    yield state
    await state.aclose()


def limiter_of(state, key, **changes):
    return RedisRateLimiter(state, key, SystemClock(), **{"share": 1, **changes})


async def test_three_processes_share_one_window(window):
    key = f"window:{uuid4()}"
    limiters = [limiter_of(window, key) for _ in range(3)]
    loop = asyncio.get_running_loop()
    granted = []

    async def take(limiter):
        await limiter.acquire(Priority.WEBHOOK, max_wait_s=60)
        granted.append(loop.time())

    await asyncio.gather(*(take(limiters[number % 3]) for number in range(30)))

    assert most_in_exact_window(sorted(granted)) <= 25
    assert max(granted) - min(granted) >= 19 * SPACING_S * 0.9


async def test_more_urgent_goes_first_and_too_long_a_wait_is_refused(window):
    limiter = limiter_of(window, f"window:{uuid4()}")
    for _ in range(10):
        await limiter.acquire(Priority.WEBHOOK, max_wait_s=5)
    order = []

    async def take(name, priority):
        await limiter.acquire(priority, max_wait_s=30)
        order.append(name)

    waiting = [asyncio.create_task(take(f"webhook {number}", Priority.WEBHOOK)) for number in range(4)]
    await asyncio.sleep(0)
    waiting.append(asyncio.create_task(take("person", Priority.PERSON)))
    with pytest.raises(RateLimited):
        await limiter.acquire(Priority.RECONCILE, max_wait_s=0.1)
    await asyncio.gather(*waiting)

    assert order.index("person") <= 1


class Away:
    def __init__(self):
        self.is_away, self.asked = True, []

    async def run(self, _key, arguments):
        self.asked.append(arguments)
        if self.is_away:
            raise SharedStateAway
        return True, 0.0, SPACING_S


async def test_without_redis_each_process_takes_its_share_of_the_pace_and_tells_of_it_afterwards():
    time, state = VirtualTime(), Away()
    limiter = RedisRateLimiter(state, "k", time, share=4, sleep=time.sleep)
    granted = []

    async def work():
        for _ in range(4):
            await limiter.acquire(Priority.WEBHOOK, max_wait_s=60)
            granted.append(time.monotonic())
        state.is_away = False
        await time.sleep(1.1)
        await limiter.acquire(Priority.WEBHOOK, max_wait_s=60)

    await time.run(work())

    assert granted[0] >= 1005.1
    assert min(later - earlier for earlier, later in itertools.pairwise(granted)) >= 4 * SPACING_S - 1e-6
    assert len(state.asked[-1][5].split()) == 4
