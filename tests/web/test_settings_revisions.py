"""Revisions of sync settings: who saved what, what changed, back to an older one, and out to a file and in again."""

import pytest

from fortnox_bridge.storage import SYSTEM


@pytest.fixture
def place(joined):
    return f"/api/v1/connections/{joined.id}/settings"


@pytest.fixture
async def three(http, operator, place):
    """Three revisions: the first, one with a country, one with another country and a table."""
    saved = (await http.get(place, headers=operator)).json()
    for country, table in (("SE", []), ("NO", [{"value": "a", "article": "1"}])):
        saved["document"]["customers"]["default_country"] = country
        saved["document"]["products"]["table"] = table
        body = {"revision": saved["revision"], "document": saved["document"]}
        saved = (await http.put(f"{place}?live=false", json=body, headers=operator)).json()
    return saved


async def test_revisions_are_paged_newest_first_with_their_authors(http, operator, place, three):
    first = (await http.get(f"{place}/revisions?limit=2", headers=operator)).json()
    second = (await http.get(f"{place}/revisions?limit=2&cursor={first['next_cursor']}", headers=operator)).json()

    assert [row["revision"] for row in first["revisions"] + second["revisions"]] == [3, 2, 1]
    assert [row["author"] for row in first["revisions"]] == ["operator", "operator"]
    assert second["next_cursor"] is None
    assert first["revisions"][0]["schema_version"] == "2.1"


async def test_old_revision_is_read_as_it_was_saved(http, operator, place, three):
    old = (await http.get(f"{place}/revisions/2", headers=operator)).json()
    missing = await http.get(f"{place}/revisions/4", headers=operator)

    assert (old["revision"], old["document"]["customers"]["default_country"]) == (2, "SE")
    assert missing.status_code == 404


async def test_diff_names_places_and_values(http, operator, place, three):
    whole = (await http.get(f"{place}/diff?from=1", headers=operator)).json()
    part = (await http.get(f"{place}/diff?from=3&to=2", headers=operator)).json()

    assert (whole["from_revision"], whole["to_revision"]) == (1, 3)
    assert whole["changes"] == [
        {"kind": "changed", "place": "customers.default_country", "before": None, "after": "NO"},
        {"kind": "added", "place": "products.table.0", "after": {"value": "a", "article": "1"}},
    ]
    assert part["changes"] == [
        {"kind": "changed", "place": "customers.default_country", "before": "NO", "after": "SE"},
        {"kind": "removed", "place": "products.table.0", "before": {"value": "a", "article": "1"}},
    ]


async def test_restoring_makes_a_new_revision_of_an_old_document(http, operator, place, three, bridge):
    body = {"revision": 1, "based_on": 3}

    answer = await http.post(f"{place}/restore?live=false", json=body, headers=operator)

    assert (answer.status_code, answer.json()["revision"]) == (200, 4)
    assert (await http.get(f"{place}/diff?from=1&to=4", headers=operator)).json()["changes"] == []
    stale = await http.post(f"{place}/restore?live=false", json=body, headers=operator)
    assert (stale.status_code, stale.json()["code"]) == (409, "settings_conflict")
    async with bridge.storage.unit.view(SYSTEM) as unit:
        entries = (await unit.audit_log.list_page(limit=50)).items
    (entry,) = [entry for entry in entries if entry.action == "settings.restored"]
    assert (entry.actor, entry.subject) == ("operator", "4")
    assert entry.facts == {"based_on": 3, "from_revision": 1, "live": False}


async def test_export_goes_out_with_a_file_name_and_comes_in_as_a_new_revision(http, operator, place, three):
    exported = await http.get(f"{place}/export", headers=operator)
    await http.post(f"{place}/restore?live=false", json={"revision": 1, "based_on": 3}, headers=operator)

    body = {"based_on": 4, "file": exported.json()}
    imported = await http.post(f"{place}/import?live=false", json=body, headers=operator)

    assert exported.headers["content-disposition"] == 'attachment; filename="pipedrive-settings-r3.json"'
    assert (exported.json()["connector"], exported.json()["revision"]) == ("pipedrive", 3)
    assert imported.json()["revision"] == 5
    assert imported.json()["document"] == three["document"]


@pytest.mark.parametrize(
    ("change", "place_of_fault"),
    [
        (lambda file: file.pop("connector"), "connector"),
        (lambda file: file.update(format="something else"), "format"),
        (lambda file: file["document"].update(surprise=1), "surprise"),
        (lambda file: file["document"].update(schema_version="9.0"), "schema_version"),
    ],
)
async def test_file_that_is_no_export_is_refused_with_its_faults(http, operator, place, three, change, place_of_fault):
    file = (await http.get(f"{place}/export", headers=operator)).json()
    change(file)

    answer = await http.post(f"{place}/import?live=false", json={"based_on": 3, "file": file}, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "settings_invalid")
    assert [fault["place"] for fault in answer.json()["faults"]] == [place_of_fault]


async def test_file_of_another_source_system_is_refused(http, operator, place, three):
    file = (await http.get(f"{place}/export", headers=operator)).json()
    file["connector"] = "sugarcrm"

    answer = await http.post(f"{place}/import?live=false", json={"based_on": 3, "file": file}, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "settings_of_other_connector")


async def test_copy_saves_anothers_settings_here(http, operator, place, three, foreign, joined, bridge):
    target = f"/api/v1/connections/{foreign.id}/settings"
    body = {"from_connection_id": str(joined.id), "based_on": 1}

    answer = await http.post(f"{target}/copy?live=false", json=body, headers=operator)

    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    assert answer.json()["document"] == three["document"]
    async with bridge.storage.unit.view(SYSTEM) as unit:
        actions = {entry.action: entry for entry in (await unit.audit_log.list_page(limit=50)).items}
    assert actions["settings.copied"].facts["from_connection_id"] == str(joined.id)


READS = ("", "/revisions", "/revisions/1", "/diff?from=1", "/export", "/check")


@pytest.mark.parametrize("part", READS)
async def test_key_of_another_connection_reads_nothing(http, place, foreign, part):
    with_their_key = await http.get(f"{place}{part}", headers=foreign.bearer)
    without_a_key = await http.get(f"{place}{part}")

    assert (with_their_key.status_code, without_a_key.status_code) == (404, 401)


async def test_key_of_another_connection_changes_and_copies_nothing(http, operator, place, joined, foreign, three):
    file = (await http.get(f"{place}/export", headers=operator)).json()
    changes = {
        "/validate": {"document": three["document"]},
        "/restore": {"revision": 1, "based_on": 3},
        "/import": {"based_on": 3, "file": file},
        "/copy": {"from_connection_id": str(foreign.id), "based_on": 3},
    }
    for part, body in changes.items():
        answer = await http.post(f"{place}{part}?live=false", json=body, headers=foreign.bearer)
        assert answer.status_code == 404, part
    # Into one's own connection, what is another's cannot be copied either.
    body = {"from_connection_id": str(joined.id), "based_on": 1}
    stolen = await http.post(
        f"/api/v1/connections/{foreign.id}/settings/copy?live=false", json=body, headers=foreign.bearer
    )

    assert stolen.status_code == 404
    assert (await http.get(place, headers=operator)).json()["revision"] == 3


async def test_saving_without_looking_is_kept_in_the_audit_log(three, bridge):
    async with bridge.storage.unit.view(SYSTEM) as unit:
        entries = (await unit.audit_log.list_page(limit=50)).items

    saves = [entry for entry in entries if entry.action == "settings.saved"]
    assert [(entry.subject, entry.facts["live"]) for entry in saves] == [("3", False), ("2", False)]


@pytest.mark.parametrize(
    "part", [f"/revisions/{10**30}", f"/revisions?cursor={10**30}", f"/diff?from={10**30}", f"/diff?from=1&to={10**30}"]
)
async def test_number_beyond_all_revisions_is_refused(http, operator, place, part):
    answer = await http.get(f"{place}{part}", headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
