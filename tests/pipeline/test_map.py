"""Lines, discounts, texts and totals as a draft plan: tables for the rules, properties for the sums."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import (
    NOW,
    exact_total,
    make_article,
    make_card,
    make_company,
    make_deal,
    make_line,
    make_rules,
)

from fortnox_bridge.domain.deal import ControlTotal, Discount, DiscountKind, DiscountPer, LineItem, LineKind, Trust
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_arithmetic import document_totals
from fortnox_bridge.domain.draft_plan import KnownCustomer, RowDiscount
from fortnox_bridge.domain.errors import MappingMissing, SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.money import SEK, Basis, Currency, Money
from fortnox_bridge.domain.rules import MissingLines, VatRules
from fortnox_bridge.domain.source_total import lines_total
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.pipeline import map as mapping
from fortnox_bridge.pipeline.articles.matching import ArticleChoice, ArticleMatch
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.default_fill import Filled
from fortnox_bridge.pipeline.document.dates import DateFacts
from fortnox_bridge.pipeline.document.header import HeaderFacts
from fortnox_bridge.pipeline.map import MapFacts
from fortnox_bridge.pipeline.match import Matched

D = Decimal
IN_SWEDEN = SaleDecision(VatType.SWEDISH, destination="SE", rates_of="SE")
KNOWN = KnownCustomer("1042", "Ekhammars Plåt AB", None, None)


def kronor(value, per=DiscountPer.LINE):
    return Discount(DiscountKind.AMOUNT, D(value), per)


def percent(value):
    return Discount(DiscountKind.PERCENT, D(value))


def plan_of(deal, rules=None, *, article=None, is_currency_known=True, sale=IN_SWEDEN, discount=None):
    rules = rules or make_rules()
    choice = ArticleChoice("KONS", article or make_article())
    whole = None if any(line.is_enabled for line in deal.lines) else choice
    articles = ArticleMatch({line.external_id: choice for line in deal.lines}, whole, discount)
    matched = Matched(CustomerMatch(make_company(), make_card()), articles)
    header = HeaderFacts(DateFacts(NOW.date()), is_currency_known)
    facts = MapFacts(DocumentKind.INVOICE, 1, "123456", header)
    return mapping.decide(deal, matched, Filled(KNOWN, {}, sale), facts, rules).value


def codes(plan):
    return [notice.code for notice in plan.notices]


def only_row(**line):
    (row,) = plan_of(make_deal(lines=(make_line(**line),))).rows
    return row


def test_plan_of_a_plain_line_keeps_quantity_price_and_rate():
    plan = plan_of(make_deal())

    (row,) = plan.rows
    assert (row.article_number, row.quantity, row.unit_price, row.vat_rate) == ("KONS", D("12.5"), D(950), D(25))
    assert row.discount is None
    assert (plan.totals.net, plan.totals.vat, plan.totals.total) == (D(11875), D("2968.75"), D("14843.75"))
    assert plan.proof.holds is True
    assert plan.vat_included is False
    assert plan.notices == ()


@pytest.mark.parametrize(
    ("discounts", "expected"),
    [
        ((), None),
        ((percent("10"),), RowDiscount(DiscountKind.PERCENT, D(10))),
        ((percent("0"),), None),
        ((percent("12.345"),), RowDiscount(DiscountKind.AMOUNT, D("24.69"))),
        ((kronor("15"),), RowDiscount(DiscountKind.AMOUNT, D(15))),
        ((kronor("15", DiscountPer.UNIT),), RowDiscount(DiscountKind.AMOUNT, D(30))),
        ((percent("10"), kronor("5")), RowDiscount(DiscountKind.AMOUNT, D(25))),
        ((percent("100"),), RowDiscount(DiscountKind.PERCENT, D(100))),
        ((kronor("200"),), RowDiscount(DiscountKind.PERCENT, D(100))),
    ],
)
def test_line_discount_becomes_a_row_discount(discounts, expected):
    assert only_row(quantity=D(2), unit_price=D(100), discounts=discounts).discount == expected


@pytest.mark.parametrize(
    ("line", "total", "original"),
    [
        ({"quantity": D("12.345"), "unit_price": D("10")}, "123.45", "12,345 à 10"),
        ({"quantity": D("3"), "unit_price": D("0.333"), "unit": "st"}, "1.00", "3 st à 0,333"),
        (
            {"quantity": D("1.005"), "unit_price": D("100"), "discounts": (percent("10"),)},
            "90.45",
            "1,005 à 100, rabatt 10 %",
        ),
        ({"quantity": D("-2"), "unit_price": D("100"), "discounts": (kronor("50"),)}, "-150", "-2 à 100, rabatt 50"),
    ],
)
def test_line_finer_than_fortnox_keeps_becomes_one_times_its_sum(line, total, original):
    deal = make_deal(lines=(make_line(**line), make_line(2, quantity=D(1), unit_price=D(1000))))

    plan = plan_of(deal)

    flat = plan.rows[0]
    assert (flat.quantity, flat.unit_price, flat.discount) == (D(1), D(total), None)
    assert flat.description == f"Rådgivning ({original})"
    assert codes(plan) == ["line_flattened"]
    assert plan.proof.holds is True


def test_line_with_trailing_zeros_is_not_fine():
    assert only_row(quantity=D("2.000"), unit_price=D("10.5000")).quantity == D(2)


def test_disabled_lines_are_left_out_and_zero_quantities_are_told():
    deal = make_deal(lines=(make_line(1), make_line(2, is_enabled=False), make_line(3, quantity=D(0))))

    plan = plan_of(deal)

    assert [row.source_line_id for row in plan.rows] == ["1"]
    assert codes(plan) == ["line_without_quantity"]


def test_free_line_stays_with_price_zero():
    plan = plan_of(make_deal(lines=(make_line(1), make_line(2, unit_price=D(0)))))

    assert [row.unit_price for row in plan.rows] == [D(950), D(0)]


@pytest.mark.parametrize(
    ("lines", "discounts", "code"),
    [
        ((make_line(quantity=D(-1)),), (), "total_negative"),
        ((make_line(discounts=(percent("100.01"),)),), (), "discount_invalid"),
        ((make_line(discounts=(kronor("-1"),)),), (), "discount_invalid"),
        ((make_line(discounts=(kronor("99999"),)),), (), "discount_exceeds_line"),
        ((make_line(),), (kronor("99999"),), "discount_exceeds_total"),
        ((make_line(),), (kronor("-1"),), "discount_invalid"),
        ((make_line(quantity=D(0)),), (), "deal_without_lines"),
    ],
)
def test_deal_that_makes_no_sense_parks(lines, discounts, code):
    with pytest.raises(SourceDataInvalid) as caught:
        plan_of(make_deal(lines=lines, discounts=discounts))

    assert caught.value.code == code


def test_deal_discounts_are_spread_over_the_rows():
    lines = (make_line(1, quantity=D(1), unit_price=D(100)), make_line(2, quantity=D(1), unit_price=D(200)))

    plan = plan_of(make_deal(lines=lines, discounts=(percent("10"), kronor("30"))))

    assert [row.discount.value for row in plan.rows] == [D(20), D(40)]
    assert plan.totals.net == D(240)


def test_long_text_goes_on_in_one_text_row_and_is_then_cut_visibly():
    plan = plan_of(make_deal(lines=(make_line(name="ord " * 200),)))

    row, text = plan.rows
    assert len(row.description) <= 255
    assert text.is_text
    assert text.description.endswith("...")
    assert len(text.description) <= 255
    assert "row_text_cut" in codes(plan)


def test_text_rows_never_follow_each_other():
    lines = (
        make_line(1, name="ord " * 80),
        make_line(2, name="En text", kind=LineKind.TEXT),
        make_line(3, name="En till", kind=LineKind.TEXT),
        make_line(4),
    )

    plan = plan_of(make_deal(lines=lines))

    assert [row.is_text for row in plan.rows] == [False, True, False]
    assert plan.rows[1].description.endswith("En text  En till")


def test_forbidden_characters_are_replaced_and_told():
    plan = plan_of(make_deal(lines=(make_line(name="Tak 🏠 [plåt]"),)))

    assert plan.rows[0].description == "Tak (plåt)"
    assert codes(plan) == ["row_text_cleaned"]


@pytest.mark.parametrize(
    ("override", "flag", "expected", "notice"),
    [
        (None, True, True, []),
        (None, False, False, []),
        (False, True, False, []),
        (None, None, False, ["vat_basis_assumed"]),
    ],
)
def test_vat_basis_is_stated_by_setting_then_source_then_assumed_net(override, flag, expected, notice):
    plan = plan_of(make_deal(prices_include_vat=flag), make_rules(vat=VatRules(prices_include_vat=override)))

    assert plan.vat_included is expected
    assert codes(plan) == notice


def test_rate_of_source_and_article_that_differ_is_told():
    plan = plan_of(make_deal(lines=(make_line(vat_rate=D(12)),)))

    assert plan.rows[0].vat_rate == D(25)
    assert codes(plan) == ["vat_rates_differ"]


def test_rate_that_nobody_knows_parks():
    with pytest.raises(SettingsInvalid) as caught:
        plan_of(make_deal(lines=(make_line(vat_rate=None),)), article=make_article(vat_rate=None))

    assert caught.value.code == "vat_rate_unknown"


@pytest.mark.parametrize(
    ("basis", "included", "net", "total"),
    [(Basis.NET, False, "1000", "1250"), (Basis.GROSS, True, "800", "1000")],
)
def test_deal_without_lines_becomes_one_line_of_its_value(basis, included, net, total):
    rules = make_rules()
    rules = replace(rules, products=replace(rules.products, when_no_lines=MissingLines.ONE_LINE, no_lines_basis=basis))

    plan = plan_of(make_deal(lines=(), amount=Money(D(1000), SEK)), rules)

    assert plan.vat_included is included
    assert (plan.totals.net, plan.totals.total) == (D(net), D(total))
    assert plan.rows[0].description == "Plåttak"


def test_deal_without_lines_and_value_parks():
    with pytest.raises(SourceDataInvalid) as caught:
        plan_of(make_deal(lines=()))

    assert caught.value.code == "deal_amount_missing"


@pytest.mark.parametrize(
    ("control", "holds"),
    [
        (exact_total("11875"), True),
        (exact_total("14843.75", Basis.GROSS), True),
        (exact_total("11875.01"), False),
        (exact_total("14844", Basis.GROSS), False),
        (ControlTotal(Money(D(14844), SEK), Basis.GROSS, Trust.EXACT, rounding=D("0.25")), True),
    ],
)
def test_exact_control_total_must_agree_to_the_ore(control, holds):
    deal = make_deal(control_total=control)
    if holds:
        assert plan_of(deal).proof.holds is True
        return
    with pytest.raises(SourceDataInvalid) as caught:
        plan_of(deal)
    assert caught.value.code == "totals_differ"
    assert set(caught.value.params) >= {"expected", "predicted"}


@pytest.mark.parametrize(("amount", "notice"), [("11875", []), ("14843.75", []), ("10000", ["deal_amount_differs"])])
def test_indicative_total_only_warns_when_it_is_neither_net_nor_gross(amount, notice):
    control = ControlTotal(Money(D(amount), SEK), Basis.NET, Trust.INDICATIVE)

    assert codes(plan_of(make_deal(control_total=control))) == notice


def test_currency_that_fortnox_lacks_parks():
    with pytest.raises(MappingMissing) as caught:
        plan_of(make_deal(currency=Currency("EUR")), is_currency_known=False)

    assert caught.value.params["currency"] == "EUR"


numbers = st.decimals("0.001", "500", places=3)
line_discounts = st.lists(
    st.one_of(
        st.decimals("0", "50", places=3).map(lambda value: Discount(DiscountKind.PERCENT, value)),
        st.decimals("0", "0.001", places=4).map(lambda value: Discount(DiscountKind.AMOUNT, value, DiscountPer.UNIT)),
    ),
    max_size=1,
)
lines = st.lists(
    st.builds(
        LineItem,
        external_id=st.uuids().map(str),
        name=st.text(max_size=700),
        quantity=numbers,
        unit_price=numbers,
        kind=st.sampled_from([LineKind.PRODUCT, LineKind.PRODUCT, LineKind.TEXT]),
        discounts=line_discounts.map(tuple),
        vat_rate=st.sampled_from([D(25), D(12), D(6), D(0)]),
        is_enabled=st.booleans(),
    ),
    max_size=8,
)


@given(lines, st.decimals("0", "99", places=3), st.booleans())
def test_any_deal_becomes_rows_that_fortnox_keeps_and_sums_that_are_the_sources(some, off, included):
    first = make_line("first", vat_rate=D(25))
    deal = make_deal(lines=(first, *some), discounts=(percent(str(off)),), prices_include_vat=included)

    plan = plan_of(deal, make_rules(vat=VatRules()), article=make_article(vat_rate=None))

    totals = document_totals(plan.rows, currency=SEK, vat_included=included)
    assert (totals.total if included else totals.net) == lines_total(deal)
    for row in plan.rows:
        assert len(row.description) <= 255
        assert row.quantity == row.quantity.quantize(D("0.01"))
        assert row.unit_price == row.unit_price.quantize(D("0.01"))
        if row.discount is not None:
            assert row.discount.value == row.discount.value.quantize(D("0.01"))
    assert not any(one.is_text and other.is_text for one, other in pairwise(plan.rows))


@given(lines, st.lists(st.decimals("0", "40", places=3), max_size=2), st.decimals("0", "50", places=2), st.booleans())
def test_any_deal_discounted_on_own_lines_sums_to_the_sources_at_every_rate(some, percents, off, included):
    first = make_line("first", vat_rate=D(25))
    discounts = (*map(percent, map(str, percents)), kronor(str(off)))
    deal = make_deal(lines=(first, *some), discounts=discounts, prices_include_vat=included)
    bare = replace(deal, discounts=())

    plan = plan_of(deal, article=make_article(vat_rate=None), discount=make_article("RABATT"))
    before = plan_of(bare, article=make_article(vat_rate=None))

    own = [row for row in plan.rows if row.article_number == "RABATT"]
    assert plan.proof.holds
    assert (plan.totals.total if included else plan.totals.net) == lines_total(deal)
    assert plan.rows[: len(plan.rows) - len(own)] == before.rows
    assert sum((row.unit_price for row in own), D(0)) == lines_total(deal) - lines_total(bare)
    assert len({row.vat_rate for row in own}) == len(own)
