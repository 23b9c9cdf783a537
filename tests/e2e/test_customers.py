"""Who is invoiced: companies, persons, several that fit, and those a person must look at."""

from tests.e2e.world import Record, World, note_text, one_line, replay_link


async def test_private_person_when_contacts_are_customers_becomes_a_private_customer(world: World) -> None:
    """F21, F29."""

    def allow(document: Record) -> None:
        document["customers"]["contacts_as_customers"] = True

    await world.settings(allow)
    deal = await world.deal(person={"name": "Karin Öberg", "email": "karin@oberg.example"})

    done = await world.win(deal)

    assert done.state == "done"
    (customer,) = await world.customers("Karin Öberg")
    assert (customer["Type"], customer["Email"]) == ("PRIVATE", "karin@oberg.example")
    assert (await world.invoice(deal))["CustomerNumber"] == customer["CustomerNumber"]


async def test_private_person_when_contacts_are_no_customers_parks_and_says_where_to_allow_it(world: World) -> None:
    """F21."""
    deal = await world.deal(person={"name": "Karin Öberg", "email": "karin@oberg.example"})

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "contact_not_allowed")
    assert "Karin Öberg" in note_text(await world.note(deal))
    assert await world.customers("Karin Öberg") == []


async def test_known_company_by_organisation_number_is_used_and_keeps_its_card(world: World) -> None:
    """F20, F26: what is agreed on the card stays."""
    (known,) = await world.customers("Ekhammars Plåt AB")
    company = await world.company("Ekhammar", Organisationsnummer="5599000000")
    deal = await world.deal(org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == known["CustomerNumber"]
    assert await world.customers("Ekhammars Plåt AB") == [known]


async def test_two_customers_that_fit_park_with_candidates_and_a_pick_finishes(world: World) -> None:
    """F20, F23: the choice is remembered, and Replay uses it."""
    twins = [{"Name": f"Tvilling {place} AB", "OrganisationNumber": "559900-1115", "City": place} for place in "ÖV"]
    planted = await world.seed("fortnox", {"customers": twins})
    company = await world.company("Tvilling AB", Organisationsnummer="559900-1115")
    deal = await world.deal(org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "customer_ambiguous")
    note = await world.note(deal)
    assert all(str(number) in note_text(note) for number in planted["customers"])
    listed = {row["number"]: (row["name"], row["city"], row["is_active"]) for row in parked.run["candidates"]}
    first, second = (str(number) for number in planted["customers"])
    assert listed == {first: ("Tvilling Ö AB", "Ö", True), second: ("Tvilling V AB", "V", True)}
    chosen = str(planted["customers"][1])
    await world.api.put(f"{world.place}/customer-links/company/{company}", {"customer_number": chosen})
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])
    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == chosen

    later = await world.deal(org_id=company)
    assert (await world.win(later)).state == "done"
    assert (await world.invoice(later))["CustomerNumber"] == chosen


async def test_country_that_nobody_knows_parks_and_is_never_guessed(world: World) -> None:
    """F56: a country that is none is never taken for Sweden."""
    company = await world.company("Nordisk Möbel AS")
    address = {"value": "Storgata 1, Oslo, Norrge", "route": "Storgata", "locality": "Oslo", "country": "Norrge"}
    await world.seed("pipedrive", {"update_organization": {"id": company, "address": address}})
    deal = await world.deal(org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "vat_undecided")
    assert "Norrge" in note_text(await world.note(deal))
    assert await world.customers("Nordisk Möbel AS") == []
    assert await world.documents(deal) == []


async def test_empty_match_field_parks_and_names_the_field(world: World) -> None:
    """F23."""
    seeded = await world.seed("pipedrive", {"organizations": [{"name": "Utan Nummer AB"}]})
    deal = await world.deal(org_id=seeded["organizations"][0]["id"])

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "match_field_empty")
    text = note_text(await world.note(deal))
    assert "Utan Nummer AB" in text
    assert "company.custom" not in text, "a person reads the field's name, not its path"
    assert "Organisationsnummer" in text


async def test_customer_number_that_means_somebody_else_by_now_takes_the_draft_back(world: World) -> None:
    """F31: seen in the answer to the POST, which costs no call."""
    company = await world.company("Gamla Bolaget AB")
    await world.win(await world.deal(org_id=company))
    (customer,) = await world.customers("Gamla Bolaget AB")
    stranger = {"CustomerNumber": customer["CustomerNumber"], "Name": "Någon Annan AB"}
    await world.seed("fortnox", {"reassign_customer": stranger})
    deal = await world.deal([one_line(quantity=7)], org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "customer_reassigned")
    assert [row["Cancelled"] for row in await world.documents(deal)] == [True]
    note = await world.note(deal)
    assert "Någon Annan AB" in note_text(note)

    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    (again,) = await world.customers("Gamla Bolaget AB")
    withdrawn, living = await world.documents(deal)
    assert (withdrawn["Cancelled"], living["Cancelled"]) == (True, False)
    assert living["CustomerNumber"] == again["CustomerNumber"] != customer["CustomerNumber"]
