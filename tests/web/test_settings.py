"""Sync settings and runs over REST: read, save a new revision, never half; page through runs."""

import copy
import json

import pytest
from tests.web.conftest import park_run

from fortnox_bridge.domain.run import Parked


@pytest.fixture
def place(joined):
    return f"/api/v1/connections/{joined.id}/settings"


@pytest.fixture
def unlooked(place):
    """Where to save without looking up what the settings name: the vendors of these tests do not answer."""
    return f"{place}?live=false"


@pytest.fixture
async def saved(http, operator, place):
    return (await http.get(place, headers=operator)).json()


async def test_settings_of_a_new_connection_trigger_nothing(saved):
    assert saved["revision"] == 1
    assert saved["document"]["schema_version"] == "2.1"
    assert saved["document"]["triggers"]["rules"] == []


async def test_saving_makes_the_next_revision_and_names_its_author(http, operator, place, unlooked, saved):
    saved["document"]["customers"]["default_country"] = "SE"
    body = {"revision": 1, "document": saved["document"]}

    answer = await http.put(unlooked, json=body, headers=operator)

    assert answer.status_code == 200
    assert (answer.json()["revision"], answer.json()["author"]) == (2, "operator")
    assert (await http.get(place, headers=operator)).json() == answer.json()


async def test_saving_an_unchanged_document_makes_no_revision(http, operator, place, saved):
    body = {"revision": 1, "document": saved["document"]}

    answer = await http.put(place, json=body, headers=operator)

    assert (answer.status_code, answer.json()["revision"]) == (200, 1)


async def test_saving_on_an_old_revision_is_a_conflict_and_changes_nothing(http, operator, place, unlooked, saved):
    saved["document"]["customers"]["default_country"] = "SE"
    await http.put(unlooked, json={"revision": 1, "document": saved["document"]}, headers=operator)
    saved["document"]["customers"]["default_country"] = "NO"

    answer = await http.put(unlooked, json={"revision": 1, "document": saved["document"]}, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (409, "settings_conflict")
    now = (await http.get(place, headers=operator)).json()
    assert (now["revision"], now["document"]["customers"]["default_country"]) == (2, "SE")


async def test_saving_a_faulty_document_names_every_fault_and_changes_nothing(http, operator, place, saved):
    before = copy.deepcopy(saved)
    document = saved["document"]
    document["surprise"] = True
    document["vat"]["fallback_rate"] = "250"
    document["customers"]["company"]["match"] = [{"source": "company.nonsense!", "key": "shoe_size"}]
    document["products"]["when_missing"] = "default"

    answer = await http.put(place, json={"revision": 1, "document": document}, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "settings_invalid")
    assert {fault["place"] for fault in answer.json()["faults"]} >= {
        "surprise",
        "vat.fallback_rate",
        "customers.company.match.0.source",
        "customers.company.match.0.key",
        "products",
    }
    assert (await http.get(place, headers=operator)).json() == before


async def test_saving_a_document_of_a_newer_version_is_refused(http, operator, place, saved):
    document = {**saved["document"], "schema_version": "3.0"}

    answer = await http.put(place, json={"revision": 1, "document": document}, headers=operator)

    assert answer.status_code == 422
    assert [fault["place"] for fault in answer.json()["faults"]] == ["schema_version"]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a" * 201])
async def test_text_that_cannot_be_stored_is_refused_or_kept_whole(http, operator, place, unlooked, saved, text):
    saved["document"]["notes"]["support_contact"] = text
    body = json.dumps({"revision": 1, "document": saved["document"]})

    answer = await http.put(unlooked, content=body, headers={**operator, "Content-Type": "application/json"})

    if answer.status_code == 200:
        assert answer.json()["document"]["notes"]["support_contact"] == text
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, "settings_invalid"), answer.text


async def test_published_schema_describes_the_document(http, operator, saved):
    schema = (await http.get("/api/v1/settings-schema", headers=operator)).json()

    assert set(schema["properties"]) == set(saved["document"])


async def test_runs_are_paged_newest_first_without_loss(http, operator, bridge, joined):
    made = [str(await park_run(bridge, joined, Parked("no_rule", {}), str(number))) for number in range(5)]

    seen, cursor = [], None
    while True:
        query = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await http.get("/api/v1/runs", params=query, headers=operator)).json()
        seen += [run["id"] for run in page["runs"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == made[::-1]


async def test_runs_are_filtered_by_deal_and_state(http, operator, bridge, joined):
    for number in (1, 2):
        await park_run(bridge, joined, Parked("no_rule", {}), str(number))

    by_deal = await http.get("/api/v1/runs?external_id=2", headers=operator)
    by_state = await http.get("/api/v1/runs?state=done", headers=operator)

    assert [run["external_id"] for run in by_deal.json()["runs"]] == ["2"]
    assert by_state.json()["runs"] == []


async def test_run_tells_why_it_parked_in_the_callers_language_and_where_to_click(http, bridge, joined):
    parked = Parked("article_not_found", {"product": "Rådgivning"}, where="https://nordlund.example/deal/1")
    run_id = await park_run(bridge, joined, parked)

    swedish = (await http.get(f"/api/v1/runs/{run_id}", headers=joined.bearer)).json()["reason"]
    english = (await http.get(f"/api/v1/runs/{run_id}", headers={**joined.bearer, "Accept-Language": "en"})).json()[
        "reason"
    ]

    assert swedish["code"] == english["code"] == "article_not_found"
    assert swedish["what"] != english["what"]
    assert "Rådgivning" in swedish["what"]
    assert swedish["where"] == "https://nordlund.example/deal/1"


async def test_creating_twice_answers_the_run_that_is_queued(http, joined):
    place = f"/api/v1/connections/{joined.id}/runs"

    first = await http.post(place, json={"external_id": "1042", "document": "invoice"}, headers=joined.bearer)
    second = await http.post(place, json={"external_id": "1042"}, headers=joined.bearer)

    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["state"] == "queued"


async def test_replay_over_rest_queues_a_run_that_names_the_one_it_repeats(http, bridge, joined):
    run_id = await park_run(bridge, joined, Parked("no_rule", {}))

    answer = await http.post(f"/api/v1/runs/{run_id}/replay", headers=joined.bearer)

    assert answer.status_code == 202
    assert (answer.json()["trigger"], answer.json()["replay_of"]) == ("replay", str(run_id))


async def test_connectors_are_listed_with_what_they_can_do(http, joined):
    every = (await http.get("/api/v1/connectors", headers=joined.bearer)).json()["connectors"]
    found = next(each for each in every if each["name"] == "pipedrive")

    assert {(each["name"], each["status"], each["problem"]) for each in every} == {
        ("hubspot", "loaded", None),
        ("pipedrive", "loaded", None),
    }
    assert {"oauth", "api_token", "webhooks", "simulator"} <= set(found["capabilities"])
