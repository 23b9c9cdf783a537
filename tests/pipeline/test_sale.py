"""What of a deal, a customer and an article goes into the VAT decision; and what a row says of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.pipeline.deals import make_article, make_card, make_company, make_deal, make_line, make_rules

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import LineKind, SourceTax
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import MappingMissing, SettingsInvalid
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField, DocumentField, VatType
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import (
    ConsumerAbroad,
    DocumentRules,
    FieldMapping,
    OssRate,
    RowRate,
    SaleAccounts,
    VatRules,
)
from fortnox_bridge.domain.vat import Place, SaleDecision, Taxation
from fortnox_bridge.pipeline.articles.matching import ArticleChoice, ArticleMatch
from fortnox_bridge.pipeline.document.row_vat import row_tax
from fortnox_bridge.pipeline.vat.sale import VatNumberFacts as Known
from fortnox_bridge.pipeline.vat.sale import basis_of, facts_of_known, facts_of_new, kind_of, sale_to_known, sale_to_new

D = Decimal
DAY = date(2026, 11, 23)
GOODS, SERVICE = ProductKind.GOODS, ProductKind.SERVICE
IN_SWEDEN = SaleDecision(VatType.SWEDISH, destination="SE", rates_of="SE")
EXPORTED = SaleDecision(VatType.EXPORT, Taxation.NONE, Taxation.NONE, "NO", "NO")


def product(kind=None, rate=None):
    line = make_line()
    return replace(line.product, kind=kind, vat_rate=rate)


def choice(**record):
    return ArticleChoice("KONS", make_article(**record))


@pytest.mark.parametrize(
    ("line", "article", "default", "expected"),
    [
        (make_line(), choice(is_service=True), GOODS, SERVICE),
        (make_line(), choice(is_service=False), SERVICE, GOODS),
        (make_line(product=product(GOODS)), choice(is_service=True), GOODS, SERVICE),
        (make_line(product=product(SERVICE)), choice(), GOODS, SERVICE),
        (make_line(), choice(), SERVICE, SERVICE),
        (make_line(product=None), None, GOODS, GOODS),
        (make_line(kind=LineKind.SHIPPING), choice(is_service=True), GOODS, None),
        (make_line(kind=LineKind.FEE), None, GOODS, None),
    ],
)
def test_goods_or_service_by_article_then_product_then_setting(line, article, default, expected):
    assert kind_of(line, article, VatRules(default_kind=default)) is expected


@pytest.mark.parametrize(
    ("lines", "sold"),
    [
        ((make_line(1),), {SERVICE}),
        ((make_line(1), make_line(2, kind=LineKind.SHIPPING)), {SERVICE}),
        ((make_line(1), make_line(2, is_enabled=False, code="X")), {SERVICE}),
        ((make_line(1), make_line(2, code="X")), {GOODS, SERVICE}),
        ((make_line(2, kind=LineKind.SHIPPING),), {GOODS}),
        ((), {GOODS}),
    ],
)
def test_what_is_sold_is_what_the_enabled_lines_sell(lines, sold):
    articles = ArticleMatch({line.external_id: choice(is_service=line.external_id == "1") for line in lines})

    assert basis_of(make_deal(lines=lines), articles, make_rules()).sold == sold


def test_deal_without_lines_sells_what_its_one_article_is():
    articles = ArticleMatch({}, choice(is_service=True))

    assert basis_of(make_deal(lines=()), articles, make_rules()).sold == {SERVICE}


def taxes(*rates):
    return tuple(SourceTax("Moms", None if rate is None else D(rate)) for rate in rates)


@pytest.mark.parametrize(
    ("line", "rates"),
    [
        (make_line(vat_rate=D(12)), {D(12)}),
        (make_line(vat_rate=None, taxes=taxes("20", "5.5")), {D("25.5")}),
        (make_line(vat_rate=None, taxes=taxes("20", None)), set()),
        (make_line(vat_rate=None, product=product(rate=D(6))), {D(6)}),
        (make_line(vat_rate=None), set()),
        (make_line(vat_rate=D(25), unit_price=D(0)), set()),
    ],
)
def test_source_s_tax_is_the_line_s_rate_its_taxes_or_its_product_s_rate(line, rates):
    assert basis_of(make_deal(lines=(line,)), ArticleMatch({}), make_rules()).source_rates == rates


def known_facts(card, *, party=None, number=None, **deal):
    basis = basis_of(make_deal(**deal), ArticleMatch({}), make_rules())
    return facts_of_known(card, party or make_company(), basis, number, DAY, make_rules())


def test_card_comes_before_the_source_and_the_source_fills_what_the_card_leaves_open():
    card = make_card(country_code="DE", vat_number="DE136695976", is_person=False)
    filled = replace(card, card={CustomerField.ZIP_CODE: "10115"})
    party = make_company(address=Address(country_code="FI", zip_code="22100"))

    assert known_facts(filled, number="FI01120389").vat_number == "DE136695976"
    assert known_facts(filled, party=party).billing == Place("DE", "10115")
    assert known_facts(card, party=party).billing == Place("DE")
    assert known_facts(replace(card, country_code="FI"), party=party).billing == Place("FI", "22100")
    assert known_facts(replace(card, country_code=None), party=party).billing == Place("FI", "22100")
    assert known_facts(replace(card, vat_number=None), number="FI01120389").vat_number == "FI01120389"


@pytest.mark.parametrize(
    ("deal_address", "own_address", "expected"),
    [
        (None, None, None),
        (Address(country_code="NO"), Address(country_code="DE"), Place("NO")),
        (Address(line1="Kajen"), Address(country_code="DE", zip_code="1"), Place("DE", "1")),
        (Address(country_name="Narnia"), None, Place(country_name="Narnia")),
        (Address(country_name="  tyskland"), None, Place("DE", None, "  tyskland")),
        (Address(country_name="Germany"), None, Place("DE", None, "Germany")),
    ],
)
def test_goods_go_where_the_deal_says_else_where_the_customer_takes_them(deal_address, own_address, expected):
    party = make_company(delivery_address=own_address)

    assert known_facts(make_card(), party=party, delivery_address=deal_address).delivery == expected


@pytest.mark.parametrize(("text", "expected"), [("Norge", "NO"), ("no", "NO"), ("Narnia", None)])
def test_delivery_is_what_the_mapping_puts_on_the_document(text, expected):
    row = FieldMapping(DocumentField.DELIVERY_COUNTRY, (FieldPath.parse("deal.custom:land"),))
    rules = make_rules(document=DocumentRules(mapping=(row,)))
    deal = make_deal(custom_fields={"land": text}, delivery_address=Address(country_code="DE"))

    delivery = basis_of(deal, ArticleMatch({}), rules).delivery

    assert (delivery.country_code, delivery.country_name) == (expected, None if expected else text)


@pytest.mark.parametrize(
    ("card", "notices"),
    [(VatType.EU_REVERSE_CHARGE, []), (VatType.SWEDISH, ["vat_number_malformed"])],
)
def test_number_that_fortnox_took_for_reverse_charge_is_believed_by_its_shape(card, notices):
    record = make_card(vat_type=card, country_code="DE", vat_number="DE123456789")
    party = make_company(address=Address(country_code="DE"))
    basis = basis_of(make_deal(lines=(make_line(vat_rate=None),)), ArticleMatch({}), make_rules())
    facts = facts_of_known(record, party, basis, None, DAY, make_rules())

    sale = sale_to_known(facts, party, record, basis, make_rules())

    assert (sale.vat_type, [notice.code for notice in sale.notices]) == (card, notices)


def test_country_that_the_source_knows_otherwise_is_told_while_the_card_decides():
    party = make_company(address=Address(country_code="NO"))
    basis = basis_of(make_deal(), ArticleMatch({}), make_rules())
    facts = facts_of_known(make_card(), party, basis, None, DAY, make_rules())

    sale = sale_to_known(facts, party, make_card(), basis, make_rules())

    assert sale.vat_type is VatType.SWEDISH
    assert [notice.code for notice in sale.notices] == ["customer_country_differs"]


@pytest.mark.parametrize(
    ("party", "vat", "code"),
    [
        ({"address": Address(country_name="Tysklnd")}, VatRules(), "vat_undecided"),
        ({"address": Address(country_code="NO")}, VatRules(), "vat_mixed_sale"),
        (
            {"address": Address(country_code="DE")},
            VatRules(consumer_abroad=ConsumerAbroad.OSS, oss=(OssRate("FI", D("25.5")),)),
            "oss_rate_missing",
        ),
    ],
)
def test_sale_that_nobody_can_decide_parks_by_name_and_shows_where(party, vat, code):
    rules = make_rules(vat=vat)
    deal = make_deal(lines=(make_line(1), make_line(2)))
    company = make_company(**party)
    articles = ArticleMatch({"1": choice(is_service=True), "2": choice(is_service=False)})
    basis = basis_of(deal, articles, rules)
    facts = facts_of_new(company, {}, basis, Known(DAY), rules, is_person=True)

    with pytest.raises((MappingMissing, SettingsInvalid)) as caught:
        sale_to_new(facts, company, basis, rules)

    assert caught.value.code == code
    assert caught.value.where in {deal.url, company.url}


def tax(line=None, article=None, sale=IN_SWEDEN, rules=None, on=DAY):
    return row_tax(line or make_line(), make_deal(), article or choice(), sale, rules or VatRules(), on)


@pytest.mark.parametrize(
    ("rules", "sale", "vat_rate", "expected", "account", "origin"),
    [
        (VatRules(), IN_SWEDEN, D(25), None, None, Origin(ValueOrigin.ARTICLE, "vat_rate")),
        (VatRules(RowRate.SOURCE), IN_SWEDEN, D(12), None, None, Origin(ValueOrigin.SOURCE, "line.vat_rate")),
        (VatRules(RowRate.FORTNOX), IN_SWEDEN, None, D(25), None, Origin(ValueOrigin.FORTNOX_DEFAULT, "vat.row_rate")),
        (
            VatRules(accounts=SaleAccounts(export_goods="3105")),
            EXPORTED,
            D(0),
            None,
            "3105",
            Origin(ValueOrigin.DECISION, "vat.sale"),
        ),
    ],
)
def test_row_carries_rate_account_and_where_they_came_from(rules, sale, vat_rate, expected, account, origin):
    row = tax(make_line(vat_rate=D(12)), sale=sale, rules=rules).on(PlannedRow("x", account_number=None))

    assert (row.vat_rate, row.expected_vat_rate, row.account_number) == (vat_rate, expected, account)
    assert row.origins["vat_rate"] == origin
    assert ("account_number" in row.origins) is (account is not None)


def test_account_that_the_sale_does_not_decide_stays_the_row_s_own():
    assert tax().on(PlannedRow("x", account_number="3041")).account_number == "3041"


@pytest.mark.parametrize(
    ("line", "article", "on", "codes"),
    [
        (make_line(), choice(), DAY, []),
        (make_line(vat_rate=D(12)), choice(), DAY, ["vat_rates_differ"]),
        (make_line(vat_rate=D(6)), choice(vat_rate=D(12)), DAY, ["vat_rates_differ", "vat_rate_changed"]),
        (make_line(vat_rate=D(6)), choice(vat_rate=D(12)), date(2026, 3, 31), ["vat_rates_differ"]),
        (make_line(vat_rate=None), choice(vat_rate=D("19")), DAY, ["vat_rate_not_swedish"]),
    ],
)
def test_disagreements_about_a_rate_are_told(line, article, on, codes):
    assert [notice.code for notice in tax(line, article, on=on).notices] == codes


def test_freight_of_a_service_goes_on_the_service_s_account():
    sale = replace(EXPORTED, main=SERVICE)
    rules = VatRules(accounts=SaleAccounts(export_goods="3105", export_services="3305"))

    assert tax(make_line(kind=LineKind.SHIPPING), sale=sale, rules=rules).vat.account == "3305"


def test_rate_that_nobody_knows_and_destination_that_no_table_has_park():
    with pytest.raises(SettingsInvalid) as unknown:
        tax(make_line(vat_rate=None), choice(vat_rate=None))
    by_oss = SaleDecision(VatType.EU_CONSUMER, Taxation.OSS, destination="FI", rates_of="FI")
    with pytest.raises(SettingsInvalid) as missing:
        tax(sale=by_oss)

    assert (unknown.value.code, missing.value.code) == ("vat_rate_unknown", "oss_rate_missing")
