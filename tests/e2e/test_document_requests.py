"""Copied before: the draft is brought up to date, or another document is made, as a person asks (F60)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from tests.e2e.standing import ask, changes, discounted, documented, lines_of, rows_of
from tests.e2e.world import World, note_text, one_line, replay_link

from fortnox_bridge.cli.demo.browser import UnexpectedAnswer


async def test_update_says_every_field_of_every_row_anew(world: World) -> None:
    """F60: fewer rows, another article, no discount: nothing of the old rows is left behind."""
    deal, done = await documented(
        world,
        [discounted("KONS", 3, 950), discounted("LIC-ÅR", 2, 100), one_line("SKRUV-8", quantity=5, item_price=89)],
    )
    first = await world.invoice(deal)
    assert len(first["InvoiceRows"]) == 3
    for line in await lines_of(world, deal):
        await world.seed("pipedrive", {"delete_deal_product": {"deal_id": int(deal), "id": line}})
    product = await world.product("LIC-ÅR")
    line = {"deal_id": int(deal), "product_id": product, "quantity": 1, "item_price": 5000, "tax": 25}
    await world.seed("pipedrive", {"add_deal_product": line})
    await world.delivered(deal)
    before = await world.mark()

    updated = await ask(world, done, "update")

    assert updated.state == "done", updated.run["reason"]
    now = await world.invoice(deal)
    number = now["DocumentNumber"]
    assert number == first["DocumentNumber"]
    assert rows_of(now) == [("LIC-ÅR", Decimal(1), Decimal(5000), Decimal(0))]
    assert now["InvoiceRows"][0]["Unit"] == first["InvoiceRows"][1]["Unit"]
    assert now["InvoiceRows"][0]["AccountNumber"] == first["InvoiceRows"][1]["AccountNumber"]
    assert Decimal(str(now["Total"])) == Decimal(6250)
    assert await changes(world, before) == [f"PUT /3/invoices/{number}"]
    (document,) = updated.run["documents"]
    assert (document["number"], document["revision"], document["total"]) == (number, 2, "6250.00")
    said = note_text(await world.note(deal))
    assert f"Fakturautkast {number} uppdaterad i Fortnox" in said
    assert "6 250,00 SEK" in said
    assert sorted(row["name"] for row in await world.pdfs(deal)) == [
        f"Faktura-{number}-utkast-v2.pdf",
        f"Faktura-{number}-utkast.pdf",
    ]


@pytest.mark.parametrize(
    ("touch", "code"),
    [
        ({"edit_invoice": {"YourReference": "Otto Ek"}}, "draft_changed"),
        ({"send_invoice": {}}, "draft_sent"),
        ({"book_invoice": {}}, "draft_booked"),
        ({"cancel_invoice": {}}, "document_removed"),
    ],
)
async def test_update_of_a_draft_that_a_person_took_over_is_refused_with_its_reason(
    world: World, touch: dict[str, Any], code: str
) -> None:
    """F60: nothing of it is written over."""
    deal, done = await documented(world)
    number = int((await world.invoice(deal))["DocumentNumber"])
    ((act, what),) = touch.items()
    await world.seed("fortnox", {act: {"DocumentNumber": number, **what} if what else number})
    touched = await world.invoice(deal)
    await world.seed("pipedrive", {"update_deal": {"id": int(deal), "title": "Ny titel"}})
    before = await world.mark()

    refused = await ask(world, done, "update")

    assert (refused.state, refused.code) == ("parked", code)
    assert await changes(world, before) == []
    assert await world.invoice(deal) == touched
    assert str(number) in note_text(await world.note(deal))


async def test_new_document_must_be_confirmed_and_later_events_follow_it(world: World) -> None:
    """F60: the next generation, once, whatever is pressed twice; the old document is left alone."""
    deal, done = await documented(world)
    first = (await world.invoice(deal))["DocumentNumber"]
    with pytest.raises(UnexpectedAnswer, match="new_document_unconfirmed"):
        await world.api.post(f"/runs/{done.run['id']}/document", {"action": "new"})

    made = await ask(world, done, "new", confirm=True, after=1)
    again = await world.api.post(f"/runs/{done.run['id']}/document", {"action": "new", "confirm": True, "after": 1})

    assert made.state == "done", made.run["reason"]
    assert (made.run["generation"], made.run["requested_action"], again["id"]) == (2, "new", made.run["id"])
    documents: Any = (await world.api.get(f"{world.place}/documents", external_id=deal))["documents"]
    assert [(row["generation"], row["state"]) for row in documents] == [(1, "created"), (2, "created")]
    assert first != documents[1]["number"]
    assert len(await world.notes(deal)) == 2

    await world.move(deal, "Förhandling")
    last = (await world.settled(deal)).run["id"]
    await world.move(deal)
    back = await world.settled(deal, after=last)
    assert (back.state, back.code) == ("skipped", "already_documented")
    assert str(documents[1]["number"]) in back.run["reason"]["what"]

    old = f"{world.place}/documents/{documents[0]['id']}/update"
    with pytest.raises(UnexpectedAnswer, match="document_not_latest"):
        await world.api.post(old)


async def test_document_removed_in_fortnox_is_made_again_only_when_asked_for(world: World) -> None:
    """F60: the remedy that the parked run names."""
    deal, done = await documented(world)
    first = (await world.invoice(deal))["DocumentNumber"]
    await world.seed("fortnox", {"cancel_invoice": int(first)})
    await world.api.post(f"/runs/{done.run['id']}/replay")
    parked = await world.settled(deal, after=done.run["id"])
    assert (parked.state, parked.code) == ("parked", "document_removed")

    made = await ask(world, parked, "new", confirm=True)

    assert made.state == "done", made.run["reason"]
    living = [row for row in await world.rows("fortnox", "invoices") if not row["Cancelled"]]
    assert len(living) == 1


async def test_run_page_updates_the_draft_and_makes_a_new_document_after_a_confirmation(world: World) -> None:
    """F60: by forms without script, and the page shows no payloads."""
    deal, done = await documented(world)
    page = replay_link(await world.note(deal))
    shown = (await world.send("GET", page)).body.decode()
    assert {"update", "new"} == set(re.findall(r'name="action" value="(\w+)"', shown))
    assert "InvoiceRows" not in shown
    assert "950" not in shown

    form = {"action": "new", "after": "1"}
    refused = await world.send("POST", f"{page}/document", form=form)
    assert refused.status == 422
    assert "bekräfta" in refused.body.decode()

    for _ in range(2):
        assert (await world.send("POST", f"{page}/document", form={**form, "confirm": "yes"})).status == 200
    made = await world.settled(deal, after=done.run["id"])
    assert (made.state, made.run["generation"]) == ("done", 2)

    asked = await world.send("POST", f"{page}/document", form={"action": "update", "after": "2"})
    assert asked.status == 200
    updated = await world.settled(deal, after=made.run["id"])
    assert (updated.state, updated.run["generation"]) == ("done", 2)
    assert len([row for row in await world.rows("fortnox", "invoices") if not row["Cancelled"]]) == 2
