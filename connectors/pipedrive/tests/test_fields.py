"""Fields that settings may name, new ones, and values written to them (facts 14)."""

import pytest

from fortnox_bridge.sdk import (
    Choice,
    FieldPath,
    FieldType,
    PermissionMissing,
    SettingsInvalid,
    SourceDataInvalid,
    UserAction,
)
from fortnox_bridge_pipedrive.plugin import fortnox_bridge_connector

HASH = "1b6f0c2d3e4a5968778695a4b3c2d1e0f9081726"
OTHER = "90aa11bb22cc33dd44ee55ff66778899aabbccdd"
ORG = "/api/v2/organizations/205"
ORG_FIELDS = "/api/v2/organizationFields"
REFUSED = {"success": False, "error": "Validation failed", "code": "ERR_SCHEMA_VALIDATION_FAILED"}


def entry(code, name, kind="varchar", *, custom=True, options=None):
    return {
        "field_code": code,
        "field_name": name,
        "field_type": kind,
        "options": options,
        "subfields": None,
        "is_custom_field": custom,
        "is_optional_response_field": False,
    }


def seed_fields(vendor, **by_folder):
    for folder in ("dealFields", "organizationFields", "personFields", "productFields"):
        vendor.data("GET", f"/api/v2/{folder}", by_folder.get(folder, []), next_cursor=None)


async def write(account, ref, values, kind="company"):
    async with account.session() as session:
        await session.field_writer.write_fields(ref(kind, "205"), values)


async def create(account, kind, label, field_type):
    async with account.session() as session:
        return await session.field_maker.create_field(kind, label, field_type)


async def test_catalogue_names_built_in_and_own_fields_by_path(account, vendor):
    seed_fields(
        vendor,
        organizationFields=[
            entry("name", "Namn", custom=False),
            entry(HASH, "Organisationsnummer"),
            entry(OTHER, "Bransch", "enum", options=[{"id": 41, "label": "Bygg"}]),
            entry("picture", "Bild", "picture", custom=False),
            entry("json_field", "Rådata", "json"),
        ],
    )
    async with account.session() as session:
        fields = {field.path: field for field in await session.fields.list_fields()}
    assert fields["company.name"].label == "Namn"
    assert fields["contact.email"].type is FieldType.EMAIL
    own = fields[f"company.custom:{HASH}"]
    assert (own.label, own.type, own.is_writable) == ("Organisationsnummer", FieldType.TEXT, True)
    assert fields[f"company.custom:{OTHER}"].options == (Choice("41", "Bygg"),)
    assert "company.custom:json_field" not in fields
    assert len(vendor.requests) == 4


async def test_every_path_of_the_catalogue_can_be_named_by_settings(account, vendor):
    seed_fields(vendor, dealFields=[entry(HASH, "Projekt")], productFields=[entry(OTHER, "EAN")])
    async with account.session() as session:
        fields = await session.fields.list_fields()
    assert len({field.path for field in fields}) == len(fields)
    for field in fields:
        assert str(FieldPath.parse(field.path)) == field.path


def test_default_rows_name_fields_that_exist():
    defaults = fortnox_bridge_connector().defaults
    for row in (*defaults.company_mapping, *defaults.contact_mapping):
        for source in row.sources:
            FieldPath.parse(source)


async def test_catalogue_is_read_once_per_session(account, vendor):
    seed_fields(vendor)
    async with account.session() as session:
        await session.fields.list_fields()
        await session.fields.list_fields()
    assert len(vendor.requests) == 4


async def test_text_is_written_in_one_request(account, vendor, ref):
    vendor.data("PATCH", ORG, {"id": 205})
    await write(account, ref, {f"custom:{HASH}": "1042", OTHER: ""})
    (request,) = vendor.requests
    assert request.json == {"custom_fields": {HASH: "1042", OTHER: None}}


@pytest.mark.parametrize(
    ("kind", "path"),
    [("deal", "/api/v2/deals/205"), ("contact", "/api/v2/persons/205"), ("product", "/api/v2/products/205")],
)
async def test_each_kind_of_record_is_patched_in_its_place(account, vendor, ref, kind, path):
    vendor.data("PATCH", path, {"id": 205})
    await write(account, ref, {HASH: "1042"}, kind)
    assert vendor.paths() == [f"PATCH {path}"]


async def test_nothing_to_write_costs_nothing(account, vendor, ref):
    await write(account, ref, {})
    assert vendor.requests == []


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (entry(HASH, "Nr", "double"), "1042", 1042),
        (entry(HASH, "Nr", "double"), "12,5", 12.5),
        (entry(HASH, "Summa", "monetary"), "1250.50 SEK", {"value": 1250.5, "currency": "SEK"}),
        (entry(HASH, "Val", "enum", options=[{"id": 41, "label": "Skapad"}]), "Skapad", 41),
        (entry(HASH, "Plats", "address"), "Lindvägen 4", {"value": "Lindvägen 4"}),
    ],
)
async def test_value_refused_as_text_is_written_as_its_field_wants_it(account, vendor, ref, field, text, value):
    vendor.answer("PATCH", ORG, REFUSED, status=400)
    vendor.data("PATCH", ORG, {"id": 205})
    vendor.data("GET", ORG_FIELDS, [field])
    await write(account, ref, {HASH: text})
    assert vendor.requests[-1].json == {"custom_fields": {HASH: value}}


@pytest.mark.parametrize(
    ("field", "text", "code", "kind"),
    [
        (entry(HASH, "Nr", "double"), "F-1042", "source_field_value_refused", SourceDataInvalid),
        (entry(HASH, "Nr", "double"), "NaN", "source_field_value_refused", SourceDataInvalid),
        (entry(HASH, "Summa", "monetary"), "1250.50", "source_field_value_refused", SourceDataInvalid),
        (entry(HASH, "Val", "enum", options=[]), "Skapad", "source_field_value_refused", SourceDataInvalid),
        (entry(HASH, "Ägare", "user"), "Eva", "source_field_value_refused", SourceDataInvalid),
        (entry(OTHER, "Annat"), "1042", "source_field_unknown", SettingsInvalid),
        (entry(HASH, "Text"), "1042", "source_refused", SourceDataInvalid),
    ],
)
async def test_value_that_the_field_cannot_hold_is_named(account, vendor, ref, field, text, code, kind):
    vendor.answer("PATCH", ORG, REFUSED, status=400)
    vendor.data("GET", ORG_FIELDS, [field])
    with pytest.raises(UserAction) as caught:
        await write(account, ref, {HASH: text})
    assert (type(caught.value), caught.value.code) == (kind, code)


async def test_new_field_is_created_after_a_look(account, vendor):
    vendor.data(
        "GET",
        ORG_FIELDS,
        [entry(OTHER, "Fortnox kundnummer", "double"), entry("x", "Fortnox kundnummer", custom=False)],
    )
    vendor.answer("POST", ORG_FIELDS, {"success": True, "data": entry(HASH, "Fortnox kundnummer")}, status=201)
    made = await create(account, "company", "Fortnox  kundnummer ", FieldType.TEXT)
    assert (made.path, made.is_writable) == (f"company.custom:{HASH}", True)
    assert vendor.requests[-1].json == {"field_name": "Fortnox kundnummer", "field_type": "varchar"}


async def test_field_of_the_same_name_and_type_is_used_again(account, vendor):
    vendor.data("GET", ORG_FIELDS, [entry(HASH, "Fortnox kundnummer")])
    made = await create(account, "company", "Fortnox kundnummer", FieldType.TEXT)
    assert made.path == f"company.custom:{HASH}"
    assert len(vendor.requests) == 1


async def test_field_that_may_not_be_created_names_the_right(account, vendor):
    vendor.data("GET", ORG_FIELDS, [])
    vendor.answer("POST", ORG_FIELDS, {"success": False, "error": "Forbidden"}, status=403)
    with pytest.raises(PermissionMissing) as caught:
        await create(account, "company", "Fortnox kundnummer", FieldType.TEXT)
    assert caught.value.params["right"] == "contact-fields:full"


@pytest.mark.parametrize(
    ("kind", "label", "field_type"),
    [
        ("company", "Val", FieldType.CHOICE),
        ("company", " ", FieldType.TEXT),
        ("line", "X", FieldType.TEXT),
        ("deal", "x" * 256, FieldType.TEXT),
    ],
)
async def test_field_that_cannot_exist_is_refused_without_a_call(account, vendor, kind, label, field_type):
    with pytest.raises(SourceDataInvalid) as caught:
        await create(account, kind, label, field_type)
    assert caught.value.code == "source_field_not_creatable"
    assert vendor.requests == []
