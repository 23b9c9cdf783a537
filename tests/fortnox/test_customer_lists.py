"""The customer register page by page, its changes in Swedish time, and who is told what was seen."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.fortnox.plans import make_customer

from fortnox_bridge.domain.draft_plan import CustomerUpdate
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.fortnox.gateway import FortnoxGateway


async def seed(company, **wishes):
    answer = await company.control.post("/_control/fortnox/seed", json=wishes)
    answer.raise_for_status()
    return answer.json()


async def queries(company):
    return [request["query"] for request in await company.requests() if request["path"] == "/3/customers"]


async def test_register_is_read_in_pages_of_five_hundred_and_by_number(company):
    await seed(company, crowd=600)

    first = await company.gateway.list_customers(1)
    second = await company.gateway.list_customers(first.page + 1)

    assert (first.page, first.pages, first.total, len(first.records)) == (1, 2, 602, 500)
    numbers = [record.number for page in (first, second) for record in page.records]
    assert numbers == sorted(numbers, key=int)
    assert len(set(numbers)) == 602
    assert first.records[2].name == "Kund 1 GmbH"
    assert first.records[2].vat_number is None


async def test_only_what_changed_since_is_listed_and_some_from_just_before(company):
    await seed(company, crowd=3)
    now = datetime.now(UTC)
    await company.control.post("/_control/clock", json={"advance_s": 3600})
    await seed(company, edit_customer={"CustomerNumber": "4", "VATNumber": "DE999999999"})

    since_before = await company.gateway.list_changed_customers(now, 1)
    since_hour = await company.gateway.list_changed_customers(now + timedelta(minutes=30), 1)
    since_later = await company.gateway.list_changed_customers(now + timedelta(hours=2), 1)

    assert since_before.total == 5
    assert [record.number for record in since_hour.records] == ["4"]
    assert since_later.records == ()


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC), "2026-11-23 09:55"),
        (datetime(2026, 7, 1, 22, 3, tzinfo=UTC), "2026-07-01 23:58"),
        # 02:30 comes twice on this night: both times the hour before is asked for.
        (datetime(2026, 10, 25, 0, 35, tzinfo=UTC), "2026-10-25 01:30"),
        (datetime(2026, 10, 25, 1, 35, tzinfo=UTC), "2026-10-25 02:30"),
        (datetime(2026, 10, 25, 2, 35, tzinfo=UTC), "2026-10-25 03:30"),
    ],
)
async def test_instant_is_told_in_swedish_time(company, since, said):
    await company.gateway.list_changed_customers(since, 1)

    query = (await queries(company))[-1]
    assert f"lastmodified={said}".replace(" ", "%20").replace(":", "%3A") in query.replace("+", "%20")


class Witness:
    def __init__(self):
        self.told = []

    async def seen(self, record):
        self.told.append((record.number, record.card.get(CustomerField.PHONE)))

    async def gone(self, number):
        self.told.append((number, "gone"))


async def test_witness_hears_of_every_whole_customer_and_of_those_who_are_gone(company):
    witness = Witness()
    gateway = FortnoxGateway(company.client, witness)

    made = await gateway.create_customer(make_customer())
    await gateway.update_customer(CustomerUpdate(made.number, {CustomerField.PHONE: "013-1"}, {}))
    await gateway.get_customer(made.number)
    await gateway.get_customer("4711")
    await gateway.list_customers(1)

    assert witness.told == [(made.number, None), (made.number, "013-1"), (made.number, "013-1"), ("4711", "gone")]


async def test_fifty_thousand_customers_are_seeded_in_a_moment(company):
    began = time.monotonic()

    assert (await seed(company, crowd=50_000))["crowd"]["count"] == 50_000

    assert time.monotonic() - began < 10
