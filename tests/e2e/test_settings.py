"""What an administrator decides: checked when it is saved, kept with its history, and taken elsewhere."""

import copy
import json
from typing import cast

import httpx
from tests.e2e.world import Record, World, one_line

from fortnox_bridge.http import HttpRequest, HttpResponse


async def ask(world: World, method: str, path: str, body: object = None) -> HttpResponse:
    """One call to the settings' part of REST, whatever it answers."""
    headers = {"Authorization": f"Bearer {world.api_key}", "Accept-Language": "sv"}
    url = f"{world.bridge_url}/api/v1{world.place}/settings{path}"
    return await world.http.send(HttpRequest(method, url, headers=headers, json=body))


async def current(world: World) -> Record:
    return cast("Record", await world.api.get(f"{world.place}/settings"))


def faults(answer: HttpResponse | httpx.Response) -> dict[str, str]:
    body = cast("Record", answer.json())
    return {fault["place"]: fault["code"] for fault in body["faults"]}


async def test_settings_with_faults_are_refused_whole_and_every_fault_is_told_with_its_place(world: World) -> None:
    """F115, F27: what is named is looked up in both systems, and types must suit."""
    saved = await current(world)
    document = copy.deepcopy(saved["document"])
    date = await world.field("deal", "Leveransdatum")
    document["customers"]["company"]["mapping"].append({"target": "email", "sources": [date]})
    document["customers"]["defaults"]["price_list"] = "X"
    document["products"] |= {"when_missing": "default", "default_article": "FINNS-EJ"}
    document["triggers"]["rules"].append({"pipeline_id": "1", "stage_id": "4711", "document": "order"})
    document["notes"]["write_back"]["ocr"] = "deal.title"
    document["vat"]["fallback_rate"] = "mycket"

    refused = await ask(world, "PUT", "", {"revision": saved["revision"], "document": document})

    assert refused.status == 422
    at = len(document["customers"]["company"]["mapping"]) - 1
    assert faults(refused) == {
        f"customers.company.mapping.{at}.sources.0": "setting_field_type",
        "customers.defaults.price_list": "setting_code_missing",
        "products.default_article": "setting_article_missing",
        "triggers.rules.1.stage_id": "setting_stage_missing",
        "notes.write_back.ocr": "setting_field_not_writable",
        "vat.fallback_rate": "setting_malformed",
    }
    assert await current(world) == saved


async def test_an_older_revision_is_restored_and_the_next_deal_goes_by_it(world: World) -> None:
    """F115: versions with author and diff, restore."""
    first = await current(world)

    def decide(document: Record) -> None:
        document["document"]["mark_not_completed"] = True
        document["notes"]["on_success"] = False

    await world.settings(decide)
    diff = cast("Record", await world.api.get(f"{world.place}/settings/diff", **{"from": str(first["revision"])}))

    restored = await ask(world, "POST", "/restore", {"revision": first["revision"], "based_on": first["revision"] + 1})

    assert {change["place"] for change in diff["changes"]} == {"document.mark_not_completed", "notes.on_success"}
    assert restored.status == 200, restored.body
    assert (await current(world))["document"] == first["document"]
    deal = await world.deal(org_id=await world.company())
    done = await world.win(deal)
    assert (done.state, done.run["settings_revision"]) == ("done", first["revision"] + 2)
    assert len(await world.notes(deal)) == 1


async def test_settings_go_out_as_a_file_and_come_in_again(world: World) -> None:
    """F115: export and import, checked against the live systems on the way in."""
    exported = await ask(world, "GET", "/export")
    file = cast("Record", json.loads(exported.body))
    await world.settings(lambda document: document["notes"].update(language="en"))
    revision = (await current(world))["revision"]

    imported = await ask(world, "POST", "/import", {"based_on": revision, "file": file})
    file["document"]["customers"]["defaults"]["terms_of_payment"] = "31"
    refused = await ask(world, "POST", "/import", {"based_on": revision + 1, "file": file})

    assert imported.status == 200, imported.body
    assert (await current(world))["document"]["notes"]["language"] == "sv"
    assert faults(refused) == {"customers.defaults.terms_of_payment": "setting_code_missing"}


async def test_stage_that_was_deleted_shows_as_a_broken_rule(world: World) -> None:
    """F10: a rule is stored by the stage's id, and says so when the stage is gone."""
    rule = await world.stage_rule("Förhandling", "order")
    await world.settings(lambda document: document["triggers"]["rules"].append(rule))
    sound = cast("Record", await world.api.get(f"{world.place}/settings/check"))
    token = (await world.rows("pipedrive", "users"))[0]["api_token"]
    gone = f"{world.sandbox_url}/pipedrive/api/v2/stages/{rule['stage_id']}"
    deleted = await world.http.send(HttpRequest("DELETE", gone, headers={"x-api-token": str(token)}))
    assert deleted.is_success, deleted.body

    broken = cast("Record", await world.api.get(f"{world.place}/settings/check"))

    assert sound["is_sound"]
    assert [(fault["place"], fault["code"]) for fault in broken["faults"]] == [
        ("triggers.rules.1.stage_id", "setting_stage_missing")
    ]


async def test_field_is_created_in_the_source_and_fills_the_new_customer(world: World) -> None:
    """F27: create field in the source system creates and maps a custom field."""
    revision = (await current(world))["revision"]
    wish = {
        "section": "company",
        "target": "comments",
        "object": "company",
        "label": "Om kunden",
        "type": "text",
        "based_on": revision,
    }

    made = await ask(world, "POST", "/mapping-fields", wish)
    again = await ask(world, "POST", "/mapping-fields", {**wish, "based_on": revision + 1})

    assert made.status == again.status == 201, made.body
    field = cast("Record", json.loads(made.body))["field"]
    assert (await current(world))["revision"] == revision + 1
    assert await world.field("company", "Om kunden") == field["path"]
    company = await world.company("Fältprov AB", **{"Om kunden": "Betalar i tid"})
    done = await world.win(await world.deal(org_id=company))
    assert done.state == "done", done.run["reason"]
    (customer,) = await world.customers("Fältprov AB")
    assert customer["Comments"] == "Betalar i tid"


async def test_article_table_goes_through_a_spreadsheet_and_decides_the_article(world: World) -> None:
    """F40: the table goes out as CSV, comes in as CSV, and its faults are told by line."""
    articles = [{"ArticleNumber": number, "Description": number, "VAT": 25} for number in ("SAMLAD", "ANNAN")]
    await world.seed("fortnox", {"articles": articles})
    await world.settings(lambda document: document["products"].update(mode="table"))
    revision = (await current(world))["revision"]
    place = f"{world.bridge_url}/api/v1{world.place}/settings/products/table.csv"
    bearer = {"Authorization": f"Bearer {world.api_key}"}

    async def upload(text: str, based_on: int) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.put(f"{place}?based_on={based_on}", content=text.encode(), headers=bearer)

    refused = await upload("värde,artikel\nPRODUKT-1,SAMLAD\nPRODUKT-2,FINNS-EJ\n,SAMLAD\n", revision)
    unknown = await upload("värde,artikel\nPRODUKT-1,SAMLAD\nPRODUKT-2,FINNS-EJ\n", revision)
    saved = await upload("\ufeffvärde,artikel\nPRODUKT-1,SAMLAD\n'-PRODUKT-2,SAMLAD\n", revision)
    exported = await world.http.send(HttpRequest("GET", place, headers=bearer))

    assert faults(refused) == {"line 4": "setting_malformed"}
    assert faults(unknown) == {"line 3": "setting_article_missing"}
    assert saved.status_code == 200, saved.text
    assert exported.body.decode("utf-8-sig").splitlines() == [
        "value;article",
        "PRODUKT-1;SAMLAD",
        "'-PRODUKT-2;SAMLAD",
    ]
    deal = await world.deal([one_line("PRODUKT-1"), one_line("-PRODUKT-2")], org_id=await world.company())
    done = await world.win(deal)
    assert done.state == "done", done.run["reason"]
    rows = [row for row in (await world.invoice(deal))["InvoiceRows"] if row["ArticleNumber"]]
    assert {row["ArticleNumber"] for row in rows} == {"SAMLAD"}
