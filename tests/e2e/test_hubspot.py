"""HubSpot as the source: the main job, its own ways, and two portals that must never meet."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from tests.e2e.hubspot import SECOND, Portal, one_line, running_portal, second_portal
from tests.e2e.world import until


@pytest.fixture
async def portal(sqlite_url: str) -> AsyncIterator[Portal]:
    async with running_portal(sqlite_url) as running:
        yield running


async def test_deal_that_reaches_the_stage_becomes_one_draft_with_note_and_private_pdf(portal: Portal) -> None:
    """F3, F10, F43, F57, F80: discounts per unit and in percent, VAT from the tax group."""
    company = await portal.company("Fasad & Puts i Linköping AB", 811)
    deal = await portal.deal(
        [
            {
                "name": "Konsulttimme",
                "hs_sku": "KONS",
                "hs_product_id": "9001",
                "price": "950",
                "quantity": "2.5",
                "hs_discount_percentage": "10",
                "hs_tax_rate_group_id": "70025",
            },
            {
                "name": "Konsulttimme",
                "hs_sku": "KONS",
                "hs_product_id": "9001",
                "price": "650",
                "quantity": "4",
                "discount": "50",
            },
        ],
        company=company,
        contact="Karin Öberg",
    )

    await portal.move(deal)
    await portal.run(deal, state="done")

    (invoice,) = await portal.documents(deal)
    rows = invoice["InvoiceRows"]
    net = sum(Decimal(str(row["Total"])) for row in rows if row["ArticleNumber"])
    assert net == Decimal("2137.50") + Decimal("2400.00")
    assert invoice["CustomerName"] == "Fasad & Puts i Linköping AB"
    (note,) = await portal.notes(deal)
    (file,) = [each for each in await portal.files() if each["is_pdf"]]
    assert file["access"] == "PRIVATE"
    assert note["properties"]["hs_attachment_ids"] == file["id"]
    assert str(invoice["DocumentNumber"]) in note["properties"]["hs_note_body"]


async def test_two_portals_interleaved_never_meet(portal: Portal) -> None:
    """F4, F103: the same ids in both portals, the same names, one batch after the other; nothing crosses."""
    world = portal.world
    other = await second_portal(portal)
    deals = []
    for serial in range(3):
        for each in (portal, other):
            buyer = await each.company(f"Kund {serial} i portal {each.id}", 830 + serial)
            deals.append((each, serial, await each.deal([one_line(serial + 1)], company=buyer)))
    # What one portal calls deal 5519 is another deal in the other portal.
    assert {deal for each, _, deal in deals if each is portal} == {deal for each, _, deal in deals if each is other}

    await asyncio.gather(*(each.move(deal) for each, _, deal in deals))

    for each, serial, deal in deals:
        await each.run(deal, state="done")
        (invoice,) = await each.documents(deal)
        assert invoice["CustomerName"] == f"Kund {serial} i portal {each.id}"
        (note,) = await each.notes(deal)
        assert str(invoice["DocumentNumber"]) in note["properties"]["hs_note_body"]
    assert len(await world.rows("fortnox", "invoices")) == len(deals)
    tokens = {row["headers"].get("authorization") for row in await world.requests(simulator="hubspot")}
    assert len([token for token in tokens if token]) >= 2


async def test_uninstalled_app_parks_as_lost_connection(portal: Portal) -> None:
    """F3, F9: nothing is pushed; the next refresh is refused, and the account says so."""
    deal = await portal.deal([one_line(1)], company=await portal.company("Sista ordern AB", 841))
    await portal.run(deal)
    await portal.seed(uninstall_app={})
    await portal.world.control.post("/clock", {"advance_s": 3600})

    await portal.world.api.post(f"/connections/{portal.connection_id}/runs", {"external_id": deal})

    async def lost() -> bool | None:
        accounts: Any = (await portal.world.api.get("/source-accounts"))["source_accounts"]
        return accounts[0]["access"] == "needs_reconnect" or None

    await until(lost, "the account to need a new consent")


async def test_card_of_a_deal_makes_its_document_once_and_shows_it(portal: Portal) -> None:
    """F14, F101, F103: through HubSpot's proxy, which signs and may repeat; another portal sees nothing of it."""
    deal = await portal.deal([one_line(1)], company=await portal.company("Kortkunden AB", 851))
    await portal.run(deal)
    base = f"{portal.world.bridge_url}/cards/hubspot/deals/{deal}"
    press = {"url": f"{base}/create_invoice", "method": "POST", "body": {"clickId": "c-4711", "language": "en"}}

    opened = await fetched(portal, url=f"{base}?language=en")
    pressed = await fetched(portal, **press)
    repeated = await fetched(portal, **press)
    await portal.run(deal, state="done")
    shown = await fetched(portal, url=f"{base}?language=en")
    stranger = await fetched(Portal(portal.world, SECOND), url=f"{base}?language=en")

    assert "create_invoice" in opened["body"]["buttons"]
    assert {each["status"] for each in (opened, pressed, repeated, shown, stranger)} == {200}
    (invoice,) = await portal.documents(deal)
    (document,) = shown["body"]["deal"]["documents"]
    assert (document["kind"], document["number"]) == ("invoice", str(invoice["DocumentNumber"]))
    assert stranger["body"] == {"error": stranger["body"]["error"]}
    assert stranger["body"]["error"]["code"] == "card_account_unknown"


async def fetched(portal: Portal, **wish: Any) -> dict[str, Any]:
    """What a card gets back from `hubspot.fetch`."""
    number = (await portal.seed(fetch=wish))["fetch"]["number"]

    async def answered() -> dict[str, Any] | None:
        row = (await portal.world.rows("hubspot", "fetches"))[number]
        return row if row["state"] == "answered" else None

    return await until(answered, f"an answer to {wish['url']}")
