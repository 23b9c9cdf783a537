"""The simulator's search and its rate limits, as facts 7.4 and 19.1 describe them."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

SEARCH = "/crm/objects/2026-09/companies/search"


@pytest.fixture
def companies(hubspot):
    made = [
        hubspot.seed(company={"name": name, "city": city})["company"]["id"]
        for name, city in (("Alfa Bygg", "Lund"), ("Beta Bygg", "Ystad"), ("Gamma Rör", "Lund"))
    ]
    return dict(zip(("alfa", "beta", "gamma"), made, strict=True))


async def found(hubspot, *filters, **more):
    body = {
        "filterGroups": [{"filters": list(filters)}] if filters else [],
        "properties": ["name"],
        "limit": 100,
        **more,
    }
    answer = await hubspot.call("POST", SEARCH, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def where(name, operator, value=None, **more):
    return {"propertyName": name, "operator": operator, "value": value, **more}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (where("city", "EQ", "lund"), {"alfa", "gamma"}),
        (where("city", "NEQ", "Lund"), {"beta"}),
        (where("name", "CONTAINS_TOKEN", "bygg"), {"alfa", "beta"}),
        (where("name", "IN", values=["alfa bygg", "gamma rör"]), {"alfa", "gamma"}),
        (where("name", "BETWEEN", "Alfa", highValue="Beta Z"), {"alfa", "beta"}),
    ],
)
async def test_search_finds_by_its_operators(hubspot, companies, wanted, names):
    ids = {each["id"] for each in (await found(hubspot, wanted))["results"]}

    assert ids & set(companies.values()) == {companies[name] for name in names}


async def test_search_sorts_by_one_property_and_pages(hubspot, companies):
    lund = where("name", "IN", values=["alfa bygg", "beta bygg", "gamma rör"])
    sorts = [{"propertyName": "name", "direction": "DESCENDING"}]

    first = await found(hubspot, lund, sorts=sorts, limit=2)
    last = await found(hubspot, lund, sorts=sorts, limit=2, after=first["paging"]["next"]["after"])

    assert first["total"] == 3
    assert [each["id"] for each in (*first["results"], *last["results"])] == [
        companies["gamma"],
        companies["beta"],
        companies["alfa"],
    ]
    assert "paging" not in last


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"after": "9900", "limit": 200},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [where("name", "EQ", "x")] * 7}]},
        {"filterGroups": [{"filters": [where("no_such_property", "EQ", "x")]}]},
        {"filterGroups": [{"filters": [where("name", "LIKE", "x")]}]},
        {"sorts": ["name", "city"]},
        {"properties": ["x" * 3000]},
    ],
)
async def test_search_refuses_what_is_too_much_or_unknown(hubspot, body):
    answer = await hubspot.call("POST", SEARCH, json=body)

    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


async def test_search_sees_a_write_only_after_a_while_and_never_an_archived_record(hubspot, companies):
    hubspot.simulator.configure({"search_lag_s": 10.0})
    assert companies["alfa"] not in {each["id"] for each in (await found(hubspot))["results"]}

    hubspot.clock.advance(11)
    assert companies["alfa"] in {each["id"] for each in (await found(hubspot))["results"]}
    hubspot.seed(archive={"type": "companies", "id": companies["alfa"]})
    hubspot.clock.advance(11)
    assert companies["alfa"] not in {each["id"] for each in (await found(hubspot))["results"]}


async def test_sixth_search_of_a_second_is_refused_by_name_and_shows_no_headers(hubspot):
    answers = [await hubspot.call("POST", SEARCH, json={}) for _ in range(6)]

    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert answers[5].json()["policyName"] == "SECONDLY"
    assert not [name for name in answers[0].headers if name.startswith("x-hubspot-ratelimit")]
    hubspot.clock.advance(1)
    assert (await hubspot.call("POST", SEARCH, json={})).status_code == 200


async def test_burst_is_a_rolling_window_and_a_refused_call_is_not_counted(hubspot):
    hubspot.simulator.configure({"burst_limit": 3})
    path = "/crm/objects/2026-09/companies"

    statuses = [(await hubspot.call("GET", path)).status_code for _ in range(5)]
    hubspot.clock.advance(10)
    later = await hubspot.call("GET", path)

    assert statuses == [200, 200, 200, 429, 429]
    assert (later.status_code, later.headers["x-hubspot-ratelimit-remaining"]) == (200, "2")


async def test_daily_limit_opens_at_midnight_of_the_portal(hubspot):
    hubspot.seed(change_portal={"time_zone": "Pacific/Auckland"})
    local = hubspot.clock.now().astimezone(ZoneInfo("Pacific/Auckland"))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    hubspot.clock.advance((midnight - local).total_seconds() - 30)
    hubspot.simulator.configure({"daily_limit": 2})
    path = "/crm/objects/2026-09/companies"

    statuses = [(await hubspot.call("GET", path)).status_code for _ in range(3)]
    refusal = (await hubspot.call("GET", path)).json()
    hubspot.clock.advance(31)
    again = await hubspot.call("GET", path)

    assert statuses == [200, 200, 429]
    assert refusal["policyName"] == "DAILY"
    assert again.status_code == 200


async def test_limits_of_one_portal_leave_the_other_alone(hubspot):
    hubspot.simulator.configure({"burst_limit": 1})
    path = "/crm/objects/2026-09/companies"

    answers = await asyncio.gather(*(hubspot.call("GET", path, token=hubspot.token(place)) for place in (0, 1)))

    assert [each.status_code for each in answers] == [200, 200]
