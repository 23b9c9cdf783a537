import asyncio

import pytest

from fortnox_bridge.sandbox.fortnox.rate_window import RateWindow


def admitted(window: RateWindow, times: list[float], model: str) -> list[bool]:
    return [window.admits("tenant", at, model) for at in times]


def test_sliding_window_25_pass_and_the_next_waits_until_one_is_5_seconds_old():
    window = RateWindow()
    assert all(admitted(window, [100 + n * 0.1 for n in range(25)], "sliding"))
    assert not window.admits("tenant", 104.9, "sliding")
    assert window.admits("tenant", 105.0, "sliding")
    assert not window.admits("tenant", 105.05, "sliding")


def test_weighted_window_burst_before_a_boundary_weighs_on_the_next_bucket():
    window = RateWindow()
    assert all(admitted(window, [104.9] * 25, "weighted"))
    assert not window.admits("tenant", 105.1, "weighted")
    assert window.admits("tenant", 106.0, "weighted")
    assert window.admits("tenant", 115.0, "weighted")


def test_sliding_and_weighted_disagree_so_that_a_client_must_satisfy_both():
    sliding, weighted = RateWindow(), RateWindow()
    times = [100.0] * 25 + [105.0] * 25
    assert all(admitted(sliding, times, "sliding"))
    assert not all(admitted(weighted, times, "weighted"))


def test_window_counts_each_tenant_alone():
    window = RateWindow()
    assert all(window.admits("one", 1, "sliding") for _ in range(25))
    assert window.admits("two", 1, "sliding")
    assert not window.admits("one", 1, "sliding")


async def test_26th_request_in_five_seconds_gets_429_and_is_not_executed(fortnox, clock):
    await fortnox.configure(rate_window="sliding")
    clock.advance(10)
    post = {"Customer": {"Name": "Kund"}}
    answers = await asyncio.gather(*(fortnox.call("POST", "/customers", post) for _ in range(30)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(429)) == (25, 5)
    assert len(await fortnox.stored("customers")) == 2 + 25
    assert "retry-after" not in next(a for a in answers if a.status_code == 429).headers
    clock.advance(5)
    assert (await fortnox.call("GET", "/customers")).status_code == 200


async def test_retry_after_is_sent_when_the_knob_says_so(fortnox):
    await fortnox.configure(rate_window="sliding", retry_after=7)
    answers = [await fortnox.call("GET", "/units") for _ in range(26)]
    assert answers[-1].headers["retry-after"] == "7"


async def test_two_tokens_of_one_tenant_share_the_window_and_tenants_do_not(fortnox):
    await fortnox.seed(companies=[{"DatabaseNumber": 77, "CompanyName": "Andra AB"}])
    await fortnox.configure(rate_window="sliding")
    first = fortnox.token
    await fortnox.connect()
    second = fortnox.token
    for number in range(25):
        fortnox.token = (first, second)[number % 2]
        assert (await fortnox.call("GET", "/units")).status_code == 200
    assert (await fortnox.call("GET", "/units")).status_code == 429
    await fortnox.connect(sandbox_company="77")
    assert (await fortnox.get("/companyinformation"))["CompanyInformation"]["DatabaseNumber"] == 77


@pytest.mark.parametrize("model", ["sliding", "weighted"])
async def test_unauthorised_requests_cost_nothing(fortnox, model):
    await fortnox.configure(rate_window=model)
    good, fortnox.token = fortnox.token, "forged"
    for _ in range(30):
        assert (await fortnox.call("GET", "/units")).status_code == 401
    fortnox.token = good
    assert (await fortnox.call("GET", "/units")).status_code == 200
