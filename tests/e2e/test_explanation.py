"""A run explains itself by REST: each field of the document, and why it says what it says."""

from typing import cast

from tests.e2e.world import Record, World

from fortnox_bridge.cli.demo.browser import JsonApi


async def test_run_tells_for_each_field_which_source_default_or_rule_produced_it(world: World) -> None:
    """F51, F56, F112: with the label users know, in the language asked for, and the preview says the same."""
    made = await world.api.post(f"{world.place}/fields", {"object": "deal", "label": "Inköpsorder", "type": "text"})

    def map_order_number(document: Record) -> None:
        document["document"]["mapping"].append({"target": "your_order_number", "sources": [made["path"]]})

    await world.settings(map_order_number)
    company = await world.company("Förklarade AB")
    deal = await world.deal(org_id=company, custom_fields={"Inköpsorder": "PO-7781"})
    preview = await world.api.post(f"{world.place}/preview", {"external_id": deal})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    explanation = done.run["explanation"]
    (map_step,) = [step for step in done.run["steps"] if step["stage"] == "map"]
    payload = map_step["decision"]["payload"]["Invoice"]
    told = {row["field"]: row for row in explanation["document"]}
    assert told.keys() == payload.keys() - {"InvoiceRows"}
    assert [{row["field"] for row in rows} for rows in explanation["rows"]] == [
        set(row) for row in payload["InvoiceRows"]
    ]
    assert (told["YourOrderNumber"]["value"], told["YourOrderNumber"]["label"]) == ("PO-7781", "Inköpsorder")
    assert told["YourOrderNumber"]["because"] == f"Från Pipedrive: Inköpsorder ({made['path']})."
    assert told["Freight"]["origin"] == "decision"
    card = {row["field"]: row for row in explanation["card"]}
    assert card["Name"]["value"] == "Förklarade AB"
    assert card["Name"]["because"] == "Från Pipedrive: namn på företaget (company.name)."
    assert explanation["vat"]

    seen = {row["field"]: row["because"] for row in cast("Record", preview["explanation"])["document"]}
    assert seen == {field: row["because"] for field, row in told.items()}

    english = JsonApi(
        world.http,
        f"{world.bridge_url}/api/v1",
        {"Authorization": f"Bearer {world.api_key}", "Accept-Language": "en"},
    )
    run = await english.get(f"/runs/{done.run['id']}")
    in_english = {row["field"]: row["because"] for row in cast("Record", run["explanation"])["document"]}
    assert in_english["YourOrderNumber"] == f"From Pipedrive: Inköpsorder ({made['path']})."


async def test_run_that_decided_no_document_explains_none(world: World) -> None:
    """F110: nothing is made up."""
    deal = await world.deal([], org_id=await world.company(), value=100)

    parked = await world.win(deal)

    assert parked.state == "parked"
    assert parked.run["explanation"] is None
