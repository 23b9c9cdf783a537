import hashlib

import pytest

from fortnox_bridge_pipedrive.simulator.note_html import sanitized


async def test_note_on_deal_fills_contacts_and_answers_v1_style(pipedrive):
    body = {"deal_id": 1, "content": "<b>Klart</b>", "pinned_to_deal_flag": 1}

    response = await pipedrive.call("POST", "/v1/notes", json=body)
    note = response.json()["data"]

    assert response.status_code == 201
    assert (note["person_id"], note["org_id"]) == (1, 1)
    assert note["pinned_to_deal_flag"] is True
    assert note["organization"] == {"name": "Bygg & Kakel i Nacka AB"}
    assert len(note["add_time"]) == len("2026-05-04 08:15:00")
    assert "T" not in note["add_time"]


async def test_note_is_changed_listed_by_deal_and_deleted_softly(pipedrive):
    note = await pipedrive.data("POST", "/v1/notes", json={"deal_id": 1, "content": "ett"})
    path = f"/v1/notes/{note['id']}"

    changed = await pipedrive.data("PUT", path, json={"content": "två"})
    listed = (await pipedrive.call("GET", "/api/v1/notes?deal_id=1")).json()
    gone, again = await pipedrive.call("DELETE", path), await pipedrive.call("DELETE", path)

    assert (changed["content"], changed["last_update_user_id"]) == ("två", 9001777)
    assert [row["id"] for row in listed["data"]] == [note["id"]]
    assert listed["additional_data"]["pagination"]["more_items_in_collection"] is False
    assert (gone.status_code, gone.json()["data"], again.status_code) == (200, True, 410)
    assert await pipedrive.data("GET", "/v1/notes?deal_id=1") == []
    assert (await pipedrive.call("GET", path)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x"},
        {"deal_id": 1},
        {"deal_id": 1, "content": ""},
        {"deal_id": 999, "content": "x"},
        {"deal_id": 1, "content": "x" * 100_001},
        {"org_id": 1, "content": "x", "pinned_to_deal_flag": 1},
    ],
)
async def test_note_that_lacks_something_is_refused_in_v1_envelope(pipedrive, body):
    response = await pipedrive.call("POST", "/v1/notes", json=body)

    assert response.status_code == 400
    assert response.json() | {"error": "", "error_info": ""} == {
        "success": False,
        "error": "",
        "error_info": "",
        "errorCode": 400,
        "data": None,
        "additional_data": None,
    }
    assert pipedrive.collection("notes") == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            '<a href="https://b.example/r?x=1&amp;y=2" onclick="evil()">Replay</a>',
            '<a href="https://b.example/r?x=1&amp;y=2">Replay</a>',
        ),
        ("<script>alert(1)</script>text", "text"),
        ("<form><b>x</b><button>Go</button></form>efter", "efter"),
        ("<h1>Rubrik</h1><p>stycke", "Rubrik<p>stycke</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ("5 < 6 & åäö", "5 &lt; 6 &amp; åäö"),
        ("<ul><li>ett<li>två</ul>slut", "<ul><li>ett<li>två</li></li></ul>slut"),
        ('<div style="color:red">rad<br/>två</div>', "<div>rad<br>två</div>"),
        ("<iframe src='x'></iframe>kvar", "kvar"),
    ],
)
def test_sanitized_note_keeps_only_the_safe_subset(written, kept):
    assert sanitized(written) == kept


async def test_note_touches_its_deal_so_that_a_poll_sees_it_again(pipedrive):
    before = (await pipedrive.data("GET", "/api/v2/deals/1"))["update_time"]
    pipedrive.clock.advance(60)

    await pipedrive.data("POST", "/v1/notes", json={"deal_id": 1, "content": "x"})

    assert (await pipedrive.data("GET", "/api/v2/deals/1"))["update_time"] > before


async def test_pdf_upload_is_stored_whole_and_downloadable(pipedrive):
    pdf = b"%PDF-1.4\n1 0 obj\n%%EOF\n"
    upload = {"file": ("utkast åäö.pdf", pdf, "application/pdf")}

    response = await pipedrive.call("POST", "/v1/files", data={"deal_id": "1"}, files=upload)
    made = response.json()["data"]
    stored = pipedrive.collection("files")[0]

    assert response.status_code == 201
    assert (made["name"], made["deal_id"], made["file_size"], made["file_type"]) == (
        "utkast åäö.pdf",
        1,
        len(pdf),
        "pdf",
    )
    assert (stored["sha256"], stored["is_pdf"]) == (hashlib.sha256(pdf).hexdigest(), True)
    assert (await pipedrive.http.get(made["url"])).status_code == 401
    download = await pipedrive.call("GET", f"/v1/files/{made['id']}/download")
    assert (download.content, download.headers["content-type"]) == (pdf, "application/pdf")
    assert [row["id"] for row in await pipedrive.data("GET", "/v1/deals/1/files")] == [made["id"]]


async def test_same_file_twice_is_two_files_and_delete_hides_one(pipedrive):
    ids = []
    for _ in range(2):
        upload = {"file": ("a.pdf", b"%PDF-1.4 %%EOF", "application/pdf")}
        ids.append((await pipedrive.data("POST", "/v1/files", data={"deal_id": "1"}, files=upload))["id"])

    deleted, again = [await pipedrive.call("DELETE", f"/v1/files/{ids[0]}") for _ in range(2)]

    assert (deleted.status_code, again.status_code) == (200, 410)
    assert [row["id"] for row in await pipedrive.data("GET", "/v1/deals/1/files")] == [ids[1]]


@pytest.mark.parametrize(
    ("kwargs", "status"),
    [
        ({"json": {"deal_id": 1}}, 400),
        ({"data": {"deal_id": "1"}, "files": {"other": ("a", b"x")}}, 400),
        ({"data": {"deal_id": "999"}, "files": {"file": ("a", b"x")}}, 400),
        ({"data": {"deal_id": "1"}, "files": {"file": ("a", b"")}}, 400),
        ({"data": {"deal_id": "1"}, "files": {"file": ("a", b"x" * 200_000)}}, 413),
        ({"data": {"deal_id": "1"}, "files": [("file", ("a", b"x")), ("file", ("b", b"x"))]}, 400),
    ],
)
async def test_file_upload_the_wrong_way_is_refused(pipedrive, kwargs, status):
    pipedrive.simulator.configure({"max_file_bytes": 100_000})

    response = await pipedrive.call("POST", "/v1/files", **kwargs)

    assert response.status_code == status
    assert pipedrive.collection("files") == []


async def test_truncated_pdf_is_not_called_a_pdf(pipedrive):
    await pipedrive.data("POST", "/v1/files", data={"deal_id": "1"}, files={"file": ("a.pdf", b"%PDF-1.4 cut")})

    assert pipedrive.collection("files")[0]["is_pdf"] is False
