"""Saving sync settings with both vendors behind: what is named is looked up, and what is wrong is told at once."""

import copy

import pytest
from tests.web.conftest import join

NOWHERE = "company.custom:0123456789012345678901234567890123456789"


@pytest.fixture
def vendors_url(sandbox):
    return sandbox.base_url


@pytest.fixture
def place(connected):
    return f"/api/v1/connections/{connected}/settings"


@pytest.fixture
async def saved(http, operator, place):
    return (await http.get(place, headers=operator)).json()


async def put(http, operator, place, saved, **query):
    body = {"revision": saved["revision"], "document": saved["document"]}
    return await http.put(place, params=query, json=body, headers={**operator, "Accept-Language": "en"})


async def silence(http, sandbox, simulator):
    action = {"kind": "html", "status": 503}
    plan = {"simulator": simulator, "method": "GET", "path": ".*", "times": None, "action": action}
    answer = await http.post(f"{sandbox.base_url}/_control/faults", json=plan)
    assert answer.status_code == 200, answer.text


def break_everywhere(document):
    document["triggers"]["rules"] = [{"pipeline_id": "1", "stage_id": "99"}]
    document["customers"]["company"]["match"][0]["source"] = NOWHERE
    document["customers"]["defaults"]["terms_of_payment"] = "31"
    document["products"] |= {"when_missing": "default", "default_article": "FINNS-EJ"}
    document["document"]["mapping"] = [{"target": "due_date", "sources": ["deal.title"]}]
    document["notes"]["write_back"]["ocr"] = "deal.title"
    document["vat"]["fallback_rate"] = "250"


BROKEN = {
    ("triggers.rules.0.stage_id", "setting_stage_missing"),
    ("customers.company.match.0.source", "setting_field_missing"),
    ("customers.defaults.terms_of_payment", "setting_code_missing"),
    ("products.default_article", "setting_article_missing"),
    ("document.mapping.0.sources.0", "setting_field_type"),
    ("notes.write_back.ocr", "setting_field_not_writable"),
    ("vat.fallback_rate", "setting_malformed"),
}


async def test_faults_of_the_form_and_of_what_is_named_come_together_and_nothing_is_saved(http, operator, place, saved):
    before = copy.deepcopy(saved)
    break_everywhere(saved["document"])

    answer = await put(http, operator, place, saved)

    assert (answer.status_code, answer.json()["code"]) == (422, "settings_invalid")
    faults = answer.json()["faults"]
    assert {(fault["place"], fault["code"]) for fault in faults} == BROKEN
    assert all(fault["message"] and fault["remedy"] for fault in faults)
    assert (await http.get(place, headers=operator)).json() == before


async def test_faults_are_told_in_the_callers_language(http, operator, place, saved):
    saved["document"]["products"] |= {"when_missing": "default", "default_article": "FINNS-EJ"}
    body = {"document": saved["document"]}

    swedish = (await http.post(f"{place}/validate", json=body, headers={**operator, "Accept-Language": "sv"})).json()
    english = (await http.post(f"{place}/validate", json=body, headers={**operator, "Accept-Language": "en"})).json()

    assert "ingen aktiv artikel FINNS-EJ" in swedish["faults"][0]["message"]
    assert "no active article FINNS-EJ" in english["faults"][0]["message"]


async def test_validating_answers_as_a_save_would_and_saves_nothing(http, operator, place, saved):
    sound = await http.post(f"{place}/validate", json={"document": saved["document"]}, headers=operator)
    break_everywhere(saved["document"])
    broken = await http.post(f"{place}/validate", json={"document": saved["document"]}, headers=operator)

    assert (sound.status_code, sound.json()["is_sound"], sound.json()["faults"]) == (200, True, [])
    assert not broken.json()["is_sound"]
    assert {(fault["place"], fault["code"]) for fault in broken.json()["faults"]} == BROKEN
    assert (await http.get(place, headers=operator)).json()["revision"] == 1


async def test_code_that_was_added_a_moment_ago_is_found_although_the_register_is_cached(
    http, operator, place, saved, sandbox
):
    saved["document"]["customers"]["defaults"]["terms_of_payment"] = "30"
    saved = (await put(http, operator, place, saved)).json()
    seeded = await http.post(
        f"{sandbox.base_url}/_control/fortnox/seed",
        json={"registers": {"termsofpayments": [{"Code": "45", "Description": "45 dagar"}]}},
    )
    assert seeded.status_code == 200, seeded.text
    saved["document"]["customers"]["defaults"]["terms_of_payment"] = "45"

    answer = await put(http, operator, place, saved)

    assert (answer.status_code, answer.json()["revision"]) == (200, 3)


async def test_register_that_the_grant_does_not_reach_is_a_warning_beside_the_save(http, operator, place, saved):
    saved["document"]["vat"]["accounts"]["eu_goods"] = "3108"

    answer = await put(http, operator, place, saved)

    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    assert [(fault["place"], fault["code"]) for fault in answer.json()["warnings"]] == [
        ("vat.accounts.eu_goods", "setting_register_closed")
    ]


@pytest.mark.parametrize("simulator", ["fortnox", "pipedrive"])
async def test_vendor_that_does_not_answer_refuses_the_save_unless_told_not_to_look(
    http, operator, place, saved, sandbox, simulator
):
    saved["document"]["customers"]["defaults"]["way_of_delivery"] = "P"
    await silence(http, sandbox, simulator)

    refused = await put(http, operator, place, saved)
    now = (await http.get(place, headers=operator)).json()
    forced = await put(http, operator, place, saved, live="false")

    assert (refused.status_code, refused.json()["code"]) == (503, "settings_not_checked")
    assert "live=false" in refused.json()["remedy"]
    assert now["revision"] == 1
    assert (forced.status_code, forced.json()["revision"]) == (200, 2)


async def test_faults_that_are_certain_are_told_although_a_vendor_is_away(http, operator, place, saved, sandbox):
    saved["document"]["vat"]["fallback_rate"] = "250"
    await silence(http, sandbox, "pipedrive")

    answer = await put(http, operator, place, saved)

    assert (answer.status_code, answer.json()["code"]) == (422, "settings_invalid")
    assert [fault["place"] for fault in answer.json()["faults"]] == ["vat.fallback_rate"]


async def test_large_table_is_looked_up_by_the_list_of_active_articles(http, operator, place, saved, sandbox):
    await http.post(
        f"{sandbox.base_url}/_control/fortnox/seed",
        json={"articles": [{"ArticleNumber": f"T{number}", "Description": "x"} for number in range(40)]},
    )
    rows = [{"value": f"v{number}", "article": f"T{number}"} for number in range(40)]
    saved["document"]["products"] |= {"mode": "table", "table": [*rows, {"value": "bad", "article": "FINNS-EJ"}]}
    before = len((await http.get(f"{sandbox.base_url}/_control/requests")).json())

    answer = await put(http, operator, place, saved)

    calls = (await http.get(f"{sandbox.base_url}/_control/requests")).json()[before:]
    assert [fault["place"] for fault in answer.json()["faults"]] == ["products.table.40.article"]
    assert sum("/3/articles" in call["path"] for call in calls) == 1


async def test_settings_of_a_copy_are_checked_against_the_target_and_every_fault_is_listed(
    http, operator, place, saved, bridge
):
    source = await join(bridge, "999")
    theirs = (await http.get(f"/api/v1/connections/{source.id}/settings", headers=operator)).json()
    theirs["document"]["customers"]["company"]["match"][0]["source"] = NOWHERE
    theirs["document"]["customers"]["defaults"]["terms_of_payment"] = "31"
    await put(http, operator, f"/api/v1/connections/{source.id}/settings", theirs, live="false")
    body = {"from_connection_id": str(source.id), "based_on": 1}

    answer = await http.post(f"{place}/copy", json=body, headers=operator)

    assert {fault["place"] for fault in answer.json()["faults"]} == {
        "customers.company.match.0.source",
        "customers.defaults.terms_of_payment",
    }
    assert (await http.get(place, headers=operator)).json() == saved
