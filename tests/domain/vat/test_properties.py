"""What holds for every sale, whoever buys, wherever, whatever, whenever, under any settings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.catalogue import CATALOGUE
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import ConsumerAbroad, OssRate, RowRate, SaleAccounts, VatRules
from fortnox_bridge.domain.vat import (
    Place,
    RateOrigin,
    RegisterAnswer,
    RowFacts,
    RowUnknown,
    RowVat,
    SaleDecision,
    SaleFacts,
    Taxation,
    by_card,
    decide_row,
    decide_sale,
    is_conflict,
)
from fortnox_bridge.domain.vat.territories import COUNTRIES, EU_MEMBERS

D = Decimal
UNTAXED = {VatType.SWEDISH_REVERSE_CHARGE, VatType.EU_REVERSE_CHARGE, VatType.EXPORT}
NUMBERS = (
    "DE136695976", "136695976", "FR40303265045", "FI01120389", "EL094259216", "XI432525179", "SE556036079301",
    "NO995525828MVA", "DE136695977", "", "?",
)  # fmt: skip

codes = st.one_of(
    st.sampled_from(["SE", "SE", "DE", "FI", "GB", "XI", "NO", "MC", "ES", "FR"]),
    st.sampled_from(sorted(COUNTRIES)),
    st.text(max_size=3),
    st.none(),
)
zip_codes = st.one_of(
    st.none(), st.sampled_from(["582 20", "22100", "35001", "BT1 5GS", "97400", "10115"]), st.text(max_size=8)
)
places = st.builds(Place, codes, zip_codes, st.none() | st.text(max_size=10))
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
kinds = st.sampled_from(ProductKind)
rates = st.decimals("0", "100", places=2)
maybe_rates = st.none() | st.sampled_from([D(25), D(12), D(6), D(0)]) | rates
facts = st.builds(
    SaleFacts,
    customer=st.text(max_size=10),
    is_business=st.booleans(),
    on=days,
    billing=places,
    delivery=st.none() | places,
    vat_number=st.none() | st.sampled_from(NUMBERS) | st.text(max_size=16),
    register=st.sampled_from(RegisterAnswer),
    sold=st.frozensets(kinds, min_size=1),
    source_rates=st.frozensets(rates, max_size=3),
    default_country=st.none() | codes,
    default_vat_type=st.none() | st.sampled_from(VatType),
)
account = st.none() | st.integers(3000, 3999).map(str)
rules = st.builds(
    VatRules,
    row_rate=st.sampled_from(RowRate),
    fallback_rate=st.none() | rates,
    default_kind=kinds,
    consumer_abroad=st.sampled_from(ConsumerAbroad),
    oss=st.lists(
        st.builds(
            OssRate,
            country=st.sampled_from(["DE", "FI", "FR", "XI", "GR"]),
            rate=rates.filter(bool),
            account=account,
            swedish_rate=st.none() | st.sampled_from([D(25), D(12), D(6)]),
            valid_from=st.none() | days,
        ),
        max_size=6,
    ).map(tuple),
    accounts=st.builds(SaleAccounts, account, account, account, account),
)
rows = st.builds(RowFacts, kinds, maybe_rates, maybe_rates)


@given(facts, rules)
def test_every_sale_is_decided_or_parked_by_name_and_never_crashes(sale, settings):
    decision = decide_sale(sale, settings)

    assert (decision.vat_type is None) == (decision.undecided is not None)
    assert decide_sale(sale, settings) == decision


@given(facts, rules)
def test_every_decision_is_explained_by_sentences_whose_holes_are_all_filled(sale, settings):
    decision = decide_sale(sale, settings)

    assert decision.explanation or decision.undecided or decision.notices
    if decision.vat_type is not None:
        assert decision.explanation
    for said in (*decision.explanation, *decision.notices):
        message = CATALOGUE[said.code]
        for text in (message.sv, message.en, message.remedy_sv, message.remedy_en):
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= set(said.params)


@given(facts, rules, rows)
def test_vat_is_left_out_only_for_reverse_charge_export_or_an_explicit_zero(sale, settings, row):
    decision = decide_sale(sale, settings)
    if decision.vat_type is None:
        return

    vat = decide_row(decision, row, settings, sale.on)

    if isinstance(vat, RowVat) and vat.rate == 0:
        assert decision.vat_type in UNTAXED or D(0) in {row.article, row.source, settings.fallback_rate}
    if decision.vat_type in UNTAXED:
        assert isinstance(vat, RowVat)
        assert vat.rate == 0


@given(facts, rules, rows.filter(lambda row: row.source != 0 and row.article != 0))
def test_swedish_sale_to_a_swedish_customer_is_never_without_vat_by_itself(sale, settings, row):
    at_home = replace(sale, billing=Place("SE"), delivery=None, default_vat_type=None)

    decision = decide_sale(at_home, settings)

    assert decision.vat_type is VatType.SWEDISH
    vat = decide_row(decision, row, replace(settings, fallback_rate=None), sale.on)
    assert vat is RowUnknown.RATE or (isinstance(vat, RowVat) and vat.rate > 0)


@given(facts, rules, rows)
def test_one_stop_shop_rows_have_a_rate_of_the_table_for_that_country_and_day(sale, settings, row):
    decision = decide_sale(sale, settings)
    if decision.vat_type is None or decision.taxation(row.kind) is not Taxation.OSS:
        return

    vat = decide_row(decision, row, settings, sale.on)

    begun = [
        (each.rate, each.account)
        for each in settings.oss
        if each.country == decision.rates_of and (each.valid_from is None or each.valid_from <= sale.on)
    ]
    assert begun
    assert vat is RowUnknown.OSS or (vat.rate, vat.account) in begun
    assert vat is RowUnknown.OSS or (vat.is_sent and vat.origin is RateOrigin.OSS)
    assert not sale.is_business


@given(facts, rules)
def test_reverse_charge_in_the_eu_needs_a_business_and_a_foreign_number(sale, settings):
    decision = decide_sale(sale, settings)

    if decision.vat_type is VatType.EU_REVERSE_CHARGE:
        assert sale.is_business
        assert decision.vat_number is not None
        assert decision.vat_number[:2] in {*EU_MEMBERS, "EL", "XI"} - {"SE"}
        assert sale.register is not RegisterAnswer.UNREGISTERED


@given(facts, rules)
def test_construction_is_decided_by_the_setting_and_only_for_new_swedish_businesses(sale, settings):
    decision = decide_sale(sale, settings)

    if decision.vat_type is VatType.SWEDISH_REVERSE_CHARGE:
        assert sale.default_vat_type is VatType.SWEDISH_REVERSE_CHARGE
        assert sale.is_business
        assert decision.customer_country == "SE"


@given(facts, rules)
def test_eu_business_that_pays_swedish_vat_is_always_told_why(sale, settings):
    decision = decide_sale(sale, settings)

    if "sale_eu_business_taxed" in [reason.code for reason in decision.explanation]:
        why = {"eu_business_without_vat_number", "vat_number_malformed", "vat_number_unregistered"}
        assert why & {notice.code for notice in decision.notices}


@given(facts, rules, st.sampled_from(VatType), rows)
def test_card_has_the_last_word_and_a_rate_of_its_own_kind(sale, settings, card, row):
    decision = decide_sale(sale, settings)

    settled = by_card(decision, card)

    assert settled.vat_type is card
    assert settled.undecided is None
    assert is_conflict(settled, card) is False
    vat = decide_row(settled, row, settings, sale.on)
    if card in UNTAXED:
        assert isinstance(vat, RowVat)
        assert vat.rate == 0


@given(facts, rules, st.sampled_from(VatType))
def test_card_that_would_tax_a_taxed_sale_at_zero_or_the_other_way_round_is_a_conflict(sale, settings, card):
    decision = decide_sale(sale, settings)
    if decision.vat_type is None:
        return

    differs = (decision.vat_type in UNTAXED) != (card in UNTAXED)
    builds = card is VatType.SWEDISH_REVERSE_CHARGE and decision.destination == "SE"
    if differs and not builds:
        assert is_conflict(decision, card)
    assert not is_conflict(decision, decision.vat_type)


@given(rules, rows, days)
def test_row_is_total_for_a_card_that_decides_alone(settings, row, day):
    for card in VatType:
        vat = decide_row(by_card(SaleDecision(None), card), row, settings, day)
        assert isinstance(vat, RowVat) or vat is RowUnknown.RATE
