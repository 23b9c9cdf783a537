"""Writing properties, and making them (facts 7.2 and 15.1)."""

import pytest

from fortnox_bridge.sdk import FieldType, PermissionMissing, SettingsInvalid, SourceDataInvalid, SourceRef

DEAL = "/crm/objects/2026-09/deals/5501"
DEALS = "/crm/properties/2026-09/deals"
GROUPS = f"{DEALS}/groups"


def definition(name, type_="string", **more):
    return {"name": name, "label": name.title(), "type": type_, "fieldType": "text", "groupName": "g", **more}


async def test_values_are_sent_as_texts_in_one_request(session, portal, deal):
    portal.answer("PATCH", DEAL, {"id": "5501", "properties": {}})
    await session.field_writer.write_fields(deal, {"custom:fortnox_number": " 20417 ", "fortnox_url": ""})
    await session.field_writer.write_fields(deal, {})

    (request,) = portal.requests
    assert request.json == {"properties": {"fortnox_number": "20417", "fortnox_url": ""}}


@pytest.mark.parametrize(
    ("type_", "options", "text", "wanted"),
    [
        ("number", [], "1042,50", "1042.50"),
        ("bool", [], "Ja", "true"),
        ("date", [], "2026-09-21T10:00:00Z", "2026-09-21"),
        ("enumeration", [{"label": "Fakturerad", "value": "inv"}], "Fakturerad", "inv"),
    ],
)
async def test_refused_values_are_sent_again_as_their_types_want_them(
    session, portal, deal, type_, options, text, wanted
):
    portal.refuse("PATCH", DEAL, 400, category="VALIDATION_ERROR")
    portal.answer("PATCH", DEAL, {"id": "5501", "properties": {}})
    portal.answer("GET", DEALS, {"results": [definition("own", type_, options=options)]})

    await session.field_writer.write_fields(deal, {"own": text})

    assert portal.sent("PATCH", DEAL)[1].json == {"properties": {"own": wanted}}


@pytest.mark.parametrize(
    ("wire", "text", "said"),
    [
        (definition("own", "number"), "många", "number"),
        (definition("own", "date"), "i går", "date"),
        (definition("own", "enumeration"), "okänd", "enumeration"),
        (definition("own", calculated=True), "1", "read-only"),
        (definition("own", modificationMetadata={"readOnlyValue": True}), "1", "read-only"),
    ],
    ids=["number", "date", "option", "calculated", "read-only"],
)
async def test_value_that_cannot_stand_there_is_refused_with_field_and_record(session, portal, deal, wire, text, said):
    portal.refuse("PATCH", DEAL, 400, category="VALIDATION_ERROR")
    portal.answer("GET", DEALS, {"results": [wire]})

    with pytest.raises(SourceDataInvalid) as refused:
        await session.field_writer.write_fields(deal, {"own": text})

    params = refused.value.params
    assert refused.value.code == "source_field_value_refused"
    assert (params["field"], params["record"], params["type"]) == ("Own", "deal 5501", said)


async def test_field_that_is_no_more_is_the_settings_fault(session, portal, deal):
    portal.refuse("PATCH", DEAL, 400, errors=[{"code": "PROPERTY_DOESNT_EXIST"}])
    portal.answer("GET", DEALS, {"results": []})
    with pytest.raises(SettingsInvalid) as refused:
        await session.field_writer.write_fields(deal, {"gone": "1"})
    assert refused.value.code == "source_field_unknown"


async def test_rules_of_the_account_are_told_in_its_own_words(session, portal, deal):
    """An administrator's validation is no fault of the value's type: it is said, and sent only once."""
    portal.refuse("PATCH", DEAL, 400, message="Ange region först", category="MISSING_CONDITIONAL_REQUIRED_PROPERTY")
    portal.answer("GET", DEALS, {"results": [definition("own")]})
    with pytest.raises(SourceDataInvalid) as refused:
        await session.field_writer.write_fields(deal, {"own": "1"})
    assert (refused.value.code, refused.value.params["message"]) == ("source_refused", "Ange region först")
    assert len(portal.sent("PATCH", DEAL)) == 1


async def test_deal_that_was_merged_is_written_under_the_id_it_has_now(session, portal, deal):
    portal.refuse("PATCH", DEAL, 404)
    portal.answer("GET", DEAL, {"id": "5599", "properties": {}})
    portal.answer("PATCH", "/crm/objects/2026-09/deals/5599", {"id": "5599", "properties": {}})
    await session.field_writer.write_fields(deal, {"own": "1"})
    assert len(portal.sent("PATCH", "/crm/objects/2026-09/deals/5599")) == 1


async def test_what_has_no_properties_of_ours_is_refused_without_a_call(session, portal):
    with pytest.raises(SourceDataInvalid):
        await session.field_writer.write_fields(SourceRef("hubspot", "424242", "ticket", "1"), {"own": "1"})
    assert portal.requests == []


async def test_property_is_made_in_a_group_of_ours(session, portal):
    portal.answer("GET", DEALS, {"results": []})
    portal.answer("POST", GROUPS, {"name": "fortnox_bridge"}, 201)
    portal.answer("POST", DEALS, definition("fortnox_dokument_ao", label="Fortnox dokument åö"), 201)

    made = await session.field_maker.create_field("deal", " Fortnox  dokument åö", FieldType.TEXT)

    assert (made.path, made.label, made.is_writable) == (
        "deal.custom:fortnox_dokument_ao",
        "Fortnox dokument åö",
        True,
    )
    assert portal.sent("POST", GROUPS)[0].json == {"name": "fortnox_bridge", "label": "Fortnox", "displayOrder": -1}
    body = portal.sent("POST", DEALS)[0].json
    assert (body["name"], body["groupName"], body["type"], body["fieldType"]) == (
        "fortnox_dokument_ao",
        "fortnox_bridge",
        "string",
        "text",
    )
    assert body["hasUniqueValue"] is False


async def test_equal_property_is_answered_as_it_stands(session, portal):
    portal.answer("GET", DEALS, {"results": [definition("x_1", label="Fortnox nr")]})
    made = await session.field_maker.create_field("deal", "Fortnox nr", FieldType.TEXT)
    assert made.path == "deal.custom:x_1"
    assert all(request.method == "GET" for request in portal.requests)


async def test_group_that_stands_is_used_and_a_name_that_another_type_has_gets_a_number(session, portal):
    portal.answer("GET", DEALS, {"results": [definition("fortnox_nr", "number", label="Fortnox nr")]})
    portal.refuse("POST", GROUPS, 409)
    portal.answer("POST", DEALS, definition("fortnox_nr_2", label="Fortnox nr"), 201)
    await session.field_maker.create_field("deal", "Fortnox nr", FieldType.TEXT)
    assert portal.sent("POST", DEALS)[0].json["name"] == "fortnox_nr_2"


async def test_property_that_another_made_at_this_moment_is_as_good(session, portal):
    portal.answer("GET", DEALS, {"results": []})
    portal.refuse("POST", GROUPS, 409)
    portal.refuse("POST", DEALS, 409, subCategory="Properties.PROPERTY_WITH_NAME_EXISTS")
    portal.answer("GET", f"{DEALS}/fortnox_nr", definition("fortnox_nr", label="Fortnox nr"))
    made = await session.field_maker.create_field("deal", "Fortnox nr", FieldType.TEXT)
    assert made.path == "deal.custom:fortnox_nr"


async def test_hidden_property_of_that_name_and_another_type_is_passed_by(session, portal):
    portal.answer("GET", DEALS, {"results": []})
    portal.refuse("POST", GROUPS, 409)
    portal.refuse("POST", DEALS, 409)
    portal.answer("POST", DEALS, definition("fortnox_nr_2", label="Fortnox nr"), 201)
    portal.answer("GET", f"{DEALS}/fortnox_nr", definition("fortnox_nr", "number", label="Fortnox nr"))
    made = await session.field_maker.create_field("deal", "Fortnox nr", FieldType.TEXT)
    assert made.path == "deal.custom:fortnox_nr_2"


@pytest.mark.parametrize(
    ("label", "name"), [("Åäö 1", "aao_1"), ("123", "fortnox_123"), ("hs_x", "fortnox_hs_x"), ("x" * 200, "x" * 96)]
)
async def test_names_keep_to_hubspots_letters(session, portal, label, name):
    portal.answer("GET", DEALS, {"results": []})
    portal.answer("POST", GROUPS, {}, 201)
    portal.answer("POST", DEALS, definition(name, label=label), 201)
    await session.field_maker.create_field("deal", label, FieldType.TEXT)
    assert portal.sent("POST", DEALS)[0].json["name"] == name


@pytest.mark.parametrize(
    ("kind", "label", "type_"),
    [
        ("deal", "", FieldType.TEXT),
        ("deal", "x" * 300, FieldType.TEXT),
        ("deal", "x", FieldType.ADDRESS),
        ("ticket", "x", FieldType.TEXT),
    ],
    ids=["no label", "long label", "type", "kind"],
)
async def test_what_cannot_be_made_is_said_without_a_call(session, portal, kind, label, type_):
    with pytest.raises(SourceDataInvalid) as refused:
        await session.field_maker.create_field(kind, label, type_)
    assert refused.value.code == "source_field_not_creatable"
    assert portal.requests == []


async def test_missing_right_to_make_properties_is_named(session, portal):
    portal.answer("GET", DEALS, {"results": []})
    portal.refuse("POST", GROUPS, 403, category="MISSING_SCOPES")
    with pytest.raises(PermissionMissing) as refused:
        await session.field_maker.create_field("deal", "Fortnox nr", FieldType.TEXT)
    assert refused.value.params["right"] == "crm.schemas.deals.write"


async def test_leaving_takes_the_app_out_of_the_portal_once(session, portal):
    portal.answer("DELETE", "/appinstalls/2026-09/external-install", None, 204)
    await session.leaver.leave()
    portal.answers.clear()
    await session.leaver.leave()
