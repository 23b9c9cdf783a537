import json

import pytest

ATTACHMENTS = "/fortnox/api/fileattachments/attachments-v1"
MB = 1024 * 1024


async def upload(fortnox, name, size=100, path="inbox_kf"):
    return await fortnox.http.post(
        f"/fortnox/3/inbox?path={path}",
        files={"file": (name, b"x" * size)},
        headers={"authorization": f"Bearer {fortnox.token}", "accept": "application/json"},
    )


async def archived(fortnox, name, size=100):
    answer = await upload(fortnox, name, size)
    assert answer.status_code == 201, answer.text
    return answer.json()["File"]["ArchiveFileId"]


async def attach(fortnox, *files, number="1001", is_sent=True):
    rows = [{"entityId": int(number), "entityType": "F", "fileId": file, "includeOnSend": is_sent} for file in files]
    return await fortnox.http.post(
        ATTACHMENTS,
        content=json.dumps(rows),
        headers={"authorization": f"Bearer {fortnox.token}", "content-type": "application/json"},
    )


async def listed(fortnox, number="1001"):
    answer = await fortnox.http.get(
        ATTACHMENTS,
        params={"entityid": number, "entitytype": "F"},
        headers={"authorization": f"Bearer {fortnox.token}"},
    )
    return answer.json()


async def test_file_is_uploaded_attached_and_listed_on_its_document_alone(fortnox):
    archive_id = await archived(fortnox, "Offert.pdf", 2000)

    answer = await attach(fortnox, archive_id)

    assert answer.status_code == 201
    (row,) = await listed(fortnox)
    assert (row["fileId"], row["entityId"], row["includeOnSend"]) == (archive_id, 1001, True)
    assert await listed(fortnox, "1002") == []


@pytest.mark.parametrize(
    ("name", "size", "error"), [("bild.png", 100, "wrong_file_type"), ("stor.pdf", 5 * MB + 1, "file_too_big")]
)
async def test_file_that_cannot_be_sent_along_is_refused_but_may_be_attached(fortnox, name, size, error):
    archive_id = await archived(fortnox, name, size)

    refused = await attach(fortnox, archive_id)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert (await attach(fortnox, archive_id, is_sent=False)).status_code == 201


async def test_sixth_sent_file_and_more_than_fifteen_megabytes_are_refused(fortnox):
    five = [await archived(fortnox, f"{number}.pdf") for number in range(5)]
    assert (await attach(fortnox, *five)).status_code == 201
    assert (await attach(fortnox, await archived(fortnox, "6.pdf"))).json()["error"] == "too_many_attachments"
    large = [await archived(fortnox, f"{number}.pdf", 5 * MB) for number in range(4)]
    assert (await attach(fortnox, *large, number="1002")).json()["error"] == "too_many_attachments"
    assert await listed(fortnox, "1002") == []


async def test_wrong_folder_unknown_file_and_missing_scope_are_refused(stranger):
    await stranger.connect(scope="invoice inbox")
    assert (await upload(stranger, "a.pdf", path="inbox_x")).status_code == 400
    archive_id = await archived(stranger, "a.pdf")
    assert (await attach(stranger, archive_id)).status_code == 403
    await stranger.connect(scope="invoice connectfile")
    assert (await attach(stranger, "nope")).status_code == 404
    assert (await upload(stranger, "a.pdf")).status_code == 403


async def test_warehouse_module_is_told_to_who_may_ask(fortnox, stranger):
    headers = {"authorization": f"Bearer {fortnox.token}"}
    path = "/fortnox/api/warehouse/tenants-v4"
    assert (await fortnox.http.get(path, headers=headers)).json()["activated"] is False
    await fortnox.configure(warehouse=True)
    assert (await fortnox.http.get(path, headers=headers)).json()["activated"] is True


async def test_financial_year_is_added_by_a_person(fortnox):
    before = (await fortnox.get("/financialyears"))["FinancialYears"]
    last = max(int(str(year["FromDate"])[:4]) for year in before)

    await fortnox.seed(plant_financial_year=last + 1)

    assert (await fortnox.get("/financialyears", date=f"{last + 1}-06-30"))["FinancialYears"]
