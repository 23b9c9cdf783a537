"""Companies and contacts by themselves: read one by one, walked through page by page."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fortnox_bridge.sdk import Choice, ContractViolation, PartyKind, PermissionMissing, SourceDataInvalid

INDUSTRY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"


def organization(record_id, **overrides):
    return {
        "id": record_id,
        "name": f"Företag {record_id} AB",
        "is_deleted": False,
        "website": None,
        "address": None,
        "custom_fields": None,
        **overrides,
    }


async def test_company_is_read_with_the_labels_of_its_options(account, vendor, ref):
    vendor.data(
        "GET", "/api/v2/organizations/205", organization(205, custom_fields={INDUSTRY: {"id": 41, "label": "Bygg"}})
    )

    async with account.session() as session:
        company = await session.customers.read_customer(ref("company", "205"))

    assert (company.ref, company.kind, company.name) == (ref("company", "205"), PartyKind.COMPANY, "Företag 205 AB")
    assert company.custom_fields == {INDUSTRY: Choice("41", "Bygg")}
    assert vendor.requests[-1].params == (("include_option_labels", "true"),)


async def test_deleted_contact_says_so(account, vendor, ref):
    person = {"id": 310, "name": "Eva Ek", "is_deleted": True, "emails": [{"value": "eva@ek.example"}], "phones": []}
    vendor.data("GET", "/api/v2/persons/310", person)

    async with account.session() as session:
        contact = await session.customers.read_customer(ref("contact", "310"))

    assert (contact.kind, contact.email, contact.is_deleted) == (PartyKind.PERSON, "eva@ek.example", True)


@pytest.mark.parametrize(
    ("kind", "external_id"), [("company", "205"), ("company", "../users"), ("deal", "205"), ("", "")]
)
async def test_what_is_no_customer_is_missing(account, vendor, ref, kind, external_id):
    missing = {"success": False, "error": "Organization not found", "code": "ERR_NOT_FOUND"}
    vendor.answer("GET", "/api/v2/organizations/205", missing, status=404)

    async with account.session() as session:
        with pytest.raises(SourceDataInvalid) as caught:
            await session.customers.read_customer(ref(kind, external_id))

    assert caught.value.code == "source_record_missing"


async def test_walk_goes_on_by_cursor_and_leaves_deleted_ones_out(account, vendor):
    vendor.data(
        "GET", "/api/v2/organizations", [organization(1), organization(2, is_deleted=True)], next_cursor="eyJpZCI6Mn0"
    )
    vendor.data("GET", "/api/v2/organizations", [organization(3)], next_cursor=None)

    async with account.session() as session:
        first = await session.customers.list_customers("company", None)
        second = await session.customers.list_customers("company", first.next_cursor)

    assert [item.ref.external_id for item in first.items] == ["1"]
    assert [item.ref.external_id for item in second.items] == ["3"]
    assert (first.next_cursor, second.next_cursor) == ("eyJpZCI6Mn0", None)
    assert [*vendor.requests[-1].params] == [
        ("include_option_labels", "true"),
        ("limit", "500"),
        ("cursor", "eyJpZCI6Mn0"),
    ]


async def test_changes_are_asked_for_in_whole_seconds_of_utc(account, vendor):
    vendor.data("GET", "/api/v2/persons", [], next_cursor=None)
    since = datetime(2026, 5, 4, 10, 15, 2, 999_999, tzinfo=timezone(timedelta(hours=2)))

    async with account.session() as session:
        page = await session.customers.list_customers("contact", None, changed_since=since)

    assert page.items == ()
    assert ("updated_since", "2026-05-04T08:15:02Z") in vendor.requests[-1].params
    assert since.astimezone(UTC) > datetime(2026, 5, 4, 8, 15, 2, tzinfo=UTC)


async def test_page_that_names_itself_as_the_next_is_no_walk(account, vendor):
    vendor.data("GET", "/api/v2/organizations", [organization(1)], next_cursor="same")

    async with account.session() as session:
        with pytest.raises(ContractViolation) as caught:
            await session.customers.list_customers("company", "same")

    assert caught.value.params["field"] == "next_cursor"


async def test_missing_scope_names_the_right(account, vendor):
    vendor.answer("GET", "/api/v2/persons", {"success": False, "error": "Scope and URL mismatch"}, status=403)

    async with account.session() as session:
        with pytest.raises(PermissionMissing) as caught:
            await session.customers.list_customers("contact", None)

    assert (caught.value.code, caught.value.params["right"]) == ("source_scope_missing", "contacts:read")


async def test_other_kinds_have_no_list(account):
    async with account.session() as session:
        with pytest.raises(ValueError, match="no kind of customer"):
            await session.customers.list_customers("deal", None)
