"""HubSpot's own ways: batches for several portals, merged records, properties, and a deal that has to be mended."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.e2e.hubspot import SECOND, Portal, Record, one_line, running_portal, second_portal
from tests.e2e.world import replay_link, until


@pytest.fixture
async def portal(sqlite_url: str) -> AsyncIterator[Portal]:
    async with running_portal(sqlite_url) as running:
        yield running


async def test_batches_of_a_hundred_for_two_portals_are_told_apart_and_counted_once(portal: Portal) -> None:
    """F103: one delivery speaks of both portals, comes twice, and makes each deal's runs once."""
    world = portal.world
    other = await second_portal(portal)
    await world.configure("hubspot", webhooks_paused=True, webhook_duplicates=1)
    deals = []
    for serial in range(10):
        for each in (portal, other):
            company = await each.company(f"Bunt {serial} i {each.id}", 900 + serial)
            deal = await each.deal([one_line()], company=company)
            await each.move(deal)
            deals.append((each, deal))
    await world.configure("hubspot", webhooks_paused=False)
    await portal.company("Sätter igång leveransen", 950)

    async def delivered() -> list[Record] | None:
        rows = await world.rows("hubspot", "deliveries")
        sent = [row for row in rows if len(row["events"]) > 1]
        return sent if sent and all(len(row["attempts"]) == 2 for row in sent) else None

    batches = await until(delivered, "every batch to be delivered twice")
    assert {len(batch["events"]) for batch in batches[:-1]} == {100}
    assert {event["portalId"] for event in batches[0]["events"]} == {portal.id, SECOND}
    assert {attempt["status"] for batch in batches for attempt in batch["attempts"]} == {202}

    for each, deal in deals:
        await each.run(deal, state="done")
        # Its creation and its move, each of them once.
        assert len(await each.runs(deal)) <= 2
        assert len(await each.documents(deal)) == 1


async def test_deal_merged_from_two_makes_no_second_draft_and_its_old_id_gives_way(portal: Portal) -> None:
    """F10, F66."""
    company = await portal.company("Sammanslagna AB", 861)
    drafted = await portal.deal([one_line()], company=company)
    await portal.move(drafted)
    await portal.run(drafted, state="done")
    other = await portal.deal([one_line(3)], company=company)

    merged = str((await portal.seed(merge={"type": "deals", "primary": drafted, "other": other}))["merge"]["id"])
    assert merged not in {drafted, other}
    kept = await portal.run(merged, state="skipped")
    await portal.world.api.post(f"/connections/{portal.connection_id}/runs", {"external_id": drafted})
    gone = await portal.run(drafted, state="skipped")

    assert kept["reason"]["code"] == "already_documented"
    assert gone["reason"]["code"] == "merged_away"
    assert merged in gone["reason"]["what"]
    assert len(await portal.world.rows("fortnox", "invoices")) == 1


async def test_two_drafted_deals_that_are_merged_say_that_there_are_two_drafts(portal: Portal) -> None:
    company = await portal.company("Dubbelt upp AB", 862)
    deals = []
    for quantity in (1, 2):
        deal = await portal.deal([one_line(quantity)], company=company)
        await portal.move(deal)
        await portal.run(deal, state="done")
        deals.append(deal)
    numbers = {str(row["DocumentNumber"]) for row in await portal.world.rows("fortnox", "invoices")}
    assert len(numbers) == 2

    merged = str((await portal.seed(merge={"type": "deals", "primary": deals[0], "other": deals[1]}))["merge"]["id"])
    told = await portal.run(merged, state="skipped")

    assert told["reason"]["code"] == "merged_documents"
    assert all(number in told["reason"]["what"] for number in numbers)
    assert len(await portal.world.rows("fortnox", "invoices")) == 2


async def test_merged_companies_keep_one_customer_and_the_draft_says_so(portal: Portal) -> None:
    companies = [await portal.company(f"Före fusionen {serial}", 870 + serial) for serial in (1, 2)]
    for company in companies:
        deal = await portal.deal([one_line()], company=company)
        await portal.move(deal)
        await portal.run(deal, state="done")
    kept = next(row for row in await portal.world.customers("Före fusionen 1"))

    wish = {"type": "companies", "primary": companies[0], "other": companies[1]}
    merged = str((await portal.seed(merge=wish))["merge"]["id"])
    deal = await portal.deal([one_line(5)], company=merged)
    preview: Any = await portal.world.api.post(
        f"/connections/{portal.connection_id}/preview", {"external_id": deal, "document": "invoice"}
    )
    await portal.move(deal)
    await portal.run(deal, state="done")

    assert [each["code"] for each in preview["notices"] if each["code"] == "customers_merged"]
    (invoice,) = await portal.documents(deal)
    assert invoice["CustomerNumber"] == kept["CustomerNumber"]


async def test_property_is_made_in_our_group_and_the_draft_is_told_in_it(portal: Portal) -> None:
    """F82."""
    world = portal.world
    wish = {"object": "deal", "label": "Fakturanummer", "type": "text"}
    made = await world.api.post(f"/connections/{portal.connection_id}/fields", wish)
    await world.settings(lambda document: document["notes"]["write_back"].update(document_number=made["path"]))
    name = str(made["path"]).partition("custom:")[2]

    deal = await portal.deal([one_line()], company=await portal.company("Återskrivet AB", 863))
    await portal.move(deal)
    await portal.run(deal, state="done")

    (row,) = [each for each in await portal.rows("deals") if each["id"] == deal]
    (invoice,) = await portal.documents(deal)
    assert row["properties"][name] == str(invoice["DocumentNumber"])
    (definition,) = [each for each in await portal.rows("properties") if each["name"] == name]
    assert definition["groupName"] == "fortnox_bridge"


async def test_deal_that_waits_says_why_in_its_note_and_goes_on_by_the_link(portal: Portal) -> None:
    """F80, F81, F112."""
    world = portal.world
    product = (await portal.seed(product={"name": "Nyhet", "hs_sku": "SAKNAS-7", "price": "950"}))["product"]["id"]
    line = one_line(hs_sku="SAKNAS-7", hs_product_id=str(product))
    deal = await portal.deal([line], company=await portal.company("Väntar AB", 864))
    await portal.move(deal)
    await portal.run(deal, state="parked")
    (note,) = await portal.notes(deal)
    body = note["properties"]["hs_note_body"]
    assert "SAKNAS-7" in body

    await world.seed("fortnox", {"articles": [{"ArticleNumber": "SAKNAS-7", "Description": "Nu känd"}]})
    link = replay_link(body)
    await world.send("GET", link)
    assert not [run for run in await portal.runs(deal) if run["trigger"] == "replay"]
    await world.send("POST", link, form={})
    await portal.run(deal, state="done", count=2)

    (note,) = await portal.notes(deal)
    (invoice,) = await portal.documents(deal)
    assert str(invoice["DocumentNumber"]) in note["properties"]["hs_note_body"]
    assert "försök igen" not in note["properties"]["hs_note_body"]
