"""What is written into the deal's own fields, and what happens when that fails."""

from decimal import Decimal

from tests.e2e.world import Record, World, note_text, one_line, replay_link

LABELS = {
    "document_number": ("Fakturanummer", "text"),
    "ocr": ("OCR", "text"),
    "total": ("Fakturasumma", "number"),
    "status": ("Fortnoxstatus", "text"),
    "error": ("Fortnoxfel", "text"),
}


async def name_fields(world: World, *facts: str) -> dict[str, str]:
    """Make the fields in Pipedrive and name them in the settings; answers each one's key."""
    paths = {}
    for fact in facts:
        label, kind = LABELS[fact]
        made = await world.api.post(f"{world.place}/fields", {"object": "deal", "label": label, "type": kind})
        paths[fact] = str(made["path"])

    def change(document: Record) -> None:
        document["notes"]["write_back"] |= paths

    await world.settings(change)
    return {fact: path.partition("custom:")[2] for fact, path in paths.items()}


async def standing(world: World, deal: str, keys: dict[str, str]) -> dict[str, object]:
    (row,) = [row for row in await world.rows("pipedrive", "deals") if str(row["id"]) == deal]
    return {fact: row["custom_fields"].get(key) for fact, key in keys.items()}


async def test_draft_is_told_in_the_fields_that_settings_name(world: World) -> None:
    """F82: number, OCR, total and status; the error field stays empty, and nothing is written twice."""
    keys = await name_fields(world, *LABELS)
    deal = await world.deal(org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    said = await standing(world, deal, keys)
    assert said["document_number"] == invoice["DocumentNumber"]
    assert said["ocr"] == invoice["OCR"] != ""
    assert Decimal(str(said["total"])) == Decimal(str(invoice["Total"]))
    assert said["status"] == "Fakturautkast skapat"
    assert not said["error"]

    mark = await world.mark()
    await world.api.post(f"/runs/{done.run['id']}/replay")
    again = await world.settled(deal, after=done.run["id"])
    assert again.state == "done"
    assert [call for call in await world.calls(mark, "pipedrive") if call.startswith("PATCH")] == []


async def test_waiting_deal_says_why_in_its_field_and_forgets_it_when_it_goes_on(world: World) -> None:
    """F82, F81: the error in the connection's language, emptied by the run that succeeds."""
    keys = await name_fields(world, "status", "error", "document_number")

    def in_english(document: Record) -> None:
        document["notes"]["language"] = "en"

    await world.settings(in_english)
    deal = await world.deal([one_line("SAKNAS")], org_id=await world.company())

    parked = await world.win(deal)

    assert parked.state == "parked"
    said = await standing(world, deal, keys)
    assert said["status"] == "Waits for somebody"
    assert "SAKNAS" in str(said["error"])
    assert len(str(said["error"])) <= 255
    assert not said["document_number"]

    await world.seed("fortnox", {"articles": [{"ArticleNumber": "SAKNAS", "Description": "Nu finns den"}]})
    await world.send("POST", replay_link(await world.note(deal)), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    said = await standing(world, deal, keys)
    assert said["status"] == "Draft invoice created"
    assert not said["error"]
    assert said["document_number"] == (await world.invoice(deal))["DocumentNumber"]


async def test_field_that_refuses_its_value_is_told_in_the_note_and_keeps_no_other_from_being_written(
    world: World,
) -> None:
    """F82, F84: a date field cannot hold a status; the draft stands, the number is written, the note says it."""
    keys = await name_fields(world, "document_number")
    made = await world.api.post(f"{world.place}/fields", {"object": "deal", "label": "Datumfält", "type": "date"})

    def change(document: Record) -> None:
        document["notes"]["write_back"]["status"] = made["path"]

    await world.settings(change)
    deal = await world.deal(org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await standing(world, deal, keys))["document_number"] == (await world.invoice(deal))["DocumentNumber"]
    text = note_text(await world.note(deal))
    assert "Observera" in text
    assert "Datumfält" in text


async def test_write_back_that_meets_a_failing_source_is_retried_and_repeats_no_draft(world: World) -> None:
    """F84: the fields fail twice, the draft stands once, and in the end everything is told."""
    keys = await name_fields(world, "document_number")
    deal = await world.deal(org_id=await world.company())
    await world.fault("pipedrive", "PATCH", f"/api/v2/deals/{deal}", times=2, kind="status", status=503)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await standing(world, deal, keys))["document_number"] == (await world.invoice(deal))["DocumentNumber"]
    assert len(await world.notes(deal)) == 1
