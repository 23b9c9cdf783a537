"""Deal discounts spread over rows: the sum falls by exactly the discount, whatever the rows look like."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fortnox_bridge.domain.deal import Discount, DiscountKind, DiscountPer
from fortnox_bridge.domain.document_arithmetic import row_total
from fortnox_bridge.domain.draft_plan import PlannedRow, RowDiscount
from fortnox_bridge.domain.money import round_half_up
from fortnox_bridge.domain.spread import DiscountTooLarge, reduction, spread, with_total

D = Decimal
TEN_PERCENT = Discount(DiscountKind.PERCENT, D(10))


def row(quantity="1", price="100", discount=None):
    return PlannedRow("x", "A", D(quantity), D(price), D(25), discount)


def kronor(value, per=DiscountPer.LINE):
    return Discount(DiscountKind.AMOUNT, D(value), per)


@pytest.mark.parametrize(
    ("discounts", "taken"),
    [
        ([], "0"),
        ([TEN_PERCENT], "20"),
        ([kronor("15")], "15"),
        ([kronor("15", DiscountPer.UNIT)], "60"),
        ([TEN_PERCENT, kronor("15")], "35"),
        ([Discount(DiscountKind.PERCENT, D("0.2"))], "0.4"),
    ],
)
def test_reduction_adds_what_each_discount_takes_of_the_undiscounted_amount(discounts, taken):
    assert reduction(discounts, D(200), D(4)) == D(taken)


def test_spread_shares_in_proportion_and_to_the_ore():
    rows = spread([row(price="100"), row(price="100"), row(price="100")], [kronor("100")])

    assert [one.discount for one in rows] == [
        RowDiscount(DiscountKind.AMOUNT, D("33.34")),
        RowDiscount(DiscountKind.AMOUNT, D("33.33")),
        RowDiscount(DiscountKind.AMOUNT, D("33.33")),
    ]


def test_spread_on_top_of_a_line_discount_becomes_one_amount():
    (one,) = spread([row(price="100", discount=RowDiscount(DiscountKind.PERCENT, D(20)))], [TEN_PERCENT])

    assert one.discount == RowDiscount(DiscountKind.AMOUNT, D(28))


def test_spread_of_everything_gives_the_rows_away():
    rows = spread([row("1.33", "1.33"), row(price="10")], [Discount(DiscountKind.PERCENT, D(100))])

    assert [row_total(one) for one in rows] == [0, 0]


def test_spread_leaves_rows_that_cost_nothing_or_less_alone():
    rows = spread([row(price="0"), row("-1", "10"), row(price="100")], [kronor("9")])

    assert [one.discount is None for one in rows] == [True, True, False]


@pytest.mark.parametrize("discounts", [[kronor("300.01")], [Discount(DiscountKind.PERCENT, D(101))]])
def test_spread_refuses_more_than_there_is(discounts):
    with pytest.raises(DiscountTooLarge):
        spread([row(price="100"), row(price="200")], discounts)


rows = st.lists(
    st.builds(
        PlannedRow,
        description=st.just("x"),
        article_number=st.just("A"),
        quantity=st.decimals("0.01", "999.99", places=2),
        unit_price=st.decimals("0", "9999.99", places=2),
        vat_rate=st.just(D(25)),
        discount=st.none()
        | st.decimals("0", "100", places=2).map(lambda value: RowDiscount(DiscountKind.PERCENT, value)),
    ),
    min_size=1,
    max_size=12,
)
percents = st.decimals("0", "100", places=4)


@given(rows, percents, st.decimals("0", "500", places=2))
def test_spread_takes_off_exactly_the_discount(some, percent, off):
    before = sum((row_total(one) for one in some), D(0))
    discounts = [Discount(DiscountKind.PERCENT, percent), kronor(off)]
    taken = round_half_up(before * percent / 100 + off)
    assume(taken <= before)

    after = spread(some, discounts)

    assert sum((row_total(one) for one in after), D(0)) == before - taken
    for old, new in zip(some, after, strict=True):
        assert 0 <= row_total(new) <= row_total(old)
        if new.discount is not None and new.discount.kind is DiscountKind.AMOUNT:
            assert new.discount.value == round_half_up(new.discount.value)
            assert new.discount.value >= 0


@given(rows, st.data())
def test_row_given_a_total_comes_to_it(some, data):
    for one in some:
        full = row_total(PlannedRow("x", "A", one.quantity, one.unit_price, one.vat_rate))
        wanted = data.draw(st.decimals(0, full, places=2))
        assert row_total(with_total(one, wanted)) == wanted
