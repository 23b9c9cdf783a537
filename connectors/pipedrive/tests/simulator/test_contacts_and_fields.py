import pytest


async def test_organization_without_custom_fields_answers_null_until_one_is_set(pipedrive):
    code = pipedrive.code("organization", "Fortnox kundnummer")
    path = "/api/v2/organizations/2"

    before = await pipedrive.data("GET", path)
    after = await pipedrive.data("PATCH", path, json={"custom_fields": {code: "1042"}})
    cleared = await pipedrive.data("PATCH", path, json={"custom_fields": {code: None}})

    assert before["custom_fields"] is None
    assert after["custom_fields"][code] == "1042"
    assert after["custom_fields"][pipedrive.code("organization", "Organisationsnummer")] is None
    assert cleared["custom_fields"][code] is None


async def test_typed_address_has_only_its_value(pipedrive):
    address = (await pipedrive.data("GET", "/api/v2/organizations/1"))["address"]

    assert address["value"] == "Lindvägen 4, 131 40 Nacka"
    assert {value for key, value in address.items() if key != "value"} == {None}


async def test_person_contacts_replace_whole_array_and_split_names(pipedrive):
    emails = [{"value": "a@x.example", "primary": True}, {"value": "b@x.example"}]

    person = await pipedrive.data("POST", "/api/v2/persons", json={"name": "Åsa von Berg", "emails": emails})
    both = await pipedrive.call(
        "PATCH", f"/api/v2/persons/{person['id']}", json={"emails": [{**item, "primary": True} for item in emails]}
    )
    nameless = await pipedrive.call("POST", "/api/v2/persons", json={"first_name": "Åsa"})

    assert (person["first_name"], person["last_name"]) == ("Åsa", "von Berg")
    assert [item["label"] for item in person["emails"]] == ["work", "work"]
    assert (both.status_code, nameless.status_code) == (400, 400)


async def test_default_world_has_person_with_one_empty_email(pipedrive):
    persons = await pipedrive.data("GET", "/api/v2/persons")

    assert [{"value": "", "primary": True, "label": "work"}] in [person["emails"] for person in persons]
    assert any(person["last_name"] is None for person in persons)


async def test_product_price_list_and_missing_code(pipedrive):
    products = await pipedrive.data("GET", "/api/v2/products")

    assert {price["currency"] for product in products for price in product["prices"]} == {"SEK", "EUR"}
    assert any(product["code"] is None for product in products)
    variations = pipedrive.seed(
        products=[{"name": "V", "variations": [{"name": "Röd", "prices": [{"price": 5, "currency": "SEK"}]}]}]
    )
    listed = await pipedrive.data("GET", f"/api/v2/products/{variations['products'][0]['id']}/variations")
    assert listed[0]["name"] == "Röd"


_SHAPES = [
    ("Er referens", "abc", "abc"),
    ("Fakturatext", "lång text", "lång text"),
    ("Provision", 12.5, 12.5),
    ("Handpenning", {"value": 100}, {"value": 100, "currency": "SEK"}),
    ("Leveransdatum", "2026-05-31", "2026-05-31"),
    ("Byggperiod", {"value": "2026-05-01", "until": "2026-05-31"}, {"value": "2026-05-01", "until": "2026-05-31"}),
    (
        "Leveranstid",
        {"value": "09:00:00"},
        {"value": "09:00:00", "timezone_id": 251, "timezone_name": "Europe/Stockholm"},
    ),
    ("Arkitekt", 1, 1),
    ("Slutkund", 1, 1),
    ("Projektledare", 9001777, 9001777),
    ("Telefon på plats", "08-12 34 56", "08-12 34 56"),
]


@pytest.mark.parametrize(("name", "written", "read"), _SHAPES)
async def test_custom_field_of_each_type_comes_back_in_its_shape(pipedrive, name, written, read):
    code = pipedrive.code("deal", name)

    await pipedrive.data("PATCH", "/api/v2/deals/1", json={"custom_fields": {code: written}})

    assert (await pipedrive.data("GET", "/api/v2/deals/1"))["custom_fields"][code] == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Provision", "12.5"),
        ("Handpenning", 100),
        ("Tillval", []),
        ("Tillval", [99999]),
        ("Säljkanal", "Webb"),
        ("Leveransdatum", "31 maj"),
        ("Er referens", 5),
        ("Er referens", "x" * 256),
        ("Arkitekt", 99999),
        ("Byggplats", {"locality": "Nacka"}),
    ],
)
async def test_custom_field_of_wrong_shape_is_refused(pipedrive, name, value):
    body = {"custom_fields": {pipedrive.code("deal", name): value}}

    response = await pipedrive.call("PATCH", "/api/v2/deals/1", json=body)

    assert response.status_code == 400
    assert response.json()["code"] == "ERR_SCHEMA_VALIDATION_FAILED"


async def test_option_labels_and_field_selection(pipedrive):
    chosen, other = pipedrive.code("deal", "Tillval"), pipedrive.code("deal", "Er referens")

    plain = await pipedrive.data("GET", f"/api/v2/deals/1?custom_fields={chosen}")
    labelled = await pipedrive.data("GET", "/api/v2/deals/1?include_option_labels=true&include_labels=true")
    too_many = await pipedrive.call("GET", "/api/v2/deals/1?custom_fields=" + ",".join(f"{n:040d}" for n in range(16)))

    assert all(isinstance(item, int) for item in plain["custom_fields"][chosen])
    assert other not in plain["custom_fields"]
    assert [item["label"] for item in labelled["custom_fields"][chosen]] == ["Montering", "Frakt"]
    assert labelled["labels"] == []
    assert too_many.status_code == 400


async def test_field_list_has_builtin_and_custom_with_option_id_kinds(pipedrive):
    fields = {row["field_code"]: row for row in await pipedrive.data("GET", "/api/v2/dealFields?limit=500")}

    custom = fields[pipedrive.code("deal", "Säljkanal")]
    assert (custom["is_custom_field"], len(custom["field_code"])) == (True, 40)
    assert all(isinstance(option["id"], int) for option in custom["options"])
    assert all(isinstance(option["id"], str) for option in fields["status"]["options"])
    assert fields["title"]["is_custom_field"] is False
    assert "ui_visibility" not in custom


async def test_created_field_is_usable_at_once_and_creation_is_not_idempotent(pipedrive):
    wish = {"field_name": "Fakturanummer", "field_type": "varchar"}

    first = await pipedrive.data("POST", "/api/v2/organizationFields", json=wish)
    second = await pipedrive.data("POST", "/api/v2/organizationFields", json=wish)
    one = await pipedrive.data("GET", f"/api/v2/organizationFields/{first['field_code']}")
    written = await pipedrive.data(
        "PATCH", "/api/v2/organizations/1", json={"custom_fields": {first["field_code"]: "7"}}
    )

    assert first["field_code"] != second["field_code"]
    assert one["field_name"] == "Fakturanummer"
    assert written["custom_fields"][first["field_code"]] == "7"


async def test_field_creation_by_non_admin_fails_in_spite_of_scope(pipedrive):
    user = pipedrive.seed(users=[{"name": "Olle"}])["users"][0]

    response = await pipedrive.call(
        "POST",
        "/api/v2/dealFields",
        json={"field_name": "X", "field_type": "varchar"},
        headers={"x-api-token": user["api_token"]},
    )

    assert response.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"field_name": "X", "field_type": "boolean"},
        {"field_name": "X", "field_type": "enum"},
        {"field_type": "varchar"},
        {"field_name": "X" * 256, "field_type": "varchar"},
    ],
)
async def test_field_creation_with_bad_body_is_refused(pipedrive, body):
    assert (await pipedrive.call("POST", "/api/v2/dealFields", json=body)).status_code == 400


async def test_deleted_option_leaves_its_id_in_values_without_label(pipedrive):
    code = pipedrive.code("deal", "Tillval")
    pipedrive.seed(delete_option={"entity": "deal", "field": "Tillval", "option": "Frakt"})

    deal = await pipedrive.data("GET", "/api/v2/deals/1?include_option_labels=true")

    assert [item["label"] for item in deal["custom_fields"][code]] == ["Montering", None]


async def test_search_is_case_insensitive_and_field_search_is_not(pipedrive):
    code = pipedrive.code("organization", "Fortnox kundnummer")
    pipedrive.seed(organizations=[{"id": 500, "name": "Sök AB", "custom_fields": {"Fortnox kundnummer": "A1042"}}])

    async def found(term, **query):
        params = {"entity_type": "organization", "field": code, "term": term, **query}
        return [row["id"] for row in await pipedrive.data("GET", "/api/v2/itemSearch/field", params=params)]

    by_name = await pipedrive.data("GET", "/api/v2/organizations/search?term=SÖK ab&exact_match=true&fields=name")
    by_code = await pipedrive.data("GET", "/api/v2/products/search?term=alt-28120&fields=code&exact_match=true")

    assert [hit["item"]["id"] for hit in by_name["items"]] == [500]
    assert [hit["item"]["code"] for hit in by_code["items"]] == ["ALT-28120"]
    assert await found("A1042") == [500]
    assert await found("a1042") == []
    assert await found("A10", match="beginning") == [500]
    unsearchable = {"entity_type": "deal", "field": pipedrive.code("deal", "Tillval"), "term": "1"}
    assert (await pipedrive.call("GET", "/api/v2/itemSearch/field", params=unsearchable)).status_code == 400


async def test_search_index_lags_behind_writes_when_told(pipedrive):
    pipedrive.simulator.configure({"search_lag_s": 5})
    pipedrive.seed(persons=[{"name": "Nykomling Andersson"}])
    path = "/api/v2/persons/search?term=nykomling"

    early = await pipedrive.data("GET", path)
    pipedrive.clock.advance(6)
    late = await pipedrive.data("GET", path)

    assert (len(early["items"]), len(late["items"])) == (0, 1)


async def test_merge_fills_gaps_joins_text_and_moves_links(pipedrive):
    number, kind = pipedrive.code("organization", "Fortnox kundnummer"), pipedrive.code("organization", "Kundtyp")
    pipedrive.seed(
        organizations=[
            {
                "id": 600,
                "name": "Dubblett",
                "website": "https://d.example",
                "custom_fields": {"Fortnox kundnummer": "7", "Kundtyp": "Butik"},
            },
            {"id": 601, "name": "Original", "custom_fields": {"Fortnox kundnummer": "1042", "Kundtyp": "Byggföretag"}},
        ],
        deals=[{"id": 60, "title": "D", "org_id": 600}],
    )
    before = await pipedrive.data("GET", "/api/v2/organizations/601")

    merged = await pipedrive.data("PUT", "/v1/organizations/600/merge", json={"merge_with_id": 601})
    survivor = await pipedrive.data("GET", "/api/v2/organizations/601")

    assert merged == {"id": 601}
    assert survivor["custom_fields"][number] == "1042, 7"
    assert survivor["custom_fields"][kind] == before["custom_fields"][kind]
    assert (survivor["name"], survivor["website"]) == ("Original", "https://d.example")
    assert (await pipedrive.data("GET", "/api/v2/deals/60"))["org_id"] == 601
    assert (await pipedrive.call("GET", "/api/v2/organizations/600")).status_code == 404
