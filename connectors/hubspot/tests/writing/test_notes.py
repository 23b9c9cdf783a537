"""Notes (facts 13): where they hang, how they are found again, and what becomes of them when the deal was merged."""

import re

import pytest

from fortnox_bridge.sdk import Link, Note, PermissionMissing, SourceDataInvalid, SourceRef, Tone, Unanswered

NOTES = "/crm/objects/2026-09/notes"
LINKS = "/crm/associations/2026-09/deals/notes/batch/read"
BATCH = f"{NOTES}/batch/read"


def note(**changes):
    return Note(
        **{
            "tone": Tone.SUCCESS,
            "heading": "Fakturautkast 20417 skapad",
            "reference": "FB-ABCDEFGHIJ",
            "facts": (("Kund", "1042 Nordlund & Söner <AB>"),),
            "links": (Link("Replay", "https://bridge.example/replay/0f6c?a=1&b=2"),),
            "attachments": ("7700123",),
            **changes,
        }
    )


def stored(note_id, body, created="2026-09-21T14:14:02Z", **more):
    return {"id": note_id, "properties": {"hs_note_body": body}, "createdAt": created, **more}


@pytest.mark.parametrize(("kind", "type_id"), [("deal", 214), ("company", 190), ("contact", 202)])
async def test_note_hangs_on_its_record_with_its_file(session, portal, kind, type_id):
    portal.answer("POST", NOTES, stored("900", ""), 201)

    assert await session.notes.create_note(SourceRef("hubspot", "424242", kind, "77"), note()) == "900"

    (request,) = portal.sent("POST", NOTES)
    properties = request.json["properties"]
    assert properties["hs_timestamp"] == "2026-09-21T22:30:00Z"
    assert properties["hs_attachment_ids"] == "7700123"
    assert properties["hs_note_body"] == (
        "<p><strong>Fakturautkast 20417 skapad</strong></p>"
        "<ul><li><strong>Kund:</strong> 1042 Nordlund &amp; Söner &lt;AB&gt;</li></ul>"
        '<p><a href="https://bridge.example/replay/0f6c?a=1&amp;b=2">Replay</a></p>'
        "<p>FB-ABCDEFGHIJ</p>"
    )
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    assert request.json["associations"] == [{"to": {"id": "77"}, "types": types}]


async def test_longest_note_is_cut_visibly_within_the_limit(session, portal, deal):
    portal.answer("POST", NOTES, stored("900", ""), 201)
    await session.notes.create_note(deal, note(paragraphs=("<&>" * 2_000,) * 30))

    body = portal.sent("POST", NOTES)[0].json["properties"]["hs_note_body"]
    assert len(body) <= 65_536
    assert "<p>…</p>" in body
    assert body.endswith("<p>FB-ABCDEFGHIJ</p>")
    assert set(re.findall(r"<\s*/?\s*([^\s>]*)", body)) <= {"p", "br", "strong", "ul", "li", "a"}


async def test_note_of_a_deal_that_was_merged_hangs_on_what_it_was_merged_into(session, portal, deal):
    portal.refuse("POST", NOTES, 400, category="VALIDATION_ERROR")
    portal.answer("POST", NOTES, stored("900", ""), 201)
    portal.answer("GET", "/crm/objects/2026-09/deals/5501", {"id": "5599", "properties": {}})

    assert await session.notes.create_note(deal, note()) == "900"
    assert portal.sent("POST", NOTES)[1].json["associations"][0]["to"] == {"id": "5599"}


async def test_refusal_for_another_reason_is_told_as_it_is_and_not_repeated(session, portal, deal):
    portal.refuse("POST", NOTES, 400, message="Kostnadsställe krävs", category="VALIDATION_ERROR")
    portal.answer("GET", "/crm/objects/2026-09/deals/5501", {"id": "5501", "properties": {}})

    with pytest.raises(SourceDataInvalid) as refused:
        await session.notes.create_note(deal, note())
    assert (refused.value.code, refused.value.params["message"]) == ("source_refused", "Kostnadsställe krävs")
    assert len(portal.sent("POST", NOTES)) == 1


async def test_silence_after_a_note_is_not_repeated_here(session, portal, deal):
    portal.fail("POST", NOTES, Unanswered("system_unanswered"))
    with pytest.raises(Unanswered):
        await session.notes.create_note(deal, note())
    assert len(portal.requests) == 1


async def test_missing_scope_is_named(session, portal, deal):
    portal.refuse("POST", NOTES, 403, category="MISSING_SCOPES")
    with pytest.raises(PermissionMissing) as refused:
        await session.notes.create_note(deal, note())
    assert (refused.value.code, refused.value.params["right"]) == ("source_scope_missing", "crm.objects.contacts.write")


async def test_newest_note_with_the_reference_is_found_over_all_pages(session, portal, deal):
    more = {"next": {"after": "2"}}
    portal.answer("POST", LINKS, {"results": [{"from": {"id": "5501"}, "to": [{"toObjectId": 1}], "paging": more}]})
    ends = [{"toObjectId": each, "associationTypes": []} for each in (2, 3, 4)]
    portal.answer("POST", LINKS, {"results": [{"from": {"id": "5501"}, "to": ends}]}, 207)
    bodies = [
        stored("3", "<p>FB&#45;ABCDEFGHIJ</p>", "2026-09-22T10:00:00Z"),
        stored("1", "<p>FB-ABCDEFGHIJ</p>"),
        stored("2", "<p>annat</p>", "2026-09-23T10:00:00Z"),
        stored("4", "<p>FB-ABCDEFGHIJ</p>", "2026-09-24T10:00:00Z", archived=True),
    ]
    portal.answer("POST", BATCH, {"results": bodies})

    assert await session.notes.find_note(deal, "FB-ABCDEFGHIJ") == "3"
    assert await session.notes.find_note(deal, "FB-OTHER") is None


async def test_deal_without_notes_has_none_to_find(session, portal, deal):
    portal.answer("POST", LINKS, {"results": [], "errors": [{"category": "OBJECT_NOT_FOUND"}], "numErrors": 1}, 207)
    assert await session.notes.find_note(deal, "FB-ABCDEFGHIJ") is None


async def test_note_is_replaced_in_place_and_keeps_its_files_when_none_are_named(session, portal):
    portal.answer("PATCH", f"{NOTES}/900", stored("900", ""))
    assert await session.notes.update_note("900", note(attachments=())) is True
    assert "hs_attachment_ids" not in portal.requests[0].json["properties"]


async def test_note_that_is_gone_is_said_to_be(session, portal):
    portal.answer("PATCH", f"{NOTES}/901", stored("901", "", archived=True))
    for gone in ("900", "901", "not-an-id"):
        assert await session.notes.update_note(gone, note()) is False


async def test_note_on_what_has_none_is_refused_without_a_call(session, portal):
    with pytest.raises(SourceDataInvalid):
        await session.notes.create_note(SourceRef("hubspot", "424242", "product", "1"), note())
    assert portal.requests == []
