from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sandbox.fortnox.arithmetic import Fee, Row, round_cents, row_amount, total_document, total_row

NO_FEE = Fee(D(0), D(25))


def make_row(quantity="1", price="100", discount="0", discount_type="PERCENT", vat="25") -> Row:
    return Row(D(quantity), D(price), D(discount), discount_type, D(vat))


def add_up(*rows: Row, freight=NO_FEE, fee=NO_FEE, included=False, kronor=False):
    return total_document(
        rows, freight=freight, administration_fee=fee, is_vat_included=included, is_rounded_to_kronor=kronor
    )


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("1.125", "1.13"),
        ("1.124", "1.12"),
        ("-1.125", "-1.13"),
        ("0.005", "0.01"),
        ("2.675", "2.68"),
        ("-0.004", "0.00"),
    ],
)
def test_round_cents_halves_go_away_from_zero(amount, rounded):
    assert round_cents(D(amount)) == D(rounded)


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        (make_row("12.5", "950"), "11875.00"),
        (make_row("3", "33.33", "10"), "89.99"),
        (make_row("3", "100", "50", "AMOUNT"), "250.00"),
        (make_row("-3", "100", "50", "AMOUNT"), "-250.00"),
        (make_row("1.13", "950.56", "5"), "1020.43"),
        (make_row("1", "100", "100"), "0.00"),
        (make_row("0", "100", "10", "PERCENT"), "0.00"),
    ],
)
def test_row_amount_with_discount_is_rounded_once(row, amount):
    assert row_amount(row) == D(amount)


@pytest.mark.parametrize(
    ("rows", "options", "net", "vat", "total"),
    [
        # Three rows of 0.10 at 25 %: rounded per rate 0.08, not three times 0.03.
        ([make_row(price="0.10")] * 3, {}, "0.30", "0.08", "0.38"),
        (
            [make_row(price="100"), make_row(price="100", vat="12"), make_row(price="100", vat="6")],
            {},
            "300",
            "43",
            "343",
        ),
        ([make_row(price="125")], {"included": True}, "100", "25", "125"),
        ([make_row(price="99.90"), make_row(price="49.90", vat="12")], {"included": True}, "124.47", "25.33", "149.80"),
        ([make_row(price="100", vat="25.5")], {}, "100", "25.50", "125.50"),
        ([make_row(price="100", vat="0")], {}, "100", "0", "100"),
    ],
)
def test_totals_add_vat_per_rate(rows, options, net, vat, total):
    totals = add_up(*rows, **options)
    assert (totals.net, totals.total_vat, totals.total) == (D(net), D(vat), D(total))


@pytest.mark.parametrize(
    ("included", "freight_vat", "fee_vat", "total"),
    [(False, "12.25", "7.25", "222.50"), (True, "9.80", "5.80", "178.00")],
)
def test_totals_fees_carry_vat_of_their_own(included, freight_vat, fee_vat, total):
    row = make_row(price="100")
    totals = add_up(row, freight=Fee(D(49), D(25)), fee=Fee(D(29), D(25)), included=included)
    assert (totals.freight_vat, totals.administration_fee_vat) == (D(freight_vat), D(fee_vat))
    assert totals.total == D(total)


@pytest.mark.parametrize(
    ("price", "total", "round_off"),
    [("99.60", "125", "0.50"), ("99.59", "124", "-0.49"), ("100", "125", "0.00"), ("-99.60", "-125", "-0.50")],
)
def test_totals_kronor_move_difference_to_round_off(price, total, round_off):
    totals = add_up(make_row(price=price), kronor=True)
    assert (totals.total, totals.round_off) == (D(total), D(round_off))


def test_row_with_vat_included_shows_its_part_without():
    shown = total_row(make_row("2", "125"), is_vat_included=True)
    assert (shown.total, shown.total_excluding_vat, shown.price_excluding_vat) == (D(250), D(200), D(100))


cents = st.decimals(D("-99999"), D("99999"), places=2)
rates = st.sampled_from([D(25), D(12), D(6), D(0), D("25.5")])
rows = st.lists(
    st.builds(
        Row,
        quantity=st.decimals(D("-999"), D("999"), places=2),
        price=cents,
        discount=st.decimals(D(0), D(100), places=2),
        discount_type=st.sampled_from(["PERCENT", "AMOUNT"]),
        vat=rates,
    ),
    max_size=8,
)
fees = st.builds(Fee, amount=st.decimals(D(0), D(500), places=2), vat=rates)


@given(rows, fees, fees, st.booleans())
def test_totals_parts_always_sum_to_the_total(some_rows, freight, fee, included):
    totals = add_up(*some_rows, freight=freight, fee=fee, included=included)
    amounts = sum((row_amount(row) for row in some_rows), D(0)) + freight.amount + fee.amount
    if included:
        assert totals.total == amounts
        assert totals.net + totals.total_vat - totals.freight_vat - totals.administration_fee_vat == (
            totals.total - freight.amount - fee.amount
        )
    else:
        assert totals.total == amounts + totals.total_vat
    assert totals.total == totals.total.quantize(D("0.01"))


@given(rows, fees, fees, st.booleans(), st.booleans())
def test_totals_of_a_credit_mirror_its_invoice(some_rows, freight, fee, included, kronor):
    straight = add_up(*some_rows, freight=freight, fee=fee, included=included, kronor=kronor)
    mirrored = [Row(-r.quantity, r.price, r.discount, r.discount_type, r.vat) for r in some_rows]
    back = add_up(
        *mirrored,
        freight=Fee(-freight.amount, freight.vat),
        fee=Fee(-fee.amount, fee.vat),
        included=included,
        kronor=kronor,
    )
    # A row worth nothing has no side to mirror an amount discount to.
    if all(row.quantity * row.price for row in some_rows):
        assert (back.total, back.total_vat, back.net, back.round_off) == (
            -straight.total,
            -straight.total_vat,
            -straight.net,
            -straight.round_off,
        )


@given(rows, st.booleans())
def test_totals_in_kronor_never_move_more_than_half_a_krona(some_rows, included):
    totals = add_up(*some_rows, included=included, kronor=True)
    assert totals.total == totals.total.to_integral_value()
    assert abs(totals.round_off) <= D("0.50")
