"""Which customer a deal is for, through the stage itself with a Fortnox in memory."""

from dataclasses import replace

import pytest
from tests.pipeline.deals import (
    ORG_NUMBER,
    OTHER_ORG_NUMBER,
    make_card,
    make_company,
    make_contact,
    make_deal,
    make_rules,
    party_rules,
)
from tests.pipeline.world import new_customer_world, remember

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.identity import is_same_customer
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.rules import CustomerKey, EmptyMatchField, MatchPair, MissingCustomer
from fortnox_bridge.domain.vat import RegisterAnswer
from fortnox_bridge.pipeline import default_fill
from fortnox_bridge.pipeline.articles.matching import ArticleMatch
from fortnox_bridge.pipeline.customers import matching
from fortnox_bridge.pipeline.match import Matched

NUMBER_FIELD = FieldPath.parse("company.custom:number")


async def match(world, *cards):
    for card in cards:
        world.fortnox.customers[card.number] = card
    facts = await matching.gather(world.context(), world.source.deal)
    return matching.decide(world.source.deal, facts, world.rules.customers)


async def refusal(world, *cards) -> UserAction:
    with pytest.raises(UserAction) as caught:
        await match(world, *cards)
    return caught.value


def world_of(deal=None, rules=None):
    world = new_customer_world(rules=rules or make_rules())
    world.source.deal = deal or make_deal()
    return world


async def test_first_pair_with_a_hit_decides_and_the_others_are_not_asked():
    world = world_of()

    found = await match(world, make_card("1"), make_card("2", organisation_number=None))

    assert found.record.number == "1"
    assert world.fortnox.count("find_customers") == 1


async def test_pair_without_a_hit_hands_over_to_the_next():
    world = world_of()

    found = await match(world, make_card("2", organisation_number=OTHER_ORG_NUMBER))

    assert found.record.number == "2"
    assert world.fortnox.count("find_customers") == 2


async def test_one_active_among_inactive_hits_wins():
    found = await match(world_of(), make_card("1", is_active=False), make_card("2"))

    assert found.record.number == "2"


async def test_several_active_hits_park_with_the_candidates():
    error = await refusal(world_of(), make_card("1"), make_card("2", name="Ekhammar", city="Motala"))

    assert error.code == "customer_ambiguous"
    assert error.params["candidates"] == "1 Ekhammars Plåt AB (Linköping); 2 Ekhammar (Motala)"
    assert error.where == "https://crm.example/organization/55"


async def test_only_inactive_hits_park():
    assert (await refusal(world_of(), make_card("1", is_active=False))).code == "customer_inactive"


@pytest.mark.parametrize(
    ("when_empty", "code"), [(EmptyMatchField.PARK, "match_field_empty"), (EmptyMatchField.NEXT, None)]
)
async def test_empty_match_field_parks_naming_it_or_hands_over(when_empty, code):
    deal = make_deal(company=make_company(organisation_number=None))
    world = world_of(deal, party_rules(make_rules(), when_empty=when_empty))
    if code is None:
        assert (await match(world, make_card("2"))).record.number == "2"
        return
    error = await refusal(world)
    assert (error.code, error.params["field"]) == (code, "company.organisation_number")


@pytest.mark.parametrize("overrides", [{"organisation_number": "55603"}, {"organisation_number": "okänt"}])
async def test_match_field_that_cannot_be_searched_parks_naming_it(overrides):
    error = await refusal(world_of(make_deal(company=make_company(**overrides))))

    assert (error.code, error.params["field"]) == ("match_field_invalid", "company.organisation_number")


async def test_no_hit_creates_or_parks_by_setting():
    assert (await match(world_of())).record is None
    error = await refusal(world_of(rules=party_rules(make_rules(), when_missing=MissingCustomer.PARK)))
    assert error.code == "customer_not_found"
    assert "5560360793" in error.params["tried"]


@pytest.mark.parametrize(
    ("deal", "allowed", "code"),
    [
        (make_deal(company=None), True, "customer_missing"),
        (make_deal(company=None, contact=make_contact()), False, "contact_not_allowed"),
        (make_deal(company=make_company(is_deleted=True)), True, "customer_deleted"),
    ],
)
async def test_deal_without_a_possible_customer_parks(deal, allowed, code):
    rules = make_rules()
    rules = replace(rules, customers=replace(rules.customers, contacts_as_customers=allowed))

    assert (await refusal(world_of(deal, rules))).code == code


async def test_contact_becomes_the_customer_where_that_is_allowed():
    rules = make_rules()
    rules = replace(rules, customers=replace(rules.customers, contacts_as_customers=True))
    world = world_of(make_deal(company=None, contact=make_contact()), rules)

    matched = await match(world)
    facts = await default_fill.gather(world.context(), world.source.deal, matched)
    filled = default_fill.decide(world.source.deal, Matched(matched, ArticleMatch({})), facts, rules).value

    assert matched.record is None
    assert filled.customer.is_person is True


@pytest.mark.parametrize(
    ("overrides", "is_person"),
    [
        ({}, True),
        ({"personal_number": "19640823-3234"}, True),
        ({"personal_number": "556036-0793"}, False),
        ({"vat_number": "SE640823323401"}, False),
        ({"vat_number": "okänt"}, True),
    ],
)
async def test_contact_is_a_person_unless_a_number_of_a_business_says_otherwise(overrides, is_person):
    """A sole trader has a personal number, and a VAT number made of it."""
    rules = make_rules()
    rules = replace(rules, customers=replace(rules.customers, contacts_as_customers=True))

    filled = await fill(world_of(make_deal(company=None, contact=make_contact(**overrides)), rules))

    assert filled.customer.is_person is is_person


@pytest.mark.parametrize(
    ("number", "card", "expected"),
    [
        ("7", make_card("7"), "7"),
        ("7", make_card("7", name="Annan AB", organisation_number=OTHER_ORG_NUMBER), "customer_number_taken"),
        ("7", make_card("7", name="Annan AB", organisation_number=None), "customer_number_taken"),
        ("7", make_card("7", is_active=False), "customer_inactive"),
        ("7", None, "new 7"),
        (None, None, "customer_number_empty"),
    ],
)
async def test_customer_number_from_the_source_is_confirmed_or_used(number, card, expected):
    company = make_company(custom_fields={"number": number} if number else {})
    world = world_of(make_deal(company=company), party_rules(make_rules(), number_from=NUMBER_FIELD))
    cards = [card] if card else []
    if expected.startswith("customer_"):
        assert (await refusal(world, *cards)).code == expected
        return
    matched = await match(world, *cards)
    assert (matched.record.number if matched.record else f"new {matched.own_number}") == expected


@pytest.mark.parametrize(
    ("text", "is_picked", "expected"),
    [
        ("7", False, "7"),
        ("7", True, "1042"),
        ("1042", False, "1042"),
        ("1042, 7", False, "1042"),
        ("9", False, "new 9"),
        ("8", False, "customer_number_taken"),
    ],
)
async def test_number_that_the_source_states_anew_replaces_the_remembered_one(text, is_picked, expected):
    """Unless a person chose here; a text that is no number replaces nothing."""
    company = make_company(custom_fields={"number": text})
    rules = party_rules(make_rules(), number_from=NUMBER_FIELD, match=())
    world = world_of(make_deal(company=company), rules)
    remember(world, make_card(), hours=1)
    key = (LinkKind.CUSTOMER, company.ref)
    world.memory.links[key] = replace(world.memory.links[key], is_picked_by_user=is_picked)
    cards = (make_card(), make_card("7"), make_card("8", name="Annan AB", organisation_number=OTHER_ORG_NUMBER))
    if expected == "customer_number_taken":
        assert (await refusal(world, *cards)).code == expected
        return

    matched = await match(world, *cards)

    assert (matched.record.number if matched.record else f"new {matched.own_number}") == expected
    assert matched.notices == ()


async def test_customer_made_under_a_new_number_takes_the_place_of_the_remembered_one():
    company = make_company(custom_fields={"number": "9", "fortnox": "1042"}, name="Nya AB", organisation_number=None)
    rules = party_rules(make_rules(), number_from=NUMBER_FIELD, match=())
    world = world_of(make_deal(company=company), rules)
    remember(world, make_card(), hours=1)
    world.fortnox.customers["1042"] = make_card()

    await world.run()

    assert [document.customer_number for document in world.fortnox.documents] == ["9"]
    assert world.memory.links[LinkKind.CUSTOMER, company.ref].number == "9"


async def test_pair_on_customer_number_is_confirmed_too():
    pair = MatchPair(NUMBER_FIELD, CustomerKey.CUSTOMER_NUMBER)
    world = world_of(
        make_deal(company=make_company(custom_fields={"number": "7"})), party_rules(make_rules(), match=(pair,))
    )

    error = await refusal(world, make_card("7", name="Annan AB", organisation_number=OTHER_ORG_NUMBER))

    assert error.code == "customer_number_taken"


async def test_name_is_searched_for_as_fortnox_keeps_it():
    pair = MatchPair(FieldPath.parse("company.name"), CustomerKey.NAME)
    deal = make_deal(company=make_company(name="Ekhammars 🏠 Plåt [AB]"))

    found = await match(world_of(deal, party_rules(make_rules(), match=(pair,))), make_card(name="Ekhammars Plåt (AB)"))

    assert found.record.number == "1042"


@pytest.mark.parametrize(
    ("name", "number", "other_name", "other_number", "expected"),
    [
        ("A AB", ORG_NUMBER, "A AB", ORG_NUMBER, True),
        ("A AB", ORG_NUMBER, "Nytt namn AB", "165560360793", True),
        ("A AB", ORG_NUMBER, "A AB", OTHER_ORG_NUMBER, False),
        ("A AB", None, "a  ab", ORG_NUMBER, True),
        ("A AB", None, "B AB", None, False),
    ],
)
def test_organisation_number_settles_who_a_customer_is_else_the_name(name, number, other_name, other_number, expected):
    assert is_same_customer(name, number, other_name, other_number) is expected


async def fill(world, *cards):
    matched = await match(world, *cards)
    facts = await default_fill.gather(world.context(), world.source.deal, matched)
    return default_fill.decide(world.source.deal, Matched(matched, ArticleMatch({})), facts, world.rules).value


async def test_fill_of_a_new_customer_takes_mapped_values_then_defaults():
    rules = make_rules()
    defaults = {CustomerField.TERMS_OF_PAYMENT: "30", CustomerField.NAME: "aldrig"}
    rules = replace(rules, customers=replace(rules.customers, defaults=defaults))

    filled = await fill(world_of(rules=rules))

    fields, origins = filled.customer.fields, {name: origin.kind.value for name, origin in filled.origins.items()}
    assert fields[CustomerField.NAME] == "Ekhammars Plåt AB"
    assert fields[CustomerField.ORGANISATION_NUMBER] == ORG_NUMBER
    assert fields[CustomerField.INVOICE_EMAIL] == fields[CustomerField.EMAIL] == "info@ekhammar.example"
    assert fields[CustomerField.TERMS_OF_PAYMENT] == "30"
    assert (origins["name"], origins["terms_of_payment"]) == ("source", "connection_default")
    assert origins["price_list"] == "fortnox_default"
    assert filled.customer.is_person is False
    assert filled.notices == ()


async def test_fill_of_an_existing_customer_leaves_the_card_alone():
    filled = await fill(world_of(), make_card())

    assert filled.customer.number == "1042"
    assert {origin.kind.value for origin in filled.origins.values()} == {"customer_card"}


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"name": "🏠", "organisation_number": ORG_NUMBER}, "customer_name_missing"),
        ({"organisation_number": "556036-0794"}, "organisation_number_invalid"),
        ({"address": Address(country_name="Tysklnd")}, "vat_undecided"),
        ({"delivery_address": Address(country_code="XX")}, "vat_undecided"),
    ],
)
async def test_fill_refuses_what_fortnox_must_not_get(overrides, code):
    with pytest.raises(UserAction) as caught:
        await fill(world_of(make_deal(company=make_company(**overrides))))

    assert caught.value.code == code


async def test_fill_assumes_sweden_aloud_when_no_country_is_known():
    filled = await fill(world_of(make_deal(company=make_company(address=None))))

    assert [notice.code for notice in filled.notices] == ["country_assumed"]
    assert filled.customer.fields[CustomerField.COUNTRY_CODE] == "SE"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"vat_type": VatType.EU_REVERSE_CHARGE}, "vat_type_conflict"),
        ({"vat_type": VatType.EXPORT}, "vat_type_conflict"),
        ({"country_code": "DE", "vat_number": "DE136695976"}, "vat_type_conflict"),
        ({"vat_type": None}, "vat_type_unknown"),
    ],
)
async def test_fill_parks_where_the_card_contradicts_the_sale(overrides, code):
    with pytest.raises(UserAction) as caught:
        await fill(world_of(), make_card(**overrides))

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("overrides", "notices"),
    [
        ({"vat_type": VatType.SWEDISH_REVERSE_CHARGE}, ["source_charges_vat"]),
        ({"vat_type": VatType.EU_CONSUMER}, []),
        ({"country_code": None}, []),
        ({"country_code": "XX"}, ["country_unknown"]),
        ({"country_code": "DE"}, ["eu_business_without_vat_number", "customer_country_differs"]),
    ],
)
async def test_fill_goes_by_the_card_where_nothing_contradicts_it(overrides, notices):
    filled = await fill(world_of(), make_card(**overrides))

    assert filled.sale.vat_type is overrides.get("vat_type", VatType.SWEDISH)
    assert [notice.code for notice in filled.notices] == notices


def abroad(number="DE136695976", **rules):
    made = party_rules(make_rules(), when_empty=EmptyMatchField.NEXT)
    company = make_company(address=Address(country_code="DE"), organisation_number=None, vat_number=number)
    return world_of(make_deal(company=company), replace(made, vat=replace(made.vat, **rules)))


@pytest.mark.parametrize(
    ("answer", "vat_type", "notices"),
    [
        (RegisterAnswer.REGISTERED, VatType.EU_REVERSE_CHARGE, []),
        (RegisterAnswer.UNAVAILABLE, VatType.EU_REVERSE_CHARGE, ["vies_unavailable"]),
        (RegisterAnswer.UNREGISTERED, VatType.EU_CONSUMER, ["vat_number_unregistered"]),
    ],
)
async def test_register_of_vat_numbers_has_a_say_about_new_customers(answer, vat_type, notices):
    world = abroad(checks_vies=True)
    world.vat_register.answers["DE136695976"] = answer

    filled = await fill(world)

    assert filled.customer.vat_type is vat_type
    told = [notice.code for notice in filled.notices if notice.code != "source_charges_vat"]
    assert told == notices
    assert world.vat_register.asked == ["DE136695976"]


async def test_register_s_answer_is_remembered_and_its_silence_is_not():
    world = abroad(checks_vies=True)
    await fill(world)
    world.vat_register.answers["DE136695976"] = RegisterAnswer.REGISTERED
    await fill(world)
    await fill(world)

    assert len(world.vat_register.asked) == 2


@pytest.mark.parametrize(
    ("number", "rules", "cards"),
    [
        ("DE136695976", {}, ()),
        ("DE136695977", {"checks_vies": True}, ()),
        ("SE556036079301", {"checks_vies": True}, ()),
        (None, {"checks_vies": True}, ()),
        ("DE136695976", {"checks_vies": True}, (make_card(vat_type=VatType.EU_REVERSE_CHARGE, country_code="DE"),)),
    ],
)
async def test_register_is_asked_only_where_its_answer_counts(number, rules, cards):
    world = abroad(number, **rules)

    await fill(world, *cards)

    assert world.vat_register.asked == []
