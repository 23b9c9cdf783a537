"""The warehouse module: drafts marked ready, refusals told, quantities that Fortnox takes back."""

from decimal import Decimal

from tests.e2e.world import World, note_text, one_line


async def wants_ready(world: World) -> None:
    await world.settings(lambda document: document["document"].update(warehouse_ready=True))


async def test_draft_is_marked_ready_for_the_warehouse_when_wanted(world: World) -> None:
    """F66."""
    await wants_ready(world)
    await world.configure("fortnox", warehouse=True)
    deal = await world.deal(org_id=await world.company())
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert (invoice["WarehouseReady"], invoice["Booked"], invoice["Sent"]) == (True, False, False)
    assert f"PUT /3/invoices/{invoice['DocumentNumber']}/warehouseready" in await world.calls(before, "fortnox")


async def test_draft_that_cannot_be_marked_ready_stands_and_the_note_says_why(world: World) -> None:
    """F66: without the module, or with too little in stock, in Fortnox's own words."""
    await wants_ready(world)
    await world.configure("fortnox", warehouse=True, is_stock_short=True)
    deal = await world.deal(org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["WarehouseReady"] is False
    assert "inte tillräckligt i lager" in note_text(await world.note(deal))


async def test_quantity_that_fortnox_set_to_zero_is_told_and_the_draft_marked_unfinished(world: World) -> None:
    """F57, F66: the answer is compared row by row."""
    await world.configure("fortnox", warehouse=True, out_of_stock=["KONS"])
    deal = await world.deal([one_line(quantity=7)], org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert (invoice["NotCompleted"], Decimal(str(invoice["Total"]))) == (True, Decimal(0))
    text = note_text(await world.note(deal))
    assert "antalet 7 av Produkt KONS till 0" in text
    assert "ej klar" in text


async def test_rounding_to_kronor_is_shown_and_never_a_difference(world: World) -> None:
    """F57: öresavrundning on, then off."""
    company, line = await world.company(), [one_line(quantity=1, item_price=99.99)]
    await world.configure("fortnox", round_off=True)
    rounded = await world.deal(line, org_id=company)
    assert (await world.win(rounded)).state == "done"
    await world.configure("fortnox", round_off=False)
    plain = await world.deal(line, org_id=company)
    assert (await world.win(plain)).state == "done"

    first, second = await world.invoice(rounded), await world.invoice(plain)

    assert [Decimal(str(one["TotalToPay"])) for one in (first, second)] == [Decimal(125), Decimal("124.99")]
    assert (first["NotCompleted"], second["NotCompleted"]) == (False, False)
    text = note_text(await world.note(rounded))
    assert "avrundar med 0,01 SEK" in text
    assert "125,00 SEK" in text
    assert "avrundar" not in note_text(await world.note(plain))
