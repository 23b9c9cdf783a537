"""Notes in the HTML that survives, found and replaced (facts 15); files beside them (facts 16)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sdk import FileUpload, Link, Note, SourceDataInvalid, SourceFile, Tone, note_mentions
from fortnox_bridge_pipedrive.note_html import render

NOTES = "/v1/notes"
FILES = "/v1/deals/812/files"


def note(**overrides):
    return Note(
        **{
            "tone": Tone.SUCCESS,
            "heading": "Fortnox: utkast skapat",
            "reference": "FB-Zk3v",
            "facts": (("Faktura", "50231"), ("Kund", "1042 Nordlund & Söner <AB>")),
            "paragraphs": ("Totalt 48 750 kr",),
            "links": (Link("Replay", "https://bridge.example/replay/Zk3v?a=1&b=2"),),
            **overrides,
        }
    )


def pdf(size=10):
    return FileUpload("faktura-50231-utkast.pdf", "application/pdf", b"%" * size)


def test_note_is_rendered_with_every_text_escaped():
    assert render(note()) == (
        "<p><b>Fortnox: utkast skapat</b></p>"
        "<ul><li><b>Faktura:</b> 50231</li><li><b>Kund:</b> 1042 Nordlund &amp; Söner &lt;AB&gt;</li></ul>"
        "<p>Totalt 48 750 kr</p>"
        '<p><a href="https://bridge.example/replay/Zk3v?a=1&amp;b=2">Replay</a></p>'
        "<p>FB-Zk3v</p>"
    )


@pytest.mark.parametrize(
    "url", ["https://bridge.example/x", "http://127.0.0.1:8800/x", "http://localhost/x", "http://[::1]:8800/x"]
)
def test_link_that_is_safe_is_a_link(url):
    assert f'<a href="{url}">' in render(note(links=(Link("Replay", url),)))


@pytest.mark.parametrize(
    "url",
    [
        "http://bridge.example/x",
        "javascript:alert(1)",
        "https://",
        "//bridge.example",
        "data:text/html,x",
        "https://a.example/ x",
        "https://[oops",
        "http://127.0.0.1.evil.example/",
        "",
    ],
)
def test_link_that_is_not_safe_is_only_its_label(url):
    content = render(note(links=(Link("Replay", url),)))
    assert "<a" not in content
    assert "Replay" in content


def test_long_note_is_cut_visibly_and_keeps_link_and_reference():
    content = render(note(paragraphs=("<" * 3_999,) * 40, facts=(("Fel", "&" * 4_000),) * 10))
    assert len(content) < 60_000
    assert "<p>…</p>" in content
    assert content.endswith("<p>FB-Zk3v</p>")
    assert "Replay</a>" in content


ANY_NOTE = st.builds(
    Note,
    tone=st.sampled_from(Tone),
    heading=st.text(max_size=50),
    reference=st.text(max_size=20),
    facts=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=50)), max_size=4).map(tuple),
    paragraphs=st.lists(st.text(max_size=80), max_size=3).map(tuple),
    links=st.lists(st.builds(Link, st.text(max_size=10), st.text(max_size=40)), max_size=2).map(tuple),
)


@given(ANY_NOTE)
def test_any_note_has_only_the_tags_that_survive(any_note):
    content = render(any_note)
    assert set(re.findall(r"<\s*/?\s*([^\s>]*)", content)) <= {"p", "b", "ul", "li", "br", "a"}
    assert "\x00" not in content
    content.encode()


@given(st.from_regex(r"[A-Za-z0-9 åäö&<>'\"-]{1,40}", fullmatch=True).map(str.strip).filter(bool))
def test_any_reference_is_found_again(reference):
    assert note_mentions(render(note(reference=reference)), reference)


async def test_note_is_created_on_the_deal(account, vendor, ref):
    vendor.answer("POST", NOTES, {"success": True, "data": {"id": 5, "active_flag": True}}, status=201)
    async with account.session() as session:
        assert await session.notes.create_note(ref("deal", "812"), note()) == "5"
    assert vendor.requests[0].json == {"content": render(note()), "deal_id": 812}


async def test_newest_note_with_the_reference_is_found_over_pages(account, vendor, ref):
    pages = {"pagination": {"start": 0, "limit": 100, "more_items_in_collection": True, "next_start": 100}}
    vendor.data("GET", NOTES, [{"id": 9, "content": "<p>annat</p>"}], **pages)
    vendor.data(
        "GET",
        NOTES,
        [
            {"id": 8, "content": render(note()), "active_flag": False},
            {"id": 7, "content": render(note())},
            {"id": 6, "content": render(note())},
        ],
        pagination={"more_items_in_collection": False},
    )
    async with account.session() as session:
        assert await session.notes.find_note(ref("deal", "812"), "FB-Zk3v") == "7"
    first, second = (dict(request.params) for request in vendor.requests)
    assert (first["deal_id"], first["sort"], first.get("start"), second["start"]) == ("812", "id DESC", None, "100")


async def test_note_that_is_nowhere_is_none(account, vendor, ref):
    vendor.data("GET", NOTES, None)
    async with account.session() as session:
        assert await session.notes.find_note(ref("deal", "812"), "FB-Zk3v") is None


async def test_note_is_replaced(account, vendor):
    vendor.data("PUT", f"{NOTES}/5", {"id": 5, "active_flag": True})
    async with account.session() as session:
        assert await session.notes.update_note("5", note()) is True
    assert vendor.requests[0].json == {"content": render(note())}


@pytest.mark.parametrize("status", [404, 410])
async def test_note_that_is_gone_cannot_be_replaced(account, vendor, status):
    vendor.answer("PUT", f"{NOTES}/5", {"success": False}, status=status)
    async with account.session() as session:
        assert await session.notes.update_note("5", note()) is False


async def test_note_that_is_soft_deleted_cannot_be_replaced(account, vendor):
    vendor.data("PUT", f"{NOTES}/5", {"id": 5, "active_flag": False})
    async with account.session() as session:
        assert await session.notes.update_note("5", note()) is False


async def test_note_that_is_refused_is_an_error(account, vendor):
    vendor.answer("PUT", f"{NOTES}/5", {"success": False, "error": "no"}, status=400)
    async with account.session() as session:
        with pytest.raises(SourceDataInvalid):
            await session.notes.update_note("5", note())


async def test_file_goes_up_as_one_part_with_the_deal(account, vendor, ref):
    vendor.answer("POST", "/v1/files", {"success": True, "data": {"id": 31, "name": "x"}}, status=201)
    async with account.session() as session:
        assert await session.files.attach_file(ref("deal", "812"), pdf()) == "31"
    (request,) = vendor.requests
    (part,) = request.files
    assert (part.field_name, part.file_name, part.content_type) == ("file", pdf().file_name, "application/pdf")
    assert request.form == {"deal_id": "812"}


async def test_file_that_is_too_large_is_not_sent(account, vendor, ref):
    async with account.session() as session:
        with pytest.raises(SourceDataInvalid) as caught:
            await session.files.attach_file(ref("deal", "812"), pdf(10 * 1024 * 1024 + 1))
    assert caught.value.code == "source_file_too_large"
    assert vendor.requests == []


async def test_file_is_found_by_the_name_users_see(account, vendor, ref):
    name = pdf().file_name
    vendor.data(
        "GET",
        FILES,
        [
            {"id": 33, "name": name, "active_flag": False},
            {"id": 32, "name": name, "file_name": "faktura_8a7b.pdf", "active_flag": True},
            {"id": 31, "name": name, "active_flag": True},
        ],
    )
    async with account.session() as session:
        assert await session.files.find_file(ref("deal", "812"), name) == "32"
        assert await session.files.find_file(ref("deal", "812"), "annan.pdf") is None


async def test_files_are_listed_over_pages_without_deleted_and_inline_ones(account, vendor, ref):
    vendor.data(
        "GET",
        FILES,
        [
            {"id": 31, "name": "Offert.pdf", "file_name": "x.pdf", "file_size": 2000},
            {"id": 32, "name": "borta.pdf", "active_flag": False},
        ],
        pagination={"more_items_in_collection": True, "next_start": 100},
    )
    vendor.data(
        "GET",
        FILES,
        [{"id": 33, "name": "logga.png", "inline_flag": True}, {"id": 34, "file_name": "ritning.dwgx"}],
        pagination={"more_items_in_collection": False},
    )
    async with account.session() as session:
        files = await session.file_reader.list_files(ref("deal", "812"))
    assert [(file.id, file.file_name, file.content_type, file.size_bytes) for file in files] == [
        ("31", "Offert.pdf", "application/pdf", 2000),
        ("34", "ritning.dwgx", None, None),
    ]
    assert dict(vendor.requests[0].params)["sort"] == "id ASC"


async def test_file_is_read_whole_and_refused_when_it_is_over_the_limit(account, vendor):
    file = SourceFile("31", "Offert.pdf")
    vendor.answer("GET", "/v1/files/31/download", b"%PDF-1.4 hello")
    vendor.answer("GET", "/v1/files/31/download", b"%PDF-1.4 hello")
    async with account.session() as session:
        assert await session.file_reader.read_file(file, limit_bytes=14) == b"%PDF-1.4 hello"
        with pytest.raises(SourceDataInvalid) as caught:
            await session.file_reader.read_file(file, limit_bytes=13)
    assert caught.value.code == "source_file_too_large"


async def test_file_that_is_gone_is_a_missing_record(account, vendor):
    vendor.answer("GET", "/v1/files/31/download", {"success": False, "error": "File not found"}, status=404)
    async with account.session() as session:
        with pytest.raises(SourceDataInvalid) as caught:
            await session.file_reader.read_file(SourceFile("31", "Offert.pdf"), limit_bytes=10)
    assert caught.value.code == "source_record_missing"


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (415, "Feature not enabled", "source_products_off"),
        (403, "Products feature is not enabled", "source_products_off"),
        (403, "Scope and URL mismatch", "source_scope_missing"),
    ],
)
async def test_feature_that_is_off_is_named(account, vendor, status, said, code):
    vendor.answer("GET", "/api/v2/products", {"success": False, "error": said}, status=status)
    async with account.session() as session:
        (missing,) = await session.features.missing_features()
    assert missing.code == code


async def test_account_with_products_lacks_nothing(account, vendor):
    vendor.data("GET", "/api/v2/products", [])
    async with account.session() as session:
        assert await session.features.missing_features() == ()
    assert dict(vendor.requests[0].params) == {"limit": "1"}
