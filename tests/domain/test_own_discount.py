"""Deal discounts on rows of their own: one for each VAT rate, together exactly the discount."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fortnox_bridge.domain.deal import Discount, DiscountKind
from fortnox_bridge.domain.document_arithmetic import row_total
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.money import round_half_up
from fortnox_bridge.domain.own_discount import RateShare, shares_by_rate
from fortnox_bridge.domain.spread import DiscountTooLarge

D = Decimal


def row(price="100", rate="25", account=None):
    return PlannedRow("x", "A", D(1), D(price), D(rate), account_number=account)


def kronor(value):
    return Discount(DiscountKind.AMOUNT, D(value))


def percent(value):
    return Discount(DiscountKind.PERCENT, D(value))


def test_each_rate_bears_its_part_of_all_discounts_together():
    shares = shares_by_rate([row("600"), row("300", "12"), row("100", "25")], [percent("10"), kronor("100")])

    assert shares == (RateShare(D(25), D(140)), RateShare(D(12), D(60)))


def test_ore_that_does_not_divide_goes_to_one_rate():
    shares = shares_by_rate([row("100"), row("100", "12"), row("100", "6")], [kronor("100")])

    assert [share.amount for share in shares] == [D("33.34"), D("33.33"), D("33.33")]


def test_rate_at_which_nothing_is_left_to_pay_bears_nothing():
    shares = shares_by_rate([row("-50", "12"), row("0", "6"), row("200")], [kronor("30")])

    assert shares == (RateShare(D(25), D(30)),)


def test_rows_of_one_account_give_it_to_their_discount():
    goods = [row(account="3105"), row("50", account="3105")]
    mixed = [row(rate="12", account="3001"), row(rate="12")]

    shares = shares_by_rate([*goods, *mixed], [kronor("10")])

    assert [share.account for share in shares] == ["3105", None]


@pytest.mark.parametrize("discounts", [[kronor("300.01")], [percent("101")], [percent("60"), kronor("200")]])
def test_more_than_there_is_is_refused(discounts):
    with pytest.raises(DiscountTooLarge):
        shares_by_rate([row("100"), row("200", "12")], discounts)


@pytest.mark.parametrize("discounts", [[], [kronor("0")], [percent("0.0001")]])
def test_nothing_taken_off_makes_no_row(discounts):
    assert shares_by_rate([row()], discounts) == ()


rows = st.lists(
    st.builds(
        row,
        price=st.decimals("-500", "9999.99", places=2).map(str),
        rate=st.sampled_from(["25", "12", "6", "0", "17.5"]),
    ),
    min_size=1,
    max_size=10,
)


@given(rows, st.lists(st.decimals("0", "60", places=4), max_size=3), st.decimals("0", "900", places=2))
def test_shares_come_to_the_discounts_and_to_no_more_than_each_rate_has(some, percents, off):
    whole = sum((row_total(one) for one in some), D(0))
    discounts = [*map(percent, percents), kronor(off)]
    taken = round_half_up(sum((abs(whole) * value / 100 for value in percents), D(0)) + off)
    assume(taken <= whole)

    shares = shares_by_rate(some, discounts)

    assert sum((share.amount for share in shares), D(0)) == taken
    assert len({share.vat_rate for share in shares}) == len(shares)
    for share in shares:
        sold = sum((row_total(one) for one in some if one.vat_rate == share.vat_rate), D(0))
        assert 0 < share.amount <= sold
        assert share.amount == round_half_up(share.amount)
