import pytest

from fortnox_bridge.services.runs.breakers import MOST_FAILURES, Breakers, Upstream

FORTNOX = Upstream("Fortnox", "company-1")
OTHER = Upstream("Fortnox", "company-2")


class Ticking:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self):
        raise NotImplementedError

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def breakers(clock):
    return Breakers(clock, open_s=30)


def fail(breakers, times):
    for _ in range(times):
        breakers.failed(FORTNOX)


def test_a_few_failures_keep_nobody_away(breakers):
    fail(breakers, MOST_FAILURES - 1)
    assert breakers.wait_s(FORTNOX) == 0


def test_five_failures_in_a_row_pause_that_account_alone(breakers, clock):
    fail(breakers, MOST_FAILURES)
    clock.seconds = 10
    assert breakers.wait_s(FORTNOX) == 20
    assert breakers.wait_s(OTHER) == 0


def test_after_the_pause_one_caller_probes_and_the_others_wait(breakers, clock):
    fail(breakers, MOST_FAILURES)
    clock.seconds = 30
    assert breakers.wait_s(FORTNOX) == 0
    assert breakers.wait_s(FORTNOX) == 30


def test_a_probe_that_fails_opens_the_breaker_again(breakers, clock):
    fail(breakers, MOST_FAILURES)
    clock.seconds = 30
    assert breakers.wait_s(FORTNOX) == 0
    clock.seconds = 40
    breakers.failed(FORTNOX)
    assert breakers.wait_s(FORTNOX) == 30


def test_a_success_forgets_all_failures(breakers, clock):
    fail(breakers, MOST_FAILURES)
    clock.seconds = 30
    breakers.wait_s(FORTNOX)
    breakers.succeeded(FORTNOX)
    fail(breakers, MOST_FAILURES - 1)
    assert breakers.wait_s(FORTNOX) == 0
