"""Named sales with the VAT type, rates and accounts they must get: the table to look in, and to add to."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import ConsumerAbroad, OssRate, SaleAccounts, VatRules
from fortnox_bridge.domain.vat import (
    Place,
    RegisterAnswer,
    RowFacts,
    SaleFacts,
    Undecided,
    by_card,
    decide_row,
    decide_sale,
    is_conflict,
)

D = Decimal
DAY = date(2026, 11, 23)
GOODS, SERVICE = ProductKind.GOODS, ProductKind.SERVICE
BOTH = frozenset({GOODS, SERVICE})
GERMAN, SWEDISH_NUMBER, NORTHERN, FRENCH = "DE136695976", "SE556036079301", "XI432525179", "FR40303265045"

ACCOUNTS = VatRules(accounts=SaleAccounts("3108", "3308", "3105", "3305"))
OSS = replace(
    ACCOUNTS,
    consumer_abroad=ConsumerAbroad.OSS,
    oss=(
        OssRate("DE", D(19), "3125"),
        OssRate("DE", D(7), "3126", swedish_rate=D(12)),
        OssRate("FI", D("25.5"), "3131", valid_from=date(2024, 9, 1)),
        OssRate("FR", D(20), "3132"),
        OssRate("XI", D(20), "3133"),
    ),
)


@dataclass(frozen=True)
class Case:
    """`rate` and `account` are those of a row of an article with 25 %, of the kind that is sold first."""

    name: str
    expected: VatType | Undecided
    rate: str | None = None
    account: str | None = None
    because: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    home: Place | str | None = "SE"
    to: Place | str | None = None
    business: bool = True
    number: str | None = None
    sold: frozenset[ProductKind] = frozenset({GOODS})
    rules: VatRules = ACCOUNTS
    more: dict = field(default_factory=dict)


SE, CONSTRUCTION = VatType.SWEDISH, VatType.SWEDISH_REVERSE_CHARGE
EU_0, EU, EXPORT = VatType.EU_REVERSE_CHARGE, VatType.EU_CONSUMER, VatType.EXPORT
SERVICES = frozenset({SERVICE})

CASES = [
    # Sweden.
    Case("Swedish business", SE, "25", because=("sale_in_sweden",)),
    Case("Swedish person", SE, "25", business=False, because=("sale_in_sweden",)),
    Case("Swedish business, services", SE, "25", sold=SERVICES),
    Case("Swedish business, goods and services", SE, "25", sold=BOTH, because=("sale_in_sweden",)),
    Case("Swedish VAT number alone says Sweden", SE, "25", home=None, number=SWEDISH_NUMBER),
    Case("no country at all", SE, "25", home=None, warnings=("country_assumed",)),
    Case(
        "no country, and the settings say Norway",
        EXPORT,
        "0",
        "3105",
        home=None,
        more={"default_country": "NO"},
        warnings=("country_assumed",),
    ),
    Case(
        "new Swedish builder, by the settings",
        CONSTRUCTION,
        "0",
        because=("sale_reverse_charge_by_default",),
        more={"default_vat_type": CONSTRUCTION},
    ),
    Case("private person never builds", SE, "25", business=False, more={"default_vat_type": CONSTRUCTION}),
    Case("builder's setting is for Sweden alone", EU_0, "0", "3108", home="DE", number=GERMAN,
         more={"default_vat_type": CONSTRUCTION}),
    Case("setting for another type changes nothing", SE, "25", more={"default_vat_type": EXPORT}),
    # Businesses in the EU.
    Case("EU business, goods", EU_0, "0", "3108", home="DE", number=GERMAN, because=("sale_goods_eu_business",)),
    Case("EU business, services", EU_0, "0", "3308", home="DE", number=GERMAN, sold=SERVICES,
         because=("sale_services_eu_business",)),
    Case("EU business, both", EU_0, "0", home="DE", number=GERMAN, sold=BOTH,
         because=("sale_goods_eu_business", "sale_services_eu_business")),
    Case("EU business, number without its prefix", EU_0, "0", "3108", home="DE", number="136 695 976"),
    Case("EU business without a number, goods", EU, "25", home="DE", because=("sale_eu_business_taxed",),
         warnings=("eu_business_without_vat_number",)),
    Case("EU business without a number, services", SE, "25", home="DE", sold=SERVICES,
         warnings=("eu_business_without_vat_number",)),
    Case("EU business without a number, both", EU, "25", home="DE", sold=BOTH,
         warnings=("eu_business_without_vat_number",)),
    Case("EU business, number wrong in form", EU, "25", home="DE", number="DE136695977",
         warnings=("vat_number_malformed",)),
    Case("EU business with a Swedish number", EU, "25", home="DE", number=SWEDISH_NUMBER,
         warnings=("eu_business_without_vat_number",)),
    Case("EU business, number of a third member", EU_0, "0", "3108", home="DE", number=FRENCH,
         warnings=("vat_number_of_other_country",)),
    Case("EU business that VIES knows", EU_0, "0", "3108", home="DE", number=GERMAN,
         more={"register": RegisterAnswer.REGISTERED},
         because=("sale_goods_eu_business", "sale_vat_number_registered")),
    Case("EU business that VIES denies", EU, "25", home="DE", number=GERMAN,
         more={"register": RegisterAnswer.UNREGISTERED}, warnings=("vat_number_unregistered",)),
    Case("EU business while VIES is down", EU_0, "0", "3108", home="DE", number=GERMAN,
         more={"register": RegisterAnswer.UNAVAILABLE}, warnings=("vies_unavailable",)),
    Case("EU business by its number alone", EU_0, "0", "3108", home=None, number=GERMAN,
         warnings=("country_of_vat_number",)),
    Case("EU business, picked up in Sweden", SE, "25", home="DE", to="SE", number=GERMAN,
         because=("sale_delivered_in_sweden",)),
    Case("EU business, services, delivery in Sweden means nothing", EU_0, "0", "3308", home="DE", to="SE",
         number=GERMAN, sold=SERVICES),
    Case("EU business, picked up goods and services differ", Undecided.MIXED, home="DE", to="SE", number=GERMAN,
         sold=BOTH),
    Case("EU business, goods to another member", EU_0, "0", "3108", home="DE", to="FR", number=GERMAN),
    Case("EU business, goods out of the EU", EXPORT, "0", "3105", home="DE", to="NO", number=GERMAN),
    Case("Swedish business, goods to Germany", SE, "25", to="DE", number=SWEDISH_NUMBER,
         warnings=("eu_business_without_vat_number",)),
    Case("Swedish business, goods to Norway", EXPORT, "0", "3105", to="NO"),
    Case("Swedish business, services, delivery abroad means nothing", SE, "25", to="DE", sold=SERVICES),
    # Private persons in the EU.
    Case("EU consumer, goods, Swedish rates", EU, "25", home="DE", business=False, because=("sale_goods_eu_consumer",)),
    Case("EU consumer, services", SE, "25", home="DE", business=False, sold=SERVICES,
         because=("sale_services_consumer_abroad",)),
    Case("EU consumer, both", EU, "25", home="DE", business=False, sold=BOTH),
    Case("EU consumer, goods, OSS", EU, "19", "3125", home="DE", business=False, rules=OSS,
         because=("sale_goods_oss",)),
    Case("EU consumer, goods, OSS, fractional", EU, "25.5", "3131", home="FI", business=False, rules=OSS),
    Case("EU consumer, services, OSS", SE, "25", home="DE", business=False, sold=SERVICES, rules=OSS),
    Case("EU consumer, OSS without the country", Undecided.OSS_RATE, home="NL", business=False, rules=OSS),
    Case("EU consumer, OSS not begun", Undecided.OSS_RATE, home="FI", business=False, rules=OSS,
         more={"on": date(2024, 8, 31)}),
    Case("EU consumer in Monaco, OSS of France", EU, "20", "3132", home="MC", business=False, rules=OSS),
    Case("Swedish consumer, gift to Germany, OSS", EU, "19", "3125", to="DE", business=False, rules=OSS),
    Case("German consumer, picked up in Sweden", SE, "25", home="DE", to="SE", business=False, rules=OSS),
    # Outside the EU.
    Case("business outside, goods", EXPORT, "0", "3105", home="NO", because=("sale_goods_exported",)),
    Case("business outside, services", EXPORT, "0", "3305", home="NO", sold=SERVICES,
         because=("sale_services_exported",)),
    Case("business outside, both", EXPORT, "0", home="US", sold=BOTH),
    Case("person outside, goods", EXPORT, "0", "3105", home="NO", business=False),
    Case("person outside, services", SE, "25", home="NO", business=False, sold=SERVICES,
         because=("sale_services_consumer_abroad",)),
    Case("person outside, both", Undecided.MIXED, home="NO", business=False, sold=BOTH),
    Case("business outside, picked up in Sweden", SE, "25", home="NO", to="SE"),
    # Places with rules of their own.
    Case("Monaco with a French number", EU_0, "0", "3108", home="MC", number=FRENCH),
    Case("Åland by postal code", EXPORT, "0", "3105", home=Place("FI", "22100"), number="FI01120389"),
    Case("Finland", EU_0, "0", "3108", home=Place("FI", "00100"), number="FI01120389"),
    Case("Canary Islands, goods", EXPORT, "0", "3105", home=Place("ES", "35001")),
    Case("Canary Islands, services", EXPORT, "0", "3305", home=Place("ES", "35001"), sold=SERVICES),
    Case("Britain", EXPORT, "0", "3105", home="GB"),
    Case("Northern Ireland, goods, by postal code", EU_0, "0", "3108", home=Place("GB", "BT1 5GS"), number=NORTHERN),
    Case("Northern Ireland, goods, by number", EU_0, "0", "3108", home="GB", number=NORTHERN),
    Case("Northern Ireland, services", EXPORT, "0", "3305", home=Place("GB", "BT1 5GS"), number=NORTHERN,
         sold=SERVICES),
    Case("Northern Ireland, both", Undecided.MIXED, home=Place("GB", "BT1 5GS"), number=NORTHERN, sold=BOTH),
    Case("Northern Ireland, consumer, OSS", EU, "20", "3133", home="XI", business=False, rules=OSS),
    Case("Isle of Man", EXPORT, "0", "3105", home="IM"),
    # Countries that do not exist are not guessed.
    Case("unknown country", Undecided.COUNTRY, home=Place(country_name="Tysklnd"), warnings=("country_unknown",)),
    Case("unknown code", Undecided.COUNTRY, home="XX", warnings=("country_unknown",)),
    Case("unknown delivery", Undecided.COUNTRY, to=Place(country_name="Narnia"), warnings=("country_unknown",)),
    Case("unknown country, known number", EU_0, "0", "3108", home=Place(country_name="Tysklnd"), number=GERMAN,
         warnings=("country_of_vat_number",)),
]  # fmt: skip


def facts_of(case: Case) -> SaleFacts:
    facts = SaleFacts(
        customer="Kunden",
        is_business=case.business,
        on=DAY,
        billing=_place(case.home) or Place(),
        delivery=_place(case.to),
        vat_number=case.number,
        sold=case.sold,
    )
    return replace(facts, **case.more)


def _place(place):
    return Place(place) if isinstance(place, str) else place


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sale(case):
    decision = decide_sale(facts_of(case), case.rules)

    assert (decision.undecided or decision.vat_type) == case.expected
    assert tuple(notice.code for notice in decision.notices) == case.warnings
    if case.because:
        assert tuple(reason.code for reason in decision.explanation) == case.because
    if case.rate is None:
        return
    assert decision.explanation
    kind = GOODS if GOODS in case.sold else SERVICE
    row = decide_row(decision, RowFacts(kind, article=D(25)), case.rules, facts_of(case).on)
    assert (row.rate, row.is_sent) == (D(case.rate), True)
    if case.account or case.sold != BOTH:
        assert row.account == case.account


def test_names_of_the_cases_are_told_apart():
    assert len({case.name for case in CASES}) == len(CASES)


def decided(home="SE", to=None, *, business=True, number=None, sold=frozenset({GOODS}), rules=ACCOUNTS):
    return decide_sale(facts_of(Case("", SE, home=home, to=to, business=business, number=number, sold=sold)), rules)


@pytest.mark.parametrize(
    ("decision", "card", "expected"),
    [
        (decided(), SE, False),
        (decided(), CONSTRUCTION, False),
        (decided(), EU, False),
        (decided(), EU_0, True),
        (decided(), EXPORT, True),
        (decided("DE", number=GERMAN), EU_0, False),
        (decided("DE", number=GERMAN), SE, True),
        (decided("DE", number=GERMAN), EU, True),
        (decided("DE", number=GERMAN), CONSTRUCTION, True),
        (decided("DE", number=GERMAN), EXPORT, True),
        (decided("DE"), SE, False),
        (decided("DE"), EU, False),
        (decided("DE"), EU_0, True),
        (decided("DE", business=False), SE, False),
        (decided("DE", business=False, rules=OSS), EU, False),
        (decided("DE", business=False, rules=OSS), SE, True),
        (decided("DE", "SE", number=GERMAN), EU_0, True),
        (decided("DE", "SE", number=GERMAN), CONSTRUCTION, False),
        (decided("NO"), EXPORT, False),
        (decided("NO"), SE, True),
        (decided("NO"), EU_0, True),
        (decided("NO", business=False, sold=SERVICES), SE, False),
        (decided("NO", business=False, sold=SERVICES), EXPORT, True),
        (decided("NO", business=False, sold=SERVICES), CONSTRUCTION, True),
    ],
)
def test_card_conflicts_only_where_it_would_tax_otherwise(decision, card, expected):
    assert is_conflict(decision, card) is expected


@pytest.mark.parametrize(("card", "rate"), [(SE, 25), (CONSTRUCTION, 0), (EU_0, 0), (EU, 25), (EXPORT, 0)])
def test_card_alone_says_whether_rows_are_taxed(card, rate):
    unknown = decide_sale(facts_of(Case("", SE, home="XX")), ACCOUNTS)

    sale = by_card(unknown, card)

    assert (sale.vat_type, sale.undecided) == (card, None)
    assert [reason.code for reason in sale.explanation] == ["sale_by_card"]
    assert decide_row(sale, RowFacts(SERVICE, article=D(25)), ACCOUNTS, DAY).rate == D(rate)


def test_card_with_eu_vat_keeps_the_table_of_the_one_stop_shop():
    sale = by_card(decided("DE", business=False, rules=OSS), EU)

    assert decide_row(sale, RowFacts(GOODS, article=D(25)), OSS, DAY).rate == D(19)
