"""Existing customers: changed as far as each row may, never blanked, and not at all where nothing differs (F28)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import make_card, make_company, make_deal, make_rules, party_rules
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED, LOST
from tests.pipeline.world import remember, steady_world

from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.rules import FieldMapping, Overwrite
from fortnox_bridge.domain.template import Template
from fortnox_bridge.pipeline.customers.updates import as_updated, planned_update


def row(target, source=None, overwrite=Overwrite.ALWAYS, template=None):
    sources = (FieldPath.parse(source),) if source else ()
    return FieldMapping(CustomerField(target), sources, Template.parse(template) if template else None, overwrite)


def update(company, *rows, card=None):
    rules = party_rules(make_rules(), mapping=rows).customers.company
    return planned_update(make_deal(company=company), company, rules, card or make_card())


@pytest.mark.parametrize(
    ("overwrite", "held", "expected"),
    [
        (Overwrite.ALWAYS, "", "ny@ek.example"),
        (Overwrite.ALWAYS, "gammal@ek.example", "ny@ek.example"),
        (Overwrite.ALWAYS, "NY@ek.example", None),
        (Overwrite.IF_EMPTY, "", "ny@ek.example"),
        (Overwrite.IF_EMPTY, "gammal@ek.example", None),
        (Overwrite.ON_CREATION, "", None),
        (Overwrite.ON_CREATION, "gammal@ek.example", None),
    ],
)
def test_policy_says_what_may_be_written(overwrite, held, expected):
    planned = update(
        make_company(email="ny@ek.example"), row("email", "company.email", overwrite), card=make_card(email=held)
    )

    assert (planned.fields[CustomerField.EMAIL] if planned else None) == expected


def test_empty_source_value_never_blanks_the_card():
    assert update(make_company(email=None), row("email", "company.email")) is None
    assert update(make_company(), row("comments", template="{{ deal.message }}")) is None


@pytest.mark.parametrize(
    ("target", "source", "held"),
    [
        ("organisation_number", {"organisation_number": "16556036-0793"}, "5560360793"),
        ("phone", {"phone": "+46 13 12 34 56"}, "013-12 34 56"),
        ("website", {"website": "https://www.ek.example"}, "ek.example/"),
        ("vat_number", {"vat_number": "SE 556036-0793 01"}, "SE556036079301"),
        ("name", {"name": "Ekhammars  Plåt AB "}, "Ekhammars Plåt AB"),
    ],
)
def test_same_value_in_another_spelling_is_no_change(target, source, held):
    card = make_card(card={CustomerField(target): held})

    assert update(make_company(**source), row(target, f"company.{target}"), card=card) is None


def test_number_and_vat_type_are_changed_by_an_explicit_row_only():
    company = make_company(custom_fields={"type": "EU reverse-charge", "number": "9"})
    assert update(company, row("name", "company.name")) is None
    assert update(company, row("customer_number", "company.custom:number")) is None

    planned = update(company, row("vat_type", "company.custom:type"))

    assert planned.fields == {CustomerField.VAT_TYPE: "eu_reverse_charge"}
    assert as_updated(make_card(), planned).vat_type is VatType.EU_REVERSE_CHARGE


@pytest.mark.parametrize(
    ("target", "text", "code"),
    [
        ("email", "info(at)ek", "email_invalid"),
        ("organisation_number", "556036-0794", "organisation_number_invalid"),
        ("organisation_number", "990231-1234", "organisation_number_invalid"),
        ("vat_number", "12", "vat_number_invalid"),
        ("vat_type", "momsfri", "customer_vat_type_invalid"),
        ("gln", "735", "gln_invalid"),
        ("country_code", "Sverige", "customer_field_invalid"),
        ("sales_account", "30", "customer_field_invalid"),
        ("currency", "kronor", "customer_field_invalid"),
        ("invoice_delivery_type", "brevduva", "customer_field_invalid"),
    ],
)
def test_value_of_the_wrong_type_is_refused_by_field_and_value(target, text, code):
    with pytest.raises(UserAction) as caught:
        update(make_company(custom_fields={"x": text}), row(target, "company.custom:x"))

    assert caught.value.code == code
    assert {"field": "company.custom:x", "value": text}.items() <= caught.value.params.items()


def test_customer_of_whom_only_a_list_row_was_seen_is_left_alone():
    seen = replace(make_card(), card={})

    assert (
        update(make_company(email="ny@ek.example"), row("email", "company.email", Overwrite.IF_EMPTY), card=seen)
        is None
    )


@given(st.sampled_from(Overwrite), st.text(max_size=20), st.text(max_size=20))
def test_what_was_written_is_not_written_again(overwrite, stated, held):
    rows = (row("comments", "company.custom:x", overwrite),)
    company = make_company(custom_fields={"x": stated})
    card = make_card(card={CustomerField.COMMENTS: held} if held else {})
    planned = update(company, *rows, card=card)
    if planned is not None:
        assert all(planned.fields.values())
        assert update(company, *rows, card=as_updated(card, planned)) is None


def world_with(*rows, **company):
    world = steady_world()
    world.rules = party_rules(world.rules, mapping=(*world.rules.customers.company.mapping, *rows))
    world.source.deal = make_deal(company=make_company(custom_fields={"fortnox": "1042"}, **company))
    remember(world, make_card(card={CustomerField.PHONE: "013-12 34 56"}), hours=1)
    return world


PHONE = row("phone", "company.phone")


async def test_deal_that_changes_nothing_costs_two_calls():
    world = world_with(PHONE, phone="+4613123456")

    await world.run()

    assert world.fortnox.calls == ["create_document", "preview"]


async def test_change_is_compared_with_the_card_as_it_is_now_then_written_once():
    world = world_with(PHONE, phone="070-123 45 67")
    world.fortnox.customers["1042"] = make_card(card={CustomerField.PHONE: "08-12 34 56", CustomerField.FAX: "1"})

    await world.run()

    assert world.fortnox.calls == ["get_customer", "update_customer", "create_document", "preview"]
    card = world.fortnox.customers["1042"].card
    assert (card[CustomerField.PHONE], card[CustomerField.FAX]) == ("070-123 45 67", "1")
    link = world.memory.links[LinkKind.CUSTOMER, world.source.deal.company.ref]
    assert link.record.card == card, "remembered as it is now"


async def test_change_that_somebody_made_already_is_only_remembered():
    world = world_with(PHONE, phone="070-123 45 67")
    world.fortnox.customers["1042"] = make_card(card={CustomerField.PHONE: "0701234567"})

    await world.run()

    assert world.fortnox.calls == ["get_customer", "create_document", "preview"]
    link = world.memory.links[LinkKind.CUSTOMER, world.source.deal.company.ref]
    assert link.record.card[CustomerField.PHONE] == "0701234567"


@pytest.mark.parametrize("fault", [APPLIED_UNANSWERED, LOST])
async def test_update_without_an_answer_is_made_once_and_the_draft_once(fault):
    world = world_with(PHONE, phone="070-123 45 67")
    world.fortnox.faults["update_customer"] = [fault]

    await world.run_until_done()

    assert world.fortnox.customers["1042"].card[CustomerField.PHONE] == "070-123 45 67"
    assert len(world.fortnox.documents) == 1


async def test_renamed_customer_whose_answer_was_lost_is_still_the_same():
    world = world_with(row("name", "company.name"), name="Nya Plåt AB", organisation_number=None)
    world.rules = party_rules(
        world.rules, mapping=(row("name", "company.name"),), match=world.rules.customers.company.match[1:]
    )
    remember(world, make_card(organisation_number=None), hours=1)
    world.fortnox.customers["1042"] = make_card(organisation_number=None)
    world.fortnox.faults["update_customer"] = [APPLIED_UNANSWERED]

    await world.run_until_done()

    assert [document.customer_name for document in world.fortnox.documents] == ["Nya Plåt AB"]


async def test_death_right_after_the_update_loses_nothing():
    world = world_with(PHONE, phone="070-123 45 67")
    world.die_at = "customer.updated"

    await world.run_until_done()

    assert world.fortnox.count("update_customer") == 1
    assert len(world.fortnox.documents) == 1


TERMS = row("terms_of_payment", "company.custom:terms")


def world_with_terms(terms, held="30", registers=("30", "10")):
    world = world_with(TERMS)
    world.source.deal = make_deal(company=make_company(custom_fields={"fortnox": "1042", "terms": terms}))
    card = make_card(card={CustomerField.TERMS_OF_PAYMENT: held})
    remember(world, card, hours=1)
    world.fortnox.customers["1042"] = card
    world.fortnox.registers["terms_of_payment"] = registers
    return world


async def test_code_is_held_against_its_register_before_it_is_written():
    world = world_with_terms("10")

    await world.run()

    assert world.fortnox.customers["1042"].card[CustomerField.TERMS_OF_PAYMENT] == "10"


async def test_code_that_the_register_lacks_parks_before_any_write():
    world = world_with_terms("45")

    with pytest.raises(UserAction) as caught:
        await world.run()

    assert caught.value.code == "register_code_missing"
    assert {"code": "45", "register": "Betalningsvillkor"}.items() <= caught.value.params.items()
    assert world.fortnox.count("update_customer") == world.fortnox.count("create_document") == 0


async def test_code_in_other_letters_is_what_the_card_says_already():
    world = world_with_terms("netto", held="NETTO", registers=("NETTO",))

    await world.run()

    assert world.fortnox.count("update_customer") == 0


async def test_register_is_not_read_for_a_code_that_the_card_says_already():
    world = world_with_terms("30")

    await world.run()

    assert world.fortnox.calls == ["create_document", "preview"]
