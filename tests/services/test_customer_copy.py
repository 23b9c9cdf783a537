"""The local copy filled from the simulator, small and with fifty thousand customers."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from tests.storage.world import KEYS, join

from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.services.records.caught_up_copy import CaughtUpCopy
from fortnox_bridge.services.records.customer_copy import CopyFilling
from fortnox_bridge.storage import Cipher, Storage


class MovableClock:
    """The real time, moved on by hand."""

    def __init__(self):
        self.ahead = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead

    def monotonic(self):
        return time.monotonic() + self.ahead.total_seconds()


@pytest.fixture
def clock():
    return MovableClock()


@pytest.fixture
async def copy(sqlite_url, clock):
    storage = Storage.open(sqlite_url, Cipher(KEYS), clock)
    joined = await join(storage, "1234567")
    kept = storage.customer_copy(joined.company.id)
    await kept.want()
    yield kept
    await storage.close()


@pytest.fixture
async def filling(company, copy, clock):
    await company.configure(rate_window="off")
    return CopyFilling(copy, FortnoxGateway(company.unpaced, copy), clock, Timing())


async def seed(company, **wishes):
    (await company.control.post("/_control/fortnox/seed", json=wishes)).raise_for_status()


async def an_hour_passes(company, clock):
    """What was seeded before is older than the overlap with which changes are asked for."""
    (await company.control.post("/_control/clock", json={"advance_s": 3600})).raise_for_status()
    clock.ahead += timedelta(hours=1)


async def filled(filling):
    """Steps until nothing is due; answer how many did something."""
    for steps in count():
        if not await filling.step():
            return steps
    raise AssertionError


async def paths(company):
    return [f"{each['path']}?{each['query']}" for each in await company.requests()]


async def test_whole_register_is_read_and_then_nothing_is_due(company, copy, filling):
    await seed(company, crowd=3)

    await filled(filling)

    standing = await copy.standing()
    assert (standing.known, standing.detailed, standing.missing) == (5, 5, 0)
    answer = await copy.find(CustomerKey.VAT_NUMBER, "DE000000002")
    assert (len(answer.numbers), answer.is_complete) == (1, True)
    await company.forget_requests()
    assert await filled(filling) == 0
    assert await paths(company) == []


async def test_process_that_ended_goes_on_at_its_page(company, copy, filling, clock):
    await seed(company, crowd=1100)
    await filling.step()

    after_restart = CopyFilling(copy, FortnoxGateway(company.unpaced, copy), clock, Timing())
    await after_restart.step()
    await after_restart.step()

    asked = [path for path in await paths(company) if "sortby" in path]
    assert ["page=2" in path or "page=3" in path for path in asked] == [False, True, True]
    standing = await copy.standing()
    assert (standing.known, standing.next_page) == (1102, None)


async def test_changes_are_asked_for_every_five_minutes_and_read(company, copy, filling, clock):
    await an_hour_passes(company, clock)
    await filled(filling)
    await seed(company, edit_customer={"CustomerNumber": "1", "VATNumber": "DE777777777"})
    clock.ahead += timedelta(minutes=5)
    await filling.step()
    assert await copy.unread(10) == ("1",)

    await filled(filling)

    assert (await copy.find(CustomerKey.VAT_NUMBER, "DE777777777")).numbers == ("1",)
    assert await copy.unread(10) == ()


async def test_deleted_customer_is_found_out_by_the_next_day_s_list(company, copy, filling, clock):
    await seed(company, crowd=2)
    await an_hour_passes(company, clock)
    await filled(filling)
    await seed(company, delete_customer="3")
    clock.ahead += timedelta(hours=24)
    await company.forget_requests()

    await filled(filling)

    assert sorted(number for number, _ in await copy.names()) == ["1", "2", "4"]
    asked = await paths(company)
    assert "/3/customers/3?" in asked
    assert "/3/customers/2?" not in asked


async def test_card_that_cannot_be_read_keeps_nobody_else_waiting(company, copy, filling):
    await seed(company, crowd=3)
    await company.fault("GET", "/3/customers/2$", {"kind": "status", "status": 400}, times=1000)

    failures = 0
    for _ in range(8):
        try:
            await filled(filling)
        except BridgeError:
            failures += 1

    assert failures == 8
    assert await copy.unread(10) == ("2",)
    standing = await copy.standing()
    assert (standing.detailed, standing.missing) == (4, 1)
    assert not (await copy.find(CustomerKey.VAT_NUMBER, "DE1")).is_complete


async def test_miss_costs_one_call_and_one_for_each_newcomer(company, copy, filling, clock):
    await an_hour_passes(company, clock)
    await filled(filling)
    asked = CaughtUpCopy(copy, FortnoxGateway(company.unpaced, copy))
    await company.forget_requests()

    nobody = await asked.find(CustomerKey.VAT_NUMBER, "DE000000001")
    after_miss = await paths(company)
    await seed(company, crowd=2)
    newcomer = await asked.find(CustomerKey.VAT_NUMBER, "DE000000001")
    again = await asked.find(CustomerKey.VAT_NUMBER, "DE000000001")

    assert (nobody.numbers, nobody.is_complete) == ((), True)
    assert len(after_miss) == 1
    assert newcomer.numbers == again.numbers == ("3",)
    assert [path for path in await paths(company) if "lastmodified" not in path] == [
        "/3/customers/3?",
        "/3/customers/4?",
    ]


async def test_many_newcomers_make_the_run_wait(company, copy, filling, clock):
    await an_hour_passes(company, clock)
    await filled(filling)
    asked = CaughtUpCopy(copy, FortnoxGateway(company.unpaced, copy))

    await seed(company, crowd=11)
    some = await asked.find(CustomerKey.VAT_NUMBER, "DE999999999")
    await seed(company, crowd=600)
    clock.ahead += timedelta(minutes=5)
    await filled(filling)
    await seed(company, crowd=600)
    crowd = await asked.find(CustomerKey.VAT_NUMBER, "DE999999999")

    assert (some.is_complete, some.missing) == (False, 11)
    assert not crowd.is_complete


async def test_fifty_thousand_customers_are_listed_in_a_hundred_and_one_calls(company, copy, filling):
    await seed(company, crowd=50_000)
    await company.forget_requests()
    began = time.monotonic()

    for _ in range(101):
        await filling.step()

    standing = await copy.standing()
    assert (standing.known, standing.next_page) == (50_002, None)
    assert standing.listed_at is not None
    assert len(await company.requests()) == 101
    assert (await copy.find(CustomerKey.NAME, "kund 49999 gmbh")).is_complete
    assert time.monotonic() - began < 60
