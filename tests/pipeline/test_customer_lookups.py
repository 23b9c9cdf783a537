"""Where a pair is looked for: in Fortnox, among organisation numbers, or in the local copy of the register."""

from dataclasses import replace

import pytest
from tests.pipeline.deals import OTHER_ORG_NUMBER, make_card, make_company, make_deal, make_rules, party_rules
from tests.pipeline.world import new_customer_world

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.errors import LockHeld, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.rules import CustomerKey, MatchPair, MissingCustomer
from fortnox_bridge.pipeline.customers import matching

SWEDISH_VAT = "SE556036079301"


def world_of(*pairs, when_missing=MissingCustomer.CREATE, number_from=None, **company):
    match = tuple(MatchPair(FieldPath.parse(f"company.{source}"), key) for source, key in pairs)
    changes = {"match": match, "when_missing": when_missing, "number_from": number_from}
    world = new_customer_world(rules=party_rules(make_rules(), **changes))
    world.source.deal = make_deal(company=make_company(**company))
    return world


async def match(world, *cards):
    for card in cards:
        world.fortnox.customers[card.number] = card
    facts = await matching.gather(world.context(), world.source.deal)
    return matching.decide(world.source.deal, facts, world.rules.customers)


async def test_swedish_vat_number_is_looked_for_among_organisation_numbers():
    world = world_of(("vat_number", CustomerKey.VAT_NUMBER), vat_number="SE 556036-0793 01")

    assert (await match(world, make_card("7"))).record.number == "7"
    assert world.fortnox.count("find_customers") == 1


async def test_foreign_vat_number_is_looked_for_in_the_copy_and_confirmed_by_fortnox():
    world = world_of(("vat_number", CustomerKey.VAT_NUMBER), vat_number="de 811 907 980")
    world.customer_copy.numbers = {(CustomerKey.VAT_NUMBER, "DE811907980"): ("7", "8", "9")}
    cards = (make_card("7", vat_number="DE 811907980"), make_card("8", vat_number="DE811907981"))

    found = await match(world, *cards)

    assert found.record.number == "7", "8 has changed its number since, 9 is gone"
    assert world.fortnox.count("find_customers") == 0
    assert world.fortnox.count("get_customer") == 3


async def test_copy_that_is_not_read_to_the_end_never_leads_to_a_new_customer():
    world = world_of(("website", CustomerKey.WEBSITE), website="https://www.ekhammar.example/")
    world.customer_copy.known, world.customer_copy.missing = 120, 380

    with pytest.raises(LockHeld) as caught:
        await match(world)

    assert caught.value.code == "customer_copy_incomplete"
    assert (caught.value.params["known"], caught.value.params["total"]) == ("120", "500")


async def test_copy_that_is_not_read_to_the_end_does_not_say_that_there_is_nobody():
    world = world_of(("website", CustomerKey.WEBSITE), website="ekhammar.example", when_missing=MissingCustomer.PARK)

    with pytest.raises(LockHeld):
        await match(world)


async def test_copy_read_to_the_end_lets_a_new_customer_be_made():
    world = world_of(("website", CustomerKey.WEBSITE), website="ekhammar.example")
    world.customer_copy.is_complete = True

    assert (await match(world)).record is None


async def test_hit_of_a_later_pair_needs_no_complete_copy():
    world = world_of(
        ("website", CustomerKey.WEBSITE),
        ("organisation_number", CustomerKey.ORGANISATION_NUMBER),
        website="ekhammar.example",
    )

    assert (await match(world, make_card("7"))).record.number == "7"


@pytest.mark.parametrize(
    ("key", "overrides"),
    [
        (CustomerKey.PHONE, {"phone": "växeln"}),
        (CustomerKey.VAT_NUMBER, {"vat_number": "NAKED"}),
        (CustomerKey.EMAIL, {"email": "info(at)ek.example"}),
        (CustomerKey.CUSTOMER_NUMBER, {"custom_fields": {"customer_number": "1042, 1055"}}),
        (CustomerKey.GLN, {"custom_fields": {"gln": "735000"}}),
    ],
)
async def test_value_that_cannot_be_looked_for_parks_naming_the_field(key, overrides):
    source = f"custom:{key.value}" if "custom_fields" in overrides else key.value
    world = world_of((source, key), **overrides)

    with pytest.raises(UserAction) as caught:
        await match(world)

    assert (caught.value.code, caught.value.params["field"]) == ("match_field_invalid", f"company.{source}")


async def test_phone_is_looked_for_as_one_number_however_it_is_typed():
    world = world_of(("phone", CustomerKey.PHONE), phone="013-12 34 56")
    card = make_card("7", card={CustomerField.PHONE: "+4613123456"})

    assert (await match(world, card)).record.number == "7"


async def test_foreign_organisation_number_is_looked_for_as_it_is():
    world = world_of(
        ("organisation_number", CustomerKey.ORGANISATION_NUMBER),
        organisation_number="915933149",
        address=Address(country_code="NO"),
    )

    assert (await match(world, make_card("7", organisation_number="915933149"))).record.number == "7"


@pytest.mark.parametrize("text", ["1042, 1055", "1042;1055", "1042 / 1055", "1042\n1055"])
async def test_numbers_that_a_merge_left_together_are_refused_before_they_are_used(text):
    number_field = FieldPath.parse("company.custom:number")
    world = world_of(
        ("organisation_number", CustomerKey.ORGANISATION_NUMBER),
        number_from=number_field,
        custom_fields={"number": text},
    )

    with pytest.raises(UserAction) as caught:
        await match(world, make_card("1042"), make_card("1055", organisation_number=OTHER_ORG_NUMBER))

    assert caught.value.code == "customer_number_invalid"
    assert world.fortnox.calls == []


async def test_customer_by_itself_is_matched_as_a_deal_s_is():
    world = world_of(("organisation_number", CustomerKey.ORGANISATION_NUMBER))
    world.fortnox.customers["7"] = make_card("7")
    company = world.source.deal.company

    facts = await matching.gather(world.context(), company)

    assert matching.decide(company, facts, world.rules.customers).record.number == "7"


async def test_deleted_customer_by_itself_parks():
    world = world_of(("organisation_number", CustomerKey.ORGANISATION_NUMBER))

    with pytest.raises(UserAction) as caught:
        await matching.gather(world.context(), replace(world.source.deal.company, is_deleted=True))

    assert caught.value.code == "customer_deleted"
