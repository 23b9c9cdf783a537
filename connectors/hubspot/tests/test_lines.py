"""Line items as lines: discounts, tiers, taxes, order, and what must not be guessed (facts 11 and 12)."""

from datetime import date
from decimal import Decimal

import pytest
import structlog

from fortnox_bridge.sdk import (
    Basis,
    ControlTotal,
    Discount,
    DiscountKind,
    DiscountPer,
    Money,
    Recurrence,
    SourceDataInvalid,
    Trust,
    currency,
)
from fortnox_bridge_hubspot.account import Account
from fortnox_bridge_hubspot.lines import LineReading, control_total, in_order, to_line
from fortnox_bridge_hubspot.wire import WireRecord

SEK = currency("SEK")


def wire(external_id="1", **properties):
    whole = {"name": "Trall 28x120", "quantity": "2", "price": "39.90", **properties}
    return WireRecord(id=external_id, properties={name: value for name, value in whole.items() if value is not None})


@pytest.fixture
def reading():
    return LineReading(
        account=Account("424242", structlog.get_logger()),
        record="Affären",
        currency=SEK,
        rates={"70025": Decimal(25), "70000": Decimal(0)},
        products={},
        own_fields={},
        log=structlog.get_logger(),
    )


def test_price_quantity_and_name_are_taken_as_they_are_written(reading):
    line = to_line(wire(quantity="96.5", price="39.900"), reading)

    assert (line.name, line.quantity, line.unit_price) == ("Trall 28x120", Decimal("96.5"), Decimal("39.900"))
    assert (line.discounts, line.product, line.vat_rate, line.recurrence) == ((), None, None, None)


def test_missing_quantity_is_one(reading):
    assert to_line(wire(quantity=None), reading).quantity == Decimal(1)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"discount": "5"}, Discount(DiscountKind.AMOUNT, Decimal(5), DiscountPer.UNIT)),
        ({"hs_discount_percentage": "12.5"}, Discount(DiscountKind.PERCENT, Decimal("12.5"))),
        ({"hs_discount_percentage": "10", "discount": "5"}, Discount(DiscountKind.PERCENT, Decimal(10))),
    ],
)
def test_discount_is_per_unit_or_in_percent_and_percent_wins(reading, given, wanted):
    assert to_line(wire(**given), reading).discounts == (wanted,)


@pytest.mark.parametrize(
    "given",
    [
        {"discount": "40"},
        {"discount": "-1"},
        {"hs_discount_percentage": "101"},
        {"hs_discount_percentage": "-5"},
    ],
)
def test_discount_that_cannot_be_is_refused(reading, given):
    with pytest.raises(SourceDataInvalid) as refusal:
        to_line(wire(**given), reading)

    assert refusal.value.code == "source_discount_invalid"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", ""),
        *((field, value) for field in ("price", "quantity") for value in ("much", "1e3x", "NaN", "Infinity")),
    ],
)
def test_number_that_is_none_names_line_and_field(reading, field, value):
    with pytest.raises(SourceDataInvalid) as refusal:
        to_line(wire(**{field: value}), reading)

    assert (refusal.value.code, refusal.value.params["field"]) == ("source_line_incomplete", field)


def test_tiered_line_is_one_of_its_whole_amount(reading):
    line = to_line(wire(hs_pricing_model="volume", quantity="120", amount="4500.50"), reading)

    assert (line.name, line.quantity, line.unit_price) == ("120 × Trall 28x120", Decimal(1), Decimal("4500.50"))


def test_another_currency_on_a_line_is_refused(reading):
    with pytest.raises(SourceDataInvalid) as refusal:
        to_line(wire(hs_line_item_currency_code="EUR"), reading)

    assert refusal.value.code == "source_line_currency"


@pytest.mark.parametrize(
    ("given", "rate"),
    [
        ({"hs_tax_rate_group_id": "70025"}, Decimal(25)),
        ({"hs_tax_rate_group_id": "70000"}, Decimal(0)),
        ({"hs_tax_rate_group_id": "gone", "hs_tax_rate": "12"}, Decimal(12)),
        ({}, None),
    ],
)
def test_vat_rate_comes_from_the_group_and_no_group_says_nothing(reading, given, rate):
    assert to_line(wire(**given), reading).vat_rate == rate


@pytest.mark.parametrize(
    ("given", "ref"),
    [
        ({"hs_sku": "TRALL-28", "hs_product_id": "9001"}, ("product", "9001")),
        ({"hs_sku": "TRALL-28"}, ("line_item", "1")),
    ],
)
def test_article_number_of_a_line_counts_with_and_without_a_product_of_the_library(reading, given, ref):
    product = to_line(wire(**given), reading).product

    assert product is not None
    assert (product.code, (product.ref.kind, product.ref.external_id)) == ("TRALL-28", ref)


def test_recurrence_keeps_interval_cycles_and_start(reading):
    given = {
        "recurringbillingfrequency": "monthly",
        "hs_recurring_billing_number_of_payments": "12",
        "hs_recurring_billing_start_date": "2026-12-01",
    }

    assert to_line(wire(**given), reading).recurrence == Recurrence("monthly", 12, date(2026, 12, 1))


def test_lines_stand_by_position_and_those_without_by_age():
    wires = [wire("30"), wire("7"), wire("200", hs_position_on_quote="1"), wire("100", hs_position_on_quote="0")]

    assert [each.id for each in in_order(wires)] == ["100", "200", "7", "30"]


def test_control_total_is_the_sum_of_hubspots_own_amounts_or_none():
    stated = control_total([wire(amount="10.10"), wire(amount="0.20")], SEK)

    assert stated == ControlTotal(Money(Decimal("10.30"), SEK), Basis.NET, Trust.INDICATIVE)
    assert control_total([wire(amount="10"), wire()], SEK) is None
    assert control_total([], SEK) is None
