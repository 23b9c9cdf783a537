"""The main job: a won deal becomes a draft in Fortnox, with PDF and note."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.conftest import CALM
from tests.e2e.world import World, note_text, one_line, replay_link


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The main job is done on either database."""
    async with running_world(database_url, time_factor=CALM) as running:
        yield running


async def test_new_company_when_deal_is_won_gets_customer_draft_pdf_and_note(world: World) -> None:
    """F20, F24, F25, F50, F80."""
    company = await world.company("Ekhammars Bygg AB", Fakturamejl="faktura@ekhammar.example")
    deal = await world.deal([one_line(quantity=2.5)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done"
    invoice = await world.invoice(deal)
    (customer,) = await world.customers("Ekhammars Bygg AB")
    assert invoice["CustomerNumber"] == customer["CustomerNumber"]
    assert customer["EmailInvoice"] == "faktura@ekhammar.example"
    assert Decimal(str(invoice["Total"])) == Decimal("2968.75")
    assert (invoice["Booked"], invoice["Sent"]) == (False, False)
    note = note_text(await world.note(deal))
    assert f"Fakturautkast {invoice['DocumentNumber']}" in note
    assert "2 968,75 SEK" in note
    assert [pdf["name"] for pdf in await world.pdfs(deal)] == [f"Faktura-{invoice['DocumentNumber']}-utkast.pdf"]
    organizations = {row["id"]: row for row in await world.rows("pipedrive", "organizations")}
    written = organizations[company]["custom_fields_by_name"]["Fortnox kundnummer"]
    assert written == customer["CustomerNumber"]


async def test_unknown_product_when_deal_is_won_parks_and_replay_link_finishes(world: World) -> None:
    """F41, F80, F81: the note names the product; opening the link changes nothing, pressing it finishes."""
    deal = await world.deal([one_line("TRALL-45")], org_id=await world.company())
    parked = await world.win(deal)
    assert (parked.state, parked.code) == ("parked", "article_not_found")
    assert await world.documents(deal) == []
    first_note = await world.note(deal)
    assert "TRALL-45" in note_text(first_note)
    assert "support@bryggan.example" in note_text(first_note)
    link = replay_link(first_note)
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "TRALL-45", "Description": "Trall", "VAT": 25}]})

    before = await world.mark()
    for _ in range(3):
        assert (await world.send("GET", link)).status == 200
    assert await world.requests(after=before) == []
    assert (await world.runs(deal))[0]["id"] == parked.run["id"]

    assert (await world.send("POST", link, form={})).status == 200
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done"
    invoice = await world.invoice(deal)
    assert f"Fakturautkast {invoice['DocumentNumber']}" in note_text(await world.note(deal))


async def test_known_customer_with_discounts_when_deal_is_won_costs_fortnox_two_calls(world: World) -> None:
    """F31, F43 and the promise of the steady state: POST and preview; the documented calls of Pipedrive."""
    company = await world.company()
    await world.win(await world.deal(org_id=company))
    deal = await world.deal(
        [one_line(quantity=40, item_price=310, discount=10, discount_type="percentage"), one_line(quantity=1.5)],
        org_id=company,
        discounts=[{"type": "amount", "amount": 500}],
    )
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done"
    invoice = await world.invoice(deal)
    # 40 x 310 less 10 % and 1.5 x 950, less 500, plus 25 % VAT.
    assert Decimal(str(invoice["Net"])) == Decimal("12085")
    assert Decimal(str(invoice["Total"])) == Decimal("15106.25")
    number = invoice["DocumentNumber"]
    (owner,) = [row["owner_id"] for row in await world.rows("pipedrive", "deals") if str(row["id"]) == deal]
    assert await world.calls(before, "fortnox") == ["POST /3/invoices", f"GET /3/invoices/{number}/preview"]
    # Facts, pipedrive 18: the deal, its company, lines, discounts and products; then file and note. The owner is
    # read for our reference.
    assert sorted(await world.calls(before, "pipedrive")) == sorted(
        [
            f"GET /api/v2/deals/{deal}",
            f"GET /api/v2/organizations/{company}",
            f"GET /api/v2/deals/{deal}/products",
            f"GET /api/v2/deals/{deal}/discounts",
            "GET /api/v2/products",
            f"GET /v1/users/{owner}",
            "POST /v1/files",
            "POST /v1/notes",
        ]
    )


async def test_order_rule_when_deal_is_won_makes_order_and_invoice_rule_then_converts_it(world: World) -> None:
    """F10: the invoice comes out of our living order, not beside it."""
    rules = [await world.stage_rule("Förhandling", "order"), await world.stage_rule("Vunnen", "invoice")]
    await world.settings(lambda document: document["triggers"].update(rules=rules))
    deal = await world.deal([one_line(quantity=3)], org_id=await world.company())

    created = (await world.runs(deal))[0]["id"]
    await world.move(deal, "Förhandling")
    ordered = await world.settled(deal, after=created)
    order = await world.invoice(deal, "order")
    assert ordered.state == "done"
    assert f"Orderutkast {order['DocumentNumber']}" in note_text(await world.note(deal))

    await world.move(deal, "Vunnen")
    invoiced = await world.settled(deal, after=ordered.run["id"])

    assert invoiced.state == "done"
    assert await world.documents(deal) == [], "no invoice of its own beside the converted order"
    (invoice,) = await world.rows("fortnox", "invoices")
    assert str(invoice["OrderReference"]) == str(order["DocumentNumber"])
    assert [Decimal(str(row["DeliveredQuantity"])) for row in invoice["InvoiceRows"]] == [Decimal(3)]
    assert f"Fakturautkast {invoice['DocumentNumber']}" in note_text(await world.note(deal))
    names = {pdf["name"] for pdf in await world.pdfs(deal)}
    assert names == {
        f"Order-{order['DocumentNumber']}-utkast.pdf",
        f"Faktura-{invoice['DocumentNumber']}-utkast.pdf",
    }


async def test_order_rule_when_deal_is_invoiced_already_is_skipped(world: World) -> None:
    """F10."""
    rules = [await world.stage_rule("Förhandling", "order"), await world.stage_rule("Vunnen", "invoice")]
    await world.settings(lambda document: document["triggers"].update(rules=rules))
    deal = await world.deal(org_id=await world.company())
    invoiced = await world.win(deal)

    await world.move(deal, "Förhandling")
    skipped = await world.settled(deal, after=invoiced.run["id"])

    assert (skipped.state, skipped.code) == ("skipped", "already_invoiced")
    assert await world.documents(deal, "order") == []
    assert len(await world.notes(deal)) == 1
