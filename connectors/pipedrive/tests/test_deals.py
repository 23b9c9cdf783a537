"""A deal as one snapshot, from canned answers shaped as facts 6 to 10 show them."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fortnox_bridge.sdk import (
    Address,
    Basis,
    Choice,
    ContractViolation,
    DealStatus,
    Discount,
    DiscountKind,
    DiscountPer,
    Instalment,
    Money,
    PartyKind,
    ReconnectRequired,
    Recurrence,
    SourceDataInvalid,
    Stage,
    Trust,
    currency,
)

SEK = currency("SEK")
OPTION = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
DEAL = "/api/v2/deals/812"


def deal(**overrides):
    return {
        "id": 812,
        "title": "Altan Lindvägen 4",
        "value": 48750.0,
        "currency": "SEK",
        "owner_id": 9001777,
        "person_id": 310,
        "org_id": 205,
        "pipeline_id": 2,
        "stage_id": 14,
        "status": "open",
        "add_time": "2026-04-20T07:01:00Z",
        "update_time": "2026-05-04T08:15:02Z",
        "stage_change_time": "2026-05-04T08:15:02Z",
        "close_time": None,
        "expected_close_date": "2026-05-31",
        "is_deleted": False,
        "is_archived": False,
        "products_count": 2,
        "custom_fields": {OPTION: {"id": 41, "label": "Stor"}},
        **overrides,
    }


def line(**overrides):
    return {
        "id": 5501,
        "deal_id": 812,
        "product_id": 77,
        "product_variation_id": None,
        "name": "Altanvirke 28x120",
        "quantity": 120.5,
        "item_price": 310,
        "currency": "SEK",
        "discount": 5,
        "discount_type": "percentage",
        "tax": 25,
        "tax_method": "exclusive",
        "sum": 35487.25,
        "is_enabled": True,
        "comments": "Lärk",
        "billing_frequency": "one-time",
        "billing_frequency_cycles": None,
        "billing_start_date": None,
        "order_nr": 1,
        **overrides,
    }


def organization(**overrides):
    return {
        "id": 205,
        "name": "Nordlund Snickeri AB",
        "website": "https://nordlund.example",
        "address": {
            "value": "Lindvägen 4, 903 27 Umeå, Sverige",
            "route": "Lindvägen",
            "street_number": "4",
            "subpremise": None,
            "locality": "Umeå",
            "postal_code": "903 27",
            "country": "Sverige",
            "admin_area_level_1": "Västerbotten",
        },
        "custom_fields": None,
        **overrides,
    }


def person(**overrides):
    return {
        "id": 310,
        "name": "Eva Ek",
        "first_name": "Eva",
        "last_name": None,
        "emails": [
            {"value": "", "primary": True, "label": "work"},
            {"value": "eva@nordlund.example", "primary": False, "label": "home"},
        ],
        "phones": [],
        "custom_fields": {},
        **overrides,
    }


def product(**overrides):
    return {
        "id": 77,
        "name": "Altanvirke",
        "code": " ALT-28 ",
        "unit": "m",
        "tax": 25,
        "category": "3",
        "is_deleted": False,
        "custom_fields": {},
        **overrides,
    }


class World:
    """Seeds one deal and reads it as the pipeline does: head first, then the rest."""

    def __init__(self, account, vendor, ref):
        self.account, self.vendor, self.ref = account, vendor, ref

    def seed(self, *, lines=(), discounts=(), products=(), **deal_overrides):
        self.vendor.data("GET", DEAL, deal(products_count=len(lines), **deal_overrides))
        self.vendor.data("GET", "/api/v2/organizations/205", organization())
        self.vendor.data("GET", "/api/v2/persons/310", person())
        self.vendor.data("GET", f"{DEAL}/products", list(lines), next_cursor=None)
        self.vendor.data("GET", f"{DEAL}/discounts", list(discounts))
        self.vendor.data("GET", "/api/v2/products", list(products), next_cursor=None)

    async def read(self, **config):
        async with self.account.session(**config) as session:
            head = await session.deals.read_head(self.ref("deal", "812"))
            return await session.deals.read_deal(head)


@pytest.fixture
def world(account, vendor, ref):
    return World(account, vendor, ref)


async def test_head_in_one_call_tells_status_stage_and_labels(account, vendor, ref):
    vendor.data("GET", DEAL, deal())
    async with account.session(company_domain="nordlund") as session:
        vendor.base = "https://nordlund.pipedrive.com"
        head = await session.deals.read_head(ref("deal", "812"))
    assert (head.status, head.stage, head.currency) == (DealStatus.OPEN, Stage("14", "2"), "SEK")
    assert head.custom_fields == {OPTION: Choice("41", "Stor")}
    assert head.updated_at == datetime(2026, 5, 4, 8, 15, 2, tzinfo=UTC)
    assert head.url == "https://nordlund.pipedrive.com/deal/812"
    assert len(vendor.requests) == 1
    assert dict(vendor.requests[0].params) == {"include_fields": "products_count", "include_option_labels": "true"}


async def test_deal_with_products_costs_six_calls(world, vendor):
    world.seed(
        lines=[line(), line(id=5502, order_nr=2, product_id=78)], products=[product(), product(id=78, code="ALT-29")]
    )
    await world.read()
    assert sorted(vendor.paths()) == sorted(
        f"GET {path}"
        for path in (
            DEAL,
            "/api/v2/organizations/205",
            "/api/v2/persons/310",
            f"{DEAL}/products",
            f"{DEAL}/discounts",
            "/api/v2/products",
        )
    )
    assert dict(vendor.requests[-1].params)["ids"] == "77,78"


async def test_deal_without_products_costs_three_calls_and_controls_nothing(world, vendor):
    world.seed()
    found = await world.read()
    assert len(vendor.requests) == 3
    assert (found.lines, found.prices_include_vat, found.control_total) == ((), None, None)
    assert found.amount == Money(Decimal("48750.0"), SEK)


async def test_head_from_elsewhere_is_read_anew(account, vendor, ref):
    vendor.data("GET", DEAL, deal(products_count=0, org_id=None, person_id=None))
    async with account.session() as session:
        head = await session.deals.read_head(ref("deal", "812"))
    async with account.session() as session:
        found = await session.deals.read_deal(dataclasses.replace(head, opaque=None))
    assert found.title == "Altan Lindvägen 4"
    assert len(vendor.requests) == 2


async def test_line_keeps_exact_numbers_and_what_the_product_adds(world):
    world.seed(lines=[line(quantity=120.5, item_price=0.1)], products=[product()])
    found = await world.read()
    (only,) = found.lines
    assert (only.quantity, only.unit_price, only.vat_rate) == (Decimal("120.5"), Decimal("0.1"), Decimal(25))
    assert only.discounts == (Discount(DiscountKind.PERCENT, Decimal(5)),)
    assert (only.name, only.comment, only.unit, only.external_id) == ("Altanvirke 28x120", "Lärk", "m", "5501")
    assert only.product is not None
    assert (only.product.code, only.product.ref.external_id, only.product.category) == ("ALT-28", "77", "3")
    assert only.product.vat_rate == 25


async def test_lines_are_in_printing_order_with_unnumbered_ones_last(world):
    world.seed(
        lines=[line(id=1, order_nr=None), line(id=2, order_nr=2), line(id=3, order_nr=1), line(id=4, order_nr=None)],
        products=[product()],
    )
    found = await world.read()
    assert [entry.external_id for entry in found.lines] == ["3", "2", "1", "4"]


async def test_same_product_twice_is_asked_for_once(world, vendor):
    world.seed(lines=[line(), line(id=5502)], products=[product()])
    await world.read()
    assert dict(vendor.requests[-1].params)["ids"] == "77"


async def test_product_that_is_gone_keeps_its_line_usable(world):
    world.seed(lines=[line()], products=[])
    (only,) = (await world.read()).lines
    assert only.product is not None
    assert (only.product.name, only.product.code, only.product.vat_rate) == ("Altanvirke 28x120", None, None)


async def test_product_without_a_rate_states_none(world):
    world.seed(lines=[line()], products=[product(tax=0)])
    (only,) = (await world.read()).lines
    assert only.product is not None
    assert only.product.vat_rate is None


@pytest.mark.parametrize(
    ("method", "included", "rate", "basis"),
    [
        ("exclusive", False, Decimal(25), Basis.NET),
        ("inclusive", True, Decimal(25), Basis.GROSS),
        ("none", None, None, Basis.NET),
    ],
)
async def test_tax_method_decides_vat_statement_and_basis(world, method, included, rate, basis):
    world.seed(lines=[line(tax_method=method)], products=[product()])
    found = await world.read()
    assert found.prices_include_vat is included
    assert found.lines[0].vat_rate == rate
    assert found.control_total is not None
    assert (found.control_total.basis, found.control_total.trust) == (basis, Trust.INDICATIVE)


async def test_exclusive_line_with_rate_zero_states_zero(world):
    world.seed(lines=[line(tax=0)], products=[product()])
    assert (await world.read()).lines[0].vat_rate == 0


async def test_mixed_tax_methods_are_refused_by_name(world):
    world.seed(lines=[line(), line(id=2, tax_method="inclusive")], products=[product()])
    with pytest.raises(SourceDataInvalid) as caught:
        await world.read()
    assert (caught.value.code, caught.value.params["record"]) == ("source_tax_mixed", "deal 812")


async def test_line_discount_by_amount_is_per_line_and_zero_is_none(world):
    world.seed(
        lines=[line(discount=100, discount_type="amount", sum=37255), line(id=2, discount=0)], products=[product()]
    )
    first, second = (await world.read()).lines
    assert first.discounts == (Discount(DiscountKind.AMOUNT, Decimal(100), DiscountPer.LINE),)
    assert second.discounts == ()


@pytest.mark.parametrize(("value", "kind"), [(-1, "amount"), (101, "percentage"), (-5, "percentage")])
async def test_senseless_discount_is_refused_by_name(world, value, kind):
    world.seed(lines=[line(discount=value, discount_type=kind)], products=[product()])
    with pytest.raises(SourceDataInvalid) as caught:
        await world.read()
    assert caught.value.code == "source_discount_invalid"


async def test_deal_discounts_are_kept_apart_from_lines(world):
    uuid = "30195b0e-7577-4f52-a5cf-f3ee39b9d1e0"
    world.seed(
        lines=[line()],
        products=[product()],
        discounts=[
            {"id": uuid, "description": "Kampanj", "amount": 10, "type": "percentage", "deal_id": 812},
            {"id": uuid, "description": None, "amount": 250.5, "type": "amount", "deal_id": 812},
        ],
    )
    assert (await world.read()).discounts == (
        Discount(DiscountKind.PERCENT, Decimal(10), description="Kampanj"),
        Discount(DiscountKind.AMOUNT, Decimal("250.5")),
    )


async def test_disabled_and_recurring_lines_are_marked(world):
    world.seed(
        lines=[
            line(is_enabled=False),
            line(
                id=2,
                billing_frequency="monthly",
                billing_frequency_cycles=12,
                billing_start_date="2026-06-01",
            ),
        ],
        products=[product()],
    )
    disabled, recurring = (await world.read()).lines
    assert (disabled.is_enabled, disabled.recurrence) == (False, None)
    assert recurring.recurrence == Recurrence("monthly", 12, date(2026, 6, 1))


async def test_sum_that_differs_from_the_line_is_only_logged(world, account):
    world.seed(lines=[line(sum=1)], products=[product()])
    await world.read()
    assert ("pipedrive_line_sum_differs", {"line": "5501"}) in account.log.events


async def test_sum_with_or_without_tax_is_plausible(world, account):
    world.seed(lines=[line(), line(id=2, sum=44359.06)], products=[product()])
    await world.read()
    assert account.log.events == []


async def test_instalments_are_read_only_when_the_plan_has_them(world, vendor):
    world.seed(lines=[line()], products=[product()])
    vendor.data(
        "GET",
        "/api/v2/deals/installments",
        [{"id": 9, "deal_id": 812, "amount": 1000, "billing_date": "2026-06-30", "description": "Del 1"}],
    )
    assert (await world.read()).instalments == ()
    found = await world.read(reads_instalments=True)
    assert found.instalments == (Instalment("9", Money(Decimal(1000), SEK), date(2026, 6, 30), "Del 1"),)


async def test_company_has_its_address_in_parts(world):
    world.seed()
    company = (await world.read()).company
    assert company is not None
    assert (company.kind, company.name, company.ref.kind) == (PartyKind.COMPANY, "Nordlund Snickeri AB", "company")
    assert company.address == Address(
        line1="Lindvägen 4",
        zip_code="903 27",
        city="Umeå",
        region="Västerbotten",
        country_code="SE",
        country_name="Sverige",
        text="Lindvägen 4, 903 27 Umeå, Sverige",
    )
    assert company.custom_fields == {}


async def test_contact_takes_the_first_mail_that_is_not_empty(world):
    world.seed()
    contact = (await world.read()).contact
    assert contact is not None
    assert (contact.email, contact.phone, contact.first_name, contact.last_name) == (
        "eva@nordlund.example",
        None,
        "Eva",
        None,
    )


async def test_address_that_was_typed_keeps_its_line(account, vendor, ref):
    vendor.data("GET", DEAL, deal(products_count=0, person_id=None))
    typed = {"value": "Lindvägen 4, Umeå", "route": None, "locality": None, "country": None, "postal_code": None}
    vendor.data("GET", "/api/v2/organizations/205", organization(address=typed))
    found = await World(account, vendor, ref).read()
    assert found.company is not None
    assert found.company.address == Address(text="Lindvägen 4, Umeå")


async def test_deal_without_customer_reads_none(world, vendor):
    world.seed(org_id=None, person_id=None)
    found = await world.read()
    assert (found.company, found.contact, len(vendor.requests)) == (None, None, 1)


@pytest.mark.parametrize(
    ("overrides", "status"),
    [
        ({"status": "won"}, DealStatus.WON),
        ({"status": "lost"}, DealStatus.LOST),
        ({"is_deleted": True}, DealStatus.DELETED),
        ({"status": "deleted"}, DealStatus.DELETED),
        ({"is_archived": True}, DealStatus.ARCHIVED),
        ({"is_archived": True, "is_deleted": True}, DealStatus.DELETED),
    ],
)
async def test_status_tells_what_happened_to_the_deal(account, vendor, ref, overrides, status):
    vendor.data("GET", DEAL, deal(**overrides))
    async with account.session() as session:
        assert (await session.deals.read_head(ref("deal", "812"))).status is status


@pytest.mark.parametrize("code", ["PTS", "KRONA", None, "sek"])
async def test_currency_of_the_companys_own_is_refused_by_name(world, code):
    world.seed(currency=code)
    with pytest.raises(SourceDataInvalid) as caught:
        await world.read()
    assert (caught.value.code, caught.value.params["record"]) == ("custom_currency", "deal 812")


@pytest.mark.parametrize("external_id", ["", "abc", "8 12", "../users", "٣", "1" * 40])
async def test_id_that_pipedrive_cannot_have_issued_is_a_missing_record(account, vendor, ref, external_id):
    async with account.session() as session:
        with pytest.raises(SourceDataInvalid) as caught:
            await session.deals.read_head(ref("deal", external_id))
    assert caught.value.code == "source_record_missing"
    assert vendor.requests == []


async def test_invisible_organization_is_named(world, vendor):
    vendor.answer("GET", "/api/v2/organizations/205", {"success": False, "error": "not found"}, status=404)
    world.seed()
    with pytest.raises(SourceDataInvalid) as caught:
        await world.read()
    assert caught.value.params["record"] == "company 205"


async def test_of_two_failures_the_one_for_a_person_is_raised(account, vendor, ref):
    account.tokens.replacements.clear()
    vendor.data("GET", DEAL, deal(products_count=0))
    vendor.answer("GET", "/api/v2/organizations/205", {"success": False}, status=503)
    vendor.answer("GET", "/api/v2/persons/310", {"success": False}, status=401)
    with pytest.raises(ReconnectRequired):
        await World(account, vendor, ref).read()


async def test_wrong_type_in_a_line_names_the_field(world):
    world.seed(lines=[line(quantity="many")])
    with pytest.raises(ContractViolation) as caught:
        await world.read()
    assert caught.value.params["field"] == "quantity"
    assert "many" not in repr(caught.value)
