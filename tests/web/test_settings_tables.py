"""The article table as CSV over REST, and fields that are made and mapped at once."""

# Fixtures of other folders are imported, and used by their names.
# ruff: noqa: F811

import pytest
from tests.web.test_catalogues import place  # noqa: F401
from tests.web.test_settings_live import vendors_url  # noqa: F401

CSV = "value;article\r\nALT-28120;KONS\r\n=2+3;KONS\r\n"


@pytest.fixture
def table(place):
    return f"{place}/settings/products/table.csv"


async def test_table_comes_in_as_a_revision_and_goes_out_harmless(http, operator, table, place):
    saved = await http.put(f"{table}?based_on=1", content=CSV.encode(), headers=operator)
    exported = await http.get(table, headers=operator)

    assert (saved.status_code, saved.json()["revision"]) == (200, 2), saved.text
    assert saved.json()["document"]["products"]["table"][1] == {"value": "=2+3", "article": "KONS"}
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in exported.headers["content-disposition"]
    assert exported.content.decode("utf-8-sig").splitlines() == ["value;article", "ALT-28120;KONS", "'=2+3;KONS"]
    again = await http.put(f"{table}?based_on=2", content=exported.content, headers=operator)
    assert again.json()["revision"] == 2


async def test_faults_of_lines_and_of_articles_are_told_by_line_and_nothing_is_saved(
    http,
    operator,
    table,
    place,
):
    broken = await http.put(f"{table}?based_on=1", content=b"value;article\n;1\nb;\n", headers=operator)
    unknown = await http.put(f"{table}?based_on=1", content=b"value;article\n\na;FINNS-EJ\n", headers=operator)
    stale = await http.put(f"{table}?based_on=0", content=CSV.encode(), headers=operator)

    assert [fault["place"] for fault in broken.json()["faults"]] == ["line 2", "line 3"]
    assert [(fault["place"], fault["code"]) for fault in unknown.json()["faults"]] == [
        ("line 3", "setting_article_missing")
    ]
    assert (stale.status_code, stale.json()["code"]) == (409, "settings_conflict")
    assert (await http.get(f"{place}/settings", headers=operator)).json()["revision"] == 1


async def test_another_connections_key_reaches_neither(http, table, place, foreign):
    field = {"section": "document", "target": "remarks", "object": "deal", "label": "Text", "based_on": 1}

    answers = [
        await http.get(table, headers=foreign.bearer),
        await http.put(f"{table}?based_on=1", content=CSV.encode(), headers=foreign.bearer),
        await http.post(f"{place}/settings/mapping-fields", json=field, headers=foreign.bearer),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_field_that_does_not_suit_is_not_created(http, operator, place, sandbox):
    field = {
        "section": "document",
        "target": "due_date",
        "object": "product",
        "label": "Förfallodag",
        "type": "text",
        "based_on": 1,
    }

    answer = await http.post(f"{place}/settings/mapping-fields", json=field, headers=operator)
    nonsense = await http.post(
        f"{place}/settings/mapping-fields", json={**field, "target": "shoe_size"}, headers=operator
    )

    assert {fault["place"] for fault in answer.json()["faults"]} == {"object", "type"}
    assert [fault["place"] for fault in nonsense.json()["faults"]] == ["target"]
    fields = (await http.get(f"{place}/fields", headers=operator)).json()["fields"]
    assert "Förfallodag" not in {each["label"] for each in fields}


async def test_field_goes_first_and_what_filled_the_target_before_stays_behind_it(http, operator, place):
    field = {"section": "company", "target": "website", "object": "company", "label": "Webbplats", "based_on": 1}

    made = await http.post(f"{place}/settings/mapping-fields", json=field, headers=operator)
    again = await http.post(f"{place}/settings/mapping-fields", json={**field, "based_on": 2}, headers=operator)

    assert made.status_code == again.status_code == 201, made.text
    rows = made.json()["settings"]["document"]["customers"]["company"]["mapping"]
    (row,) = [row for row in rows if row["target"] == "website"]
    assert row["sources"] == [made.json()["field"]["path"], "company.website"]
    assert again.json()["settings"]["revision"] == 2
    assert again.json()["field"] == made.json()["field"]
