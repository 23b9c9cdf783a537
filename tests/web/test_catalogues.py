"""What settings can choose from, and what a connection can be asked for, with both vendors behind it."""

import pytest

from fortnox_bridge.storage import SYSTEM


@pytest.fixture
def vendors_url(sandbox):
    return sandbox.base_url


@pytest.fixture
def place(connected):
    return f"/api/v1/connections/{connected}"


async def test_fields_pipelines_and_registers_are_listed(http, operator, place):
    fields = (await http.get(f"{place}/fields", headers=operator)).json()["fields"]
    pipelines = (await http.get(f"{place}/pipelines", headers=operator)).json()["pipelines"]
    currencies = (await http.get(f"{place}/registers/currencies", headers=operator)).json()["entries"]

    assert {"deal", "company", "contact", "product"} <= {field["path"].partition(".")[0] for field in fields}
    assert all(pipeline["stages"] for pipeline in pipelines)
    assert "SEK" in {entry["code"] for entry in currencies}


async def test_register_is_read_once_a_day_unless_asked_for_afresh(http, operator, place, sandbox):
    async def calls():
        log = (await http.get(f"{sandbox.base_url}/_control/requests")).json()
        return sum("/3/currencies" in request["path"] for request in log)

    for query in ("", "", "?reload=true"):
        await http.get(f"{place}/registers/currencies{query}", headers=operator)

    assert await calls() == 2


async def test_unknown_register_names_those_that_exist(http, operator, place):
    answer = await http.get(f"{place}/registers/shoes", headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "register_unknown")
    assert "currencies" in answer.json()["remedy"]


async def test_field_is_created_once(http, operator, place):
    body = {"object": "company", "label": "Fakturareferens", "type": "text"}

    first = await http.post(f"{place}/fields", json=body, headers=operator)
    second = await http.post(f"{place}/fields", json=body, headers=operator)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.json()["label"] == "Fakturareferens"


async def test_joining_the_same_accounts_again_answers_the_connection_that_stands(http, operator, place):
    again = await http.post("/api/v1/connections", json={}, headers=operator)

    assert again.status_code == 201
    assert place.endswith(again.json()["id"])
    listed = (await http.get("/api/v1/connections", headers=operator)).json()["connections"]
    assert len(listed) == 1


async def test_source_account_that_is_joined_takes_a_second_company_after_the_first(http, operator, connected, sandbox):
    """F5: and the two may change places."""
    await http.post(
        f"{sandbox.base_url}/_control/fortnox/seed",
        json={"companies": [{"DatabaseNumber": 7654321, "CompanyName": "Andra Bolaget AB"}]},
    )
    ticket = (await http.post("/api/v1/authorizations", json={"provider": "fortnox"}, headers=operator)).json()
    consent = await http.get(ticket["url"], follow_redirects=False)
    await http.get(consent.headers["location"] + "&sandbox_company=7654321", follow_redirects=True)
    companies = (await http.get("/api/v1/fortnox-companies", headers=operator)).json()["fortnox_companies"]
    (second,) = [company["id"] for company in companies if company["database_number"] == "7654321"]

    answer = await http.post("/api/v1/connections", json={"fortnox_company_id": second}, headers=operator)

    assert answer.status_code == 201
    assert answer.json()["position"] == 2
    place = f"/api/v1/connections/{answer.json()['id']}"
    moved = await http.put(f"{place}/position", json={"position": 1}, headers=operator)
    assert moved.json() == {
        "position": 1,
        "among": 2,
        "pipelines": [],
        "currencies": [],
        "field": None,
        "field_values": [],
    }
    assert (await http.get(f"{place}/route", headers=operator)).json() == moved.json()
    listed = (await http.get("/api/v1/connections", headers=operator)).json()["connections"]
    assert sorted(each["position"] for each in listed) == [1, 2]


async def test_connection_before_any_account_says_what_is_missing(http, operator):
    answer = await http.post("/api/v1/connections", json={}, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "source_account_not_chosen")


async def test_hooks_that_vanished_are_made_again_and_a_second_check_changes_nothing(http, operator, place, sandbox):
    await http.post(f"{sandbox.base_url}/_control/pipedrive/seed", json={"forget_webhooks": {}})
    repaired = (await http.post(f"{place}/hooks/check", headers=operator)).json()
    again = (await http.post(f"{place}/hooks/check", headers=operator)).json()

    assert (repaired["created"], repaired["removed"]) == (1, 0)
    assert (again["ids"], again["created"], again["removed"]) == (repaired["ids"], 0, 0)


async def test_connecting_the_source_again_brings_its_hooks_back(http, operator, place, sandbox):
    await http.post(f"{sandbox.base_url}/_control/pipedrive/seed", json={"forget_webhooks": {}})

    ticket = await http.post("/api/v1/authorizations", json={"provider": "pipedrive"}, headers=operator)
    page = await http.get(ticket.json()["url"], follow_redirects=True)

    assert page.status_code == 200
    checked = (await http.post(f"{place}/hooks/check", headers=operator)).json()
    assert (len(checked["ids"]), checked["created"]) == (1, 0)


async def test_customer_pick_is_checked_in_fortnox(http, operator, place):
    unknown = await http.put(f"{place}/customer-links/company/5", json={"customer_number": "999999"}, headers=operator)
    odd = await http.put(f"{place}/customer-links/shoe/5", json={"customer_number": "1"}, headers=operator)

    assert (unknown.status_code, unknown.json()["code"]) == (422, "customer_number_unknown")
    assert (odd.status_code, odd.json()["code"]) == (422, "request_invalid")


async def test_preview_of_a_deal_that_does_not_exist_says_so(http, operator, place):
    answer = await http.post(f"{place}/preview", json={"external_id": "999999"}, headers=operator)

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "parked"
    assert answer.json()["reason"]["code"] == "source_record_missing"


async def test_api_token_connects_and_renews_one_account(http, operator, sandbox):
    users = (await http.get(f"{sandbox.base_url}/_control/pipedrive/users")).json()
    body = {"connector": "pipedrive", "api_token": users[0]["api_token"]}

    first = await http.post("/api/v1/source-accounts", json=body, headers=operator)
    second = await http.post("/api/v1/source-accounts", json=body, headers=operator)
    wrong = await http.post("/api/v1/source-accounts", json={**body, "api_token": "0" * 40}, headers=operator)

    assert (first.status_code, second.status_code) == (201, 201), first.text
    assert first.json()["id"] == second.json()["id"]
    assert (wrong.status_code, wrong.json()["code"]) == (409, "source_unauthorized")
    assert users[0]["api_token"] not in first.text


async def test_changes_are_in_the_audit_log(bridge, connected):
    async with bridge.storage.unit.view(SYSTEM) as unit:
        actions = {entry.action for entry in (await unit.audit_log.list_page(limit=50)).items}

    assert {"fortnox.connected", "pipedrive.connected", "connection.added"} <= actions
