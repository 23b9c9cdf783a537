"""Which customer it is: pairs in order, numbers however they are written, and the traps of Fortnox's search."""

from collections.abc import Callable

import pytest
from tests.e2e.world import Record, World, note_text, organisation_number

NUMBER = "Fortnox kundnummer"


def match(*pairs: tuple[str, str], **settings: str) -> Callable[[Record], None]:
    """Find companies by these pairs of source field and Fortnox field."""

    def change(document: Record) -> None:
        company = document["customers"]["company"]
        company["match"] = [{"source": source, "key": key} for source, key in pairs]
        company.update(settings)

    return change


async def plant(world: World, *cards: Record) -> list[str]:
    return [str(number) for number in (await world.seed("fortnox", {"customers": list(cards)}))["customers"]]


async def text_field(world: World, name: str) -> str:
    await world.seed("pipedrive", {"fields": {"organization": [{"name": name, "type": "varchar"}]}})
    return await world.field("company", name)


@pytest.mark.parametrize("written", ["165599009911", "559900-9911", "5599 00 9911", "SE559900991101"])
async def test_organisation_number_is_one_number_however_it_is_written(world: World, written: str) -> None:
    """F20, F22."""
    number = organisation_number(9911).replace("-", "")
    written = written.replace("5599009911", number).replace("559900-9911", organisation_number(9911))
    written = written.replace("5599 00 9911", f"{number[:4]} {number[4:6]} {number[6:]}")
    (known,) = await plant(world, {"Name": "Skrivbolaget AB", "OrganisationNumber": organisation_number(9911)})
    deal = await world.deal(org_id=await world.company("Skrivbolaget", Organisationsnummer=written))

    assert (await world.win(deal)).state == "done"
    assert (await world.invoice(deal))["CustomerNumber"] == known


async def test_first_pair_with_a_hit_decides_and_the_next_is_tried_without_one(world: World) -> None:
    """F20, F22, F23: VAT number, then phone in E.164; an empty field is passed over where that is chosen."""
    vat, phone = await text_field(world, "Momsnummer"), await text_field(world, "Växel")
    await world.settings(match((vat, "vat_number"), (phone, "phone"), when_match_field_is_empty="next"))
    by_vat, by_phone = await plant(
        world,
        {"Name": "Momsbolaget AB", "OrganisationNumber": organisation_number(9921)},
        {"Name": "Växelbolaget AB", "Phone1": "+46 13 22 33 44"},
    )
    swedish = f"SE{organisation_number(9921).replace('-', '')}01"
    first = await world.deal(org_id=await world.company("Moms", Momsnummer=swedish, Växel="013-22 33 44"))
    second = await world.deal(org_id=await world.company("Växel", Växel="013-22 33 44"))

    assert (await world.win(first)).state == "done"
    assert (await world.win(second)).state == "done"

    assert (await world.invoice(first))["CustomerNumber"] == by_vat
    assert (await world.invoice(second))["CustomerNumber"] == by_phone


async def test_prefix_hit_is_no_hit_and_the_last_page_is_read_too(world: World) -> None:
    """F20: Fortnox searches by prefix and answers by pages; the one with exactly this name stands on the second."""
    await world.settings(match(("company.name", "name")))
    longer = [{"Name": f"Serie AB {serial}"} for serial in range(505)]
    *_, exact = await plant(world, *longer, {"Name": "Serie AB"})
    deal = await world.deal(org_id=await world.company("serie  ab"))
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == exact
    pages = [call for call in await world.calls(before, "fortnox") if call == "GET /3/customers"]
    assert len(pages) == 2


async def test_only_a_prefix_hit_means_that_the_customer_is_new(world: World) -> None:
    """F20."""
    await world.settings(match(("company.name", "name")))
    await plant(world, {"Name": "Ekbolaget AB i Motala"})
    deal = await world.deal(org_id=await world.company("Ekbolaget AB"))

    assert (await world.win(deal)).state == "done"

    (created,) = await world.customers("Ekbolaget AB")
    assert (await world.invoice(deal))["CustomerNumber"] == created["CustomerNumber"]


async def test_inactive_customer_parks_and_an_active_twin_wins(world: World) -> None:
    """F20."""
    number = organisation_number(9931)
    (asleep,) = await plant(world, {"Name": "Vilande AB", "OrganisationNumber": number, "Active": False})
    company = await world.company("Vilande AB", Organisationsnummer=number)
    deal = await world.deal(org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "customer_inactive")
    assert [row["number"] for row in parked.run["candidates"]] == [asleep]
    (awake,) = await plant(world, {"Name": "Vaken AB", "OrganisationNumber": number})
    second = await world.deal(org_id=company)
    assert (await world.win(second)).state == "done"
    assert (await world.invoice(second))["CustomerNumber"] == awake


async def test_unknown_customer_parks_where_nobody_may_be_created(world: World) -> None:
    """F24."""
    organisation = await world.field("company", "Organisationsnummer")
    await world.settings(match((organisation, "organisation_number"), when_missing="park"))
    deal = await world.deal(org_id=await world.company("Obekant AB"))

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "customer_not_found")
    assert await world.customers("Obekant AB") == []


async def test_number_of_the_source_is_used_confirmed_or_refused(world: World) -> None:
    """F25, F31: new under the given number; somebody else's number parks; so does what a merge made of two."""
    source = await world.field("company", NUMBER)
    await world.settings(lambda document: document["customers"]["company"].update(number={"read_from": source}))
    fresh = await world.company("Numrerade AB", **{NUMBER: "K7001"})
    (taken,) = await plant(world, {"Name": "Någon Annan AB", "OrganisationNumber": organisation_number(9941)})
    other = await world.company("Felnumrerade AB", **{NUMBER: taken})
    deals = [await world.deal(org_id=company) for company in (fresh, other)]

    done, parked = [await world.win(deal) for deal in deals]

    assert done.state == "done", done.run["reason"]
    assert [card["CustomerNumber"] for card in await world.customers("Numrerade AB")] == ["K7001"]
    assert (parked.state, parked.code) == ("parked", "customer_number_taken")
    assert "Någon Annan AB" in note_text(await world.note(deals[1]))

    doubled = await world.company("Sammanslagna AB", **{NUMBER: "K7002"})
    lost = await world.company("Sammanslagna AB", Organisationsnummer="", **{NUMBER: "K7003"})
    await world.seed("pipedrive", {"merge_organizations": {"id": lost, "merge_with_id": doubled}})
    merged = await world.deal(org_id=doubled)
    before = await world.mark()

    refused = await world.win(merged)

    assert (refused.state, refused.code) == ("parked", "customer_number_invalid")
    assert "K7002, K7003" in note_text(await world.note(merged))
    assert await world.calls(before, "fortnox") == [], "validated before it is used"


async def test_merge_in_the_crm_never_makes_an_invoice_to_two_numbers_run_together(world: World) -> None:
    """F23: a merge joins the organisation numbers of both; what is no number is not searched by."""
    kept = await world.company("Kvar AB")
    gone = await world.company("Borta AB")
    await world.seed("pipedrive", {"merge_organizations": {"id": gone, "merge_with_id": kept}})
    deal = await world.deal(org_id=kept)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "match_field_invalid")
    assert await world.documents(deal) == []


async def test_remembered_number_is_verified_when_it_is_no_longer_believed(world: World) -> None:
    """F31: by GET before anything is sent, where the settings say to ask every time."""
    company = await world.company("Gamla Bolaget AB")
    await world.win(await world.deal(org_id=company))
    (customer,) = await world.customers("Gamla Bolaget AB")
    await world.settings(lambda document: document["advanced"].update(trust_customer_links_h=0))
    steady = await world.deal(org_id=company)
    before = await world.mark()

    assert (await world.win(steady)).state == "done"

    assert f"GET /3/customers/{customer['CustomerNumber']}" in await world.calls(before, "fortnox")
    stranger = {"CustomerNumber": customer["CustomerNumber"], "Name": "Någon Annan AB"}
    await world.seed("fortnox", {"reassign_customer": stranger})
    deal = await world.deal(org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "customer_reassigned")
    assert await world.documents(deal) == [], "no draft was ever made on the stranger"
