"""A lost deal takes its untouched draft with it, where the settings say so (F18)."""

import pytest
from tests.e2e.standing import changes, documented
from tests.e2e.world import Record, World, note_text


def cancel_lost(document: Record) -> None:
    document["triggers"]["cancel"] = {"statuses": ["lost", "deleted"]}


async def lose(world: World, deal: str, action: str = "lose_deal") -> None:
    await world.seed("pipedrive", {action: int(deal)})


async def test_lost_deals_draft_is_cancelled_and_made_again_when_the_deal_is_won_after_all(world: World) -> None:
    """F18: one document lives at a time, of the same generation."""
    await world.settings(cancel_lost)
    deal, done = await documented(world)
    number = (await world.invoice(deal))["DocumentNumber"]
    before = await world.mark()

    await lose(world, deal)
    lost = await world.settled(deal, after=done.run["id"])

    assert lost.state == "done", lost.run["reason"]
    assert (await world.invoice(deal))["Cancelled"] is True
    assert await changes(world, before) == [f"PUT /3/invoices/{number}/cancel"]
    assert f"Fakturautkast {number} makulerad i Fortnox" in note_text(await world.note(deal))
    documents = (await world.api.get(f"{world.place}/documents", external_id=deal))["documents"]
    assert [row["state"] for row in documents] == ["withdrawn"]  # type: ignore[index,union-attr]

    await lose(world, deal, "win_deal")
    won = await world.settled(deal, after=lost.run["id"])

    assert won.state == "done", won.run["reason"]
    assert [row["Cancelled"] for row in await world.documents(deal)] == [True, False]
    living = (await world.documents(deal))[1]["DocumentNumber"]
    assert f"Fakturautkast {living} skapad i Fortnox" in note_text(await world.note(deal))


async def test_draft_that_a_person_touched_stays_and_the_note_says_why(world: World) -> None:
    """F18: sent, booked, paid, cancelled or changed means hands off."""
    await world.settings(cancel_lost)
    deal, done = await documented(world)
    number = int((await world.invoice(deal))["DocumentNumber"])
    await world.seed("fortnox", {"edit_invoice": {"DocumentNumber": number, "YourReference": "Otto Ek"}})
    before = await world.mark()

    await lose(world, deal)
    kept = await world.settled(deal, after=done.run["id"])

    assert kept.state == "done", kept.run["reason"]
    assert (await world.invoice(deal))["Cancelled"] is False
    assert await changes(world, before) == []
    said = note_text(await world.note(deal))
    assert f"{number} står kvar i Fortnox" in said
    assert "your_reference" in said


async def test_deal_moved_to_a_cancelling_stage_loses_its_draft(world: World) -> None:
    """F18: by stage. F10: the rule's own stage brings it back."""
    place = await world.stage_rule("Förhandling", "order")
    stage = {name: place[name] for name in ("pipeline_id", "stage_id")}
    await world.settings(lambda document: document["triggers"].update(cancel={"stages": [stage]}))
    deal, done = await documented(world)

    await world.move(deal, "Förhandling")
    lost = await world.settled(deal, after=done.run["id"])
    await world.api.post(f"/runs/{lost.run['id']}/replay")
    again = await world.settled(deal, after=lost.run["id"])
    assert [row["Cancelled"] for row in await world.documents(deal)] == [True]

    won = await world.win(deal)

    assert (lost.state, again.state, won.state) == ("done", "skipped", "done")
    assert [row["Cancelled"] for row in await world.documents(deal)] == [True, False]


@pytest.mark.parametrize("action", ["lose_deal", "delete_deal"])
async def test_without_the_setting_a_lost_deals_draft_stays(world: World, action: str) -> None:
    """F18: off by default, and nobody even looks."""
    deal, _ = await documented(world)
    runs = len(await world.runs(deal))
    before = await world.mark()

    await lose(world, deal, action)
    await world.delivered(deal)

    assert (await world.invoice(deal))["Cancelled"] is False
    assert len(await world.runs(deal)) == runs
    assert await world.calls(before, "fortnox") == []


async def test_deleted_deals_draft_is_cancelled(world: World) -> None:
    """F18."""
    await world.settings(cancel_lost)
    deal, done = await documented(world)

    await lose(world, deal, "delete_deal")
    gone = await world.settled(deal, after=done.run["id"])

    assert gone.state == "done", gone.run["reason"]
    assert (await world.invoice(deal))["Cancelled"] is True
