"""A draft that follows later edits of its deal, until a person takes it over (F61)."""

from datetime import datetime
from decimal import Decimal

from tests.e2e.standing import changes, documented, lines_of, rows_of
from tests.e2e.world import Record, World, note_text, one_line

from fortnox_bridge.domain.clock import business_date


def follow(document: Record) -> None:
    document["document"]["follow_edits"] = True


async def edit_line(world: World, deal: str, **change: object) -> None:
    (line,) = await lines_of(world, deal)
    await world.seed("pipedrive", {"update_deal_product": {"deal_id": int(deal), "id": line, **change}})


async def test_draft_follows_an_edit_of_the_deal(world: World) -> None:
    """F61: what changes nothing on the draft costs Fortnox no call."""
    await world.settings(follow)
    deal, done = await documented(world)
    number = (await world.invoice(deal))["DocumentNumber"]
    last = (await world.settled(deal)).run["id"]
    before = await world.mark()

    await world.seed("pipedrive", {"update_deal": {"id": int(deal), "expected_close_date": "2026-12-24"}})
    same = await world.settled(deal, after=last)
    assert (same.state, same.code) == ("skipped", "already_documented")
    assert await world.calls(before, "fortnox") == []

    await edit_line(world, deal, quantity=7)
    followed = await world.settled(deal, after=same.run["id"])

    assert followed.state == "done", followed.run["reason"]
    invoice = await world.invoice(deal)
    assert rows_of(invoice) == [("KONS", Decimal(7), Decimal(950), Decimal(0))]
    assert await changes(world, before) == [f"PUT /3/invoices/{number}"]
    assert f"Fakturautkast {number} uppdaterad" in note_text(await world.note(deal))
    assert invoice["InvoiceDate"] == str(business_date(datetime.fromisoformat(done.run["started_at"])))


async def test_draft_that_a_person_changed_is_left_alone_and_the_note_says_so_once(world: World) -> None:
    """F61: afterwards says that it is too late."""
    await world.settings(follow)
    deal, _ = await documented(world)
    number = int((await world.invoice(deal))["DocumentNumber"])
    await world.seed("fortnox", {"edit_invoice": {"DocumentNumber": number, "Comments": "Ring först"}})
    touched = await world.invoice(deal)
    last = (await world.settled(deal)).run["id"]
    before = await world.mark()

    for quantity in (7, 8):
        await edit_line(world, deal, quantity=quantity)
        late = await world.settled(deal, after=last)
        assert late.state == "done", late.run["reason"]
        last = late.run["id"]

    assert await world.invoice(deal) == touched
    assert await changes(world, before) == []
    said = note_text(await world.note(deal))
    assert said.count("är ändrat av någon i Fortnox (comments)") == 1
    notes = [call for call in await world.calls(before, "pipedrive") if call.startswith("PUT /v1/notes/")]
    assert len(notes) == 1


async def test_order_follows_edits_too_and_its_invoice_after_it(world: World) -> None:
    """F61, F10: the invoice that Fortnox made of our order is the draft that follows then."""
    await world.settings(follow)
    order_rule = await world.stage_rule("Förhandling", "order")
    await world.settings(lambda document: document["triggers"]["rules"].append(order_rule))
    deal = await world.deal([one_line(quantity=1)], org_id=await world.company())
    last = (await world.runs(deal))[0]["id"]
    await world.move(deal, "Förhandling")
    ordered = await world.settled(deal, after=last)
    assert ordered.state == "done", ordered.run["reason"]

    await edit_line(world, deal, quantity=3)
    await world.settled(deal, after=ordered.run["id"])
    (row,) = (await world.invoice(deal, "order"))["OrderRows"]
    assert (row["OrderedQuantity"], row["DeliveredQuantity"]) == (3, 3)

    invoiced = await world.win(deal)
    assert invoiced.state == "done", invoiced.run["reason"]
    await edit_line(world, deal, quantity=5)
    followed = await world.settled(deal, after=invoiced.run["id"])

    assert followed.state == "done", followed.run["reason"]
    order = await world.invoice(deal, "order")
    (invoice,) = [
        row for row in await world.rows("fortnox", "invoices") if row["OrderReference"] == order["DocumentNumber"]
    ]
    assert rows_of(invoice) == [("KONS", Decimal(5), Decimal(950), Decimal(0))]
    assert order["OrderRows"][0]["OrderedQuantity"] == 3
