"""What a document sums up to: tables worked out by hand, and properties over many documents."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.document_arithmetic import Charge, RateUnknown, document_totals, row_total
from fortnox_bridge.domain.draft_plan import PlannedRow, RowDiscount
from fortnox_bridge.domain.money import SEK

D = Decimal
RATES = (D(25), D(12), D(6), D(0), D("25.5"))


def row(quantity="1", price="100", rate="25", discount=None):
    return PlannedRow("x", "A", D(quantity), D(price), None if rate is None else D(rate), discount)


def percent(value):
    return RowDiscount(DiscountKind.PERCENT, D(value))


def amount(value):
    return RowDiscount(DiscountKind.AMOUNT, D(value))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (row("12.5", "950"), "11875"),
        (row("1.125", "100"), "113"),
        (row("1", "0.125"), "0.13"),
        (row("3", "33.33", discount=percent("10")), "89.99"),
        (row("1.33", "1.33"), "1.77"),
        (row("2", "100", discount=amount("50")), "150"),
        (row("-2", "100", discount=amount("50")), "-150"),
        (row("1", "100", discount=percent("100")), "0"),
        (row("0", "100"), "0"),
        (PlannedRow("text", is_text=True), "0"),
    ],
)
def test_row_total_follows_fortnox_rounding(one, expected):
    assert row_total(one) == D(expected)


@pytest.mark.parametrize(
    ("rows", "included", "net", "vat", "total"),
    [
        ([row("12.5", "950")], False, "11875", "2968.75", "14843.75"),
        (
            [row("1", "100"), row("1", "100", "12"), row("1", "100", "6"), row("1", "100", "0")],
            False,
            "400",
            "43",
            "443",
        ),
        ([row("1", "0.02")] * 3, False, "0.06", "0.02", "0.08"),
        ([row("1", "125"), row("1", "112", "12")], True, "200", "37", "237"),
        ([row("1", "99.90")], True, "79.92", "19.98", "99.90"),
        ([row("1", "100", "25.5")], False, "100", "25.50", "125.50"),
        ([row("-1", "100")], False, "-100", "-25", "-125"),
        ([PlannedRow("text", is_text=True), row("1", "10")], False, "10", "2.50", "12.50"),
    ],
)
def test_document_totals_sum_vat_once_per_rate(rows, included, net, vat, total):
    totals = document_totals(rows, currency=SEK, vat_included=included)

    assert (totals.net, totals.vat, totals.total) == (D(net), D(vat), D(total))


def test_document_totals_add_charges_with_vat_of_their_own():
    totals = document_totals(
        [row("1", "100.02")],
        currency=SEK,
        vat_included=False,
        freight=Charge(D("49.02"), D(25)),
        administration_fee=Charge(D("29"), D(12)),
    )

    # 25.005 and 12.255 are rounded apart: 25.01 + 12.26, not 37.26.
    assert totals.vat_by_rate == {D(25): D("37.27"), D(12): D("3.48")}
    assert totals.net == D("178.04")
    assert totals.total == D("218.79")


@pytest.mark.parametrize(
    ("price", "round_off", "payable"), [("99.60", "0.50", "125.00"), ("99.00", "0.25", "124.00"), ("100", "0", "125")]
)
def test_oresavrundning_moves_only_what_is_left_to_pay(price, round_off, payable):
    exact = document_totals([row("1", price)], currency=SEK, vat_included=False)
    rounded = document_totals([row("1", price)], currency=SEK, vat_included=False, is_rounded_to_kronor=True)

    assert (rounded.net, rounded.vat, rounded.total) == (exact.net, exact.vat, exact.total)
    assert (rounded.round_off, rounded.payable) == (D(round_off), D(payable))
    assert exact.round_off == 0


def test_document_totals_refuse_a_priced_row_without_a_rate():
    with pytest.raises(RateUnknown):
        document_totals([row(rate=None)], currency=SEK, vat_included=False)


quantities = st.decimals("-999.99", "999.99", places=2)
prices = st.decimals("0", "99999.99", places=2)
discounts = st.none() | st.decimals("0", "100", places=2).map(lambda value: RowDiscount(DiscountKind.PERCENT, value))
rows = st.lists(
    st.builds(
        PlannedRow,
        description=st.just("x"),
        article_number=st.just("A"),
        quantity=quantities,
        unit_price=prices,
        vat_rate=st.sampled_from(RATES),
        discount=discounts,
    ),
    max_size=8,
)


@given(rows, st.booleans(), st.booleans())
def test_document_totals_always_hang_together(some, included, rounded):
    totals = document_totals(some, currency=SEK, vat_included=included, is_rounded_to_kronor=rounded)

    assert totals.net + totals.vat == totals.total
    assert totals.total + totals.round_off == totals.payable
    assert abs(totals.round_off) <= D("0.50")
    assert sum(totals.vat_by_rate.values()) == totals.vat
    stated = sum(totals.row_totals, D(0))
    assert stated == (totals.total if included else totals.net)


@given(rows, st.booleans())
def test_vat_is_within_half_an_ore_of_the_exact_tax_for_each_rate(some, included):
    totals = document_totals(some, currency=SEK, vat_included=included)

    for rate, vat in totals.vat_by_rate.items():
        base = Fraction(sum((row_total(one) for one in some if one.vat_rate == rate), D(0)))
        exact = base * Fraction(rate) / (100 + Fraction(rate) if included else 100)
        assert abs(Fraction(vat) - exact) <= Fraction(1, 200)


@given(rows)
def test_row_totals_are_rounded_once_from_exact_arithmetic(some):
    for one in some:
        exact = Fraction(one.quantity) * Fraction(one.unit_price)
        if one.discount is not None:
            exact *= 1 - Fraction(one.discount.value) / 100
        unit = Decimal(exact.numerator) / Decimal(exact.denominator)
        assert row_total(one) == unit.quantize(D("0.01"), rounding=ROUND_HALF_UP)
