"""Lines that recur and deals paid in instalments: parked, or billed as the settings say (F63)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import make_deal, make_line

from fortnox_bridge.domain.deal import Discount, DiscountKind, DiscountPer, Instalment, Recurrence
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.money import SEK, Money
from fortnox_bridge.domain.rules import DocumentRules, Instalments, Recurring
from fortnox_bridge.domain.source_total import line_total
from fortnox_bridge.pipeline.document.billed import billing_notices, decide_billed

D = Decimal
YEARLY = Recurrence("monthly", 12)


def deal_with(recurrence, **line):
    return make_deal(lines=(make_line(1), make_line(2, recurrence=recurrence, **line)))


def told(deal, rules):
    return [(notice.code, notice.params.get("periods")) for notice in billing_notices(deal, rules)]


@pytest.mark.parametrize(
    ("recurring", "recurrence", "code"),
    [
        (Recurring.PARK, YEARLY, "recurring_line"),
        (Recurring.FULL_TERM, Recurrence("monthly"), "recurring_endless"),
    ],
)
def test_recurring_line_that_cannot_be_billed_parks(recurring, recurrence, code):
    with pytest.raises(SourceDataInvalid) as caught:
        decide_billed(deal_with(recurrence), DocumentRules(recurring=recurring))

    assert caught.value.code == code


def test_first_period_is_the_line_as_it_stands():
    deal, rules = deal_with(YEARLY), DocumentRules(recurring=Recurring.FIRST_PERIOD)

    assert decide_billed(deal, rules).lines == deal.lines
    assert told(deal, rules) == [("recurring_line_billed", "1")]


@given(
    quantity=st.decimals("0.01", "1000", places=2),
    price=st.decimals("0", "100000", places=2),
    cycles=st.integers(1, 208),
    percent=st.none() | st.decimals("0", "100", places=2),
)
def test_full_term_without_amounts_off_is_the_period_so_many_times(quantity, price, cycles, percent):
    discounts = (Discount(DiscountKind.PERCENT, percent),) if percent is not None else ()
    deal = deal_with(Recurrence("monthly", cycles), quantity=quantity, unit_price=price, discounts=discounts)

    billed = decide_billed(deal, DocumentRules(recurring=Recurring.FULL_TERM)).lines[1]

    period = quantity * price * (100 - (percent or 0)) / 100
    assert abs(line_total(billed) - period * cycles) <= D("0.005")
    assert billed.unit_price == price


@pytest.mark.parametrize(("per", "total"), [(DiscountPer.LINE, "2280"), (DiscountPer.UNIT, "2160")])
def test_amount_off_the_line_is_off_every_period(per, total):
    off = Discount(DiscountKind.AMOUNT, D(10), per)
    deal = deal_with(YEARLY, quantity=D(2), unit_price=D(100), discounts=(off,))

    billed = decide_billed(deal, DocumentRules(recurring=Recurring.FULL_TERM)).lines[1]

    assert line_total(billed) == D(total)


def test_instalments_park_unless_they_are_billed_in_full():
    part = Instalment("1", Money(D(100), SEK), date(2026, 12, 1))
    deal = make_deal(instalments=(part,))

    with pytest.raises(SourceDataInvalid):
        decide_billed(deal, DocumentRules())

    rules = DocumentRules(instalments=Instalments.FULL)
    assert decide_billed(deal, rules) is deal
    assert told(deal, rules) == [("instalments_billed_in_full", None)]
