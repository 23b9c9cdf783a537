"""Files (facts 14): private, in a folder of the record's own, and found there after silence."""

import json

import pytest

from fortnox_bridge.sdk import FileUpload, SourceDataInvalid, Unanswered, Unavailable

FILES = "/files/2026-03/files"
STAT = f"{FILES}/stat/fortnox-bridge%2F2026%2Fdeal-5501%2FFaktura-20417-utkast.pdf"


def pdf(size=10):
    return FileUpload("Faktura-20417-utkast.pdf", "application/pdf", b"%" * size)


async def test_file_is_private_and_lies_in_the_records_own_folder(session, portal, deal):
    portal.answer("POST", FILES, {"id": "7700123", "access": "PRIVATE"}, 201)

    assert await session.files.attach_file(deal, pdf()) == "7700123"

    (request,) = portal.requests
    assert request.form["folderPath"] == "/fortnox-bridge/2026/deal-5501"
    options = json.loads(request.form["options"])
    assert (options["access"], "ttl" in options) == ("PRIVATE", False)
    (part,) = request.files
    assert (part.field_name, part.file_name, part.content_type) == (
        "file",
        "Faktura-20417-utkast.pdf",
        "application/pdf",
    )


async def test_file_is_found_by_its_name_in_that_folder(session, portal, deal):
    portal.answer("GET", STAT, {"file": {"id": "7700123"}})
    assert await session.files.find_file(deal, "Faktura-20417-utkast.pdf") == "7700123"
    assert await session.files.find_file(deal, "annan.pdf") is None


@pytest.mark.parametrize(
    "answer", [{"folder": {"id": "5"}}, {"file": {"id": "7700123", "archived": True}}, {}], ids=str
)
async def test_what_is_no_living_file_is_none(session, portal, deal, answer):
    portal.answer("GET", STAT, answer)
    assert await session.files.find_file(deal, "Faktura-20417-utkast.pdf") is None


async def test_file_that_is_too_large_is_refused_without_a_call(session, portal, deal):
    with pytest.raises(SourceDataInvalid) as refused:
        await session.files.attach_file(deal, pdf(21 * 1024 * 1024))
    assert refused.value.code == "source_file_too_large"
    assert portal.requests == []


async def test_silence_is_dangerous_after_a_write_only(session, portal, deal):
    portal.fail("POST", FILES, Unanswered("system_unanswered"))
    portal.fail("GET", STAT, Unanswered("system_unanswered"))
    with pytest.raises(Unanswered):
        await session.files.attach_file(deal, pdf())
    with pytest.raises(Unavailable):
        await session.files.find_file(deal, "Faktura-20417-utkast.pdf")
