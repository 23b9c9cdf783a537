"""What stands on the customer's card: mapped, checked, from defaults; and changed later only as the rows allow."""

from tests.e2e.world import Record, World, note_text, one_line, until

MESSAGE = "Avtal {{ deal.title }} / {{ company.name | upper }}"


async def text_fields(world: World, entity: str, *names: str) -> dict[str, str]:
    rows = [{"name": name, "type": "varchar"} for name in names]
    await world.seed("pipedrive", {"fields": {entity: rows}})
    kind = {"organization": "company", "person": "contact"}[entity]
    return {name: await world.field(kind, name) for name in names}


async def test_new_customer_gets_mapped_values_templates_and_the_connection_s_defaults(world: World) -> None:
    """F26, F27: first source that is not empty wins; what the source does not say comes from the settings."""
    names = ("Besöksadress", "Besöksort", "Fax", "Orderpost", "Betalning", "GLN-kod")
    paths = await text_fields(world, "organization", *names)

    def decide(document: Record) -> None:
        customers = document["customers"]
        rows = customers["company"]["mapping"]
        rows += [
            {"target": "visiting_address", "sources": [paths["Besöksadress"], "company.address.line1"]},
            {"target": "visiting_city", "sources": [paths["Besöksort"]]},
            {"target": "visiting_country_code", "sources": ["company.address.country_code"]},
            {"target": "fax", "sources": [paths["Fax"]]},
            {"target": "order_email", "sources": [paths["Orderpost"]]},
            {"target": "gln", "sources": [paths["GLN-kod"]]},
            {"target": "remarks", "template": MESSAGE},
            {"target": "terms_of_payment", "sources": [paths["Betalning"]]},
        ]
        customers["defaults"] |= {
            "terms_of_payment": "30",
            "currency": "SEK",
            "price_list": "B",
            "sales_account": "3041",
            "our_reference": "Ekonomi",
            "invoice_template": "oc",
            "vat_type": "swedish_reverse_charge",
            "invoice_delivery_type": "EMAIL",
        }

    await world.settings(decide)
    company = await world.company(
        "Kortbolaget AB",
        Besöksort="Mjölby",
        Fax="013-99 99 99",
        Orderpost="order@kort.example",
        Betalning="10",
        **{"GLN-kod": "73 50000 00000 1"},
    )
    deal = await world.deal(title="Kortaffären", org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Kortbolaget AB")
    assert card["VisitingAddress"].startswith("Storgatan"), "the second source, since the first is empty"
    assert (card["VisitingCity"], card["VisitingCountryCode"], card["Fax"]) == ("Mjölby", "SE", "013-99 99 99")
    assert (card["EmailOrder"], card["GLN"]) == ("order@kort.example", "7350000000001")
    assert card["InvoiceRemark"] == "Avtal Kortaffären / KORTBOLAGET AB"
    assert card["TermsOfPayment"] == "10", "the source's own value before the default"
    assert (card["Currency"], card["PriceList"], card["SalesAccount"]) == ("SEK", "B", "3041")
    assert (card["OurReference"], card["DefaultDeliveryTypes"]["Invoice"]) == ("Ekonomi", "EMAIL")
    assert (card["DefaultTemplates"]["Invoice"], card["VATType"]) == ("oc", "SEREVERSEDVAT")
    assert (await world.invoice(deal))["TotalVAT"] == 0, "the document follows the new card's VAT type"


async def test_value_of_the_wrong_type_parks_naming_field_and_value(world: World) -> None:
    """F27."""
    company = await world.company("Felmejl AB", Fakturamejl="faktura(at)felmejl.example")
    deal = await world.deal(org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "email_invalid")
    told = note_text(await world.note(deal))
    assert "Fakturamejl" in told
    assert "faktura(at)felmejl.example" in told
    assert await world.customers("Felmejl AB") == []


async def test_code_that_fortnox_s_register_lacks_parks_before_anything_is_written(world: World) -> None:
    """F27: said with the register's name and the field's."""
    paths = await text_fields(world, "organization", "Betalning")
    row = {"target": "terms_of_payment", "sources": [paths["Betalning"]]}
    await world.settings(lambda document: document["customers"]["company"]["mapping"].append(row))
    deal = await world.deal(org_id=await world.company("Villkorslösa AB", Betalning="om 30 dagar"))

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "register_code_missing")
    told = note_text(await world.note(deal))
    assert all(word in told for word in ("Betalningsvillkor", "om 30 dagar", "Betalning", "Villkorslösa AB")), told
    assert await world.customers("Villkorslösa AB") == []


async def test_deal_updates_a_known_customer_before_its_draft_and_costs_nothing_more_without_a_change(
    world: World,
) -> None:
    """F28: the draft stands on the card as the rows left it; a deal without a change stays at two calls."""
    company = await world.company("Uppdaterade AB")
    await world.win(await world.deal(org_id=company))

    def always(document: Record) -> None:
        for row in document["customers"]["company"]["mapping"]:
            row["overwrite"] = "if_empty" if row["target"] == "website" else "always"

    await world.settings(always)
    (before,) = await world.customers("Uppdaterade AB")
    steady = await world.deal([one_line(quantity=3)], org_id=company)
    start = await world.mark()
    assert (await world.win(steady)).state == "done"
    number = (await world.invoice(steady))["DocumentNumber"]
    assert await world.calls(start, "fortnox") == ["POST /3/invoices", f"GET /3/invoices/{number}/preview"]

    await world.seed("pipedrive", {"update_organization": {"id": company, "name": "Omdöpta AB"}})
    deal = await world.deal([one_line(quantity=4)], org_id=company)
    start = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Omdöpta AB")
    invoice = await world.invoice(deal)
    assert (invoice["CustomerName"], invoice["CustomerNumber"]) == ("Omdöpta AB", before["CustomerNumber"])
    path = f"/3/customers/{card['CustomerNumber']}"
    assert (await world.calls(start, "fortnox"))[:3] == [f"GET {path}", f"PUT {path}", "POST /3/invoices"]
    assert {name for name in card if card[name] != before[name] and name != "@url"} == {"Name"}


async def test_existing_customer_s_vat_type_changes_by_an_explicit_row_alone(world: World) -> None:
    """F28."""
    paths = await text_fields(world, "organization", "Momstyp")
    company = await world.company("Byggmoms AB", Momstyp="Swedish reverse charge")
    first = await world.deal(org_id=company)
    await world.win(first)
    (card,) = await world.customers("Byggmoms AB")
    assert card["VATType"] == "SEVAT"

    def by_row(document: Record) -> None:
        row = {"target": "vat_type", "sources": [paths["Momstyp"]], "overwrite": "always"}
        document["customers"]["company"]["mapping"].append(row)

    await world.settings(by_row)
    answer = await world.api.post(
        f"{world.place}/customers/sync", {"records": [{"kind": "company", "external_id": str(company)}]}
    )
    run_id = answer["runs"][0]["id"]

    async def changed() -> bool:
        return (await world.api.get(f"/runs/{run_id}"))["state"] == "done"

    await until(changed, "the card to be changed")
    (card,) = await world.customers("Byggmoms AB")
    assert card["VATType"] == "SEREVERSEDVAT"


async def allow_contacts(world: World) -> None:
    number = await world.field("contact", "Personnummer")
    back = await world.field("contact", "Fortnox kundnummer")

    def allow(document: Record) -> None:
        document["customers"]["contacts_as_customers"] = True
        contact = document["customers"]["contact"]
        contact["mapping"].append({"target": "organisation_number", "sources": [number]})
        contact["number"] = {"write_to": back}

    await world.settings(allow)


async def test_contact_with_a_company_s_number_is_a_company_and_a_wrong_personal_number_parks(world: World) -> None:
    """F21, F25, F29: never by guess; the check digit and the day of a personal number must be right."""
    await allow_contacts(world)
    trader = {"name": "Firma Berg", "email": "berg@firma.example", "custom_fields": {"Personnummer": "556036-0793"}}
    wrong = {"name": "Nils Fel", "email": "nils@fel.example", "custom_fields": {"Personnummer": "19990231-1231"}}
    person = {"name": "Ada Rätt", "email": "ada@ratt.example", "custom_fields": {"Personnummer": "196408233234"}}
    deals = [await world.deal(person=each) for each in (trader, wrong, person)]

    made, parked, done = [await world.win(deal) for deal in deals]

    assert (made.state, done.state) == ("done", "done"), (made.run["reason"], done.run["reason"])
    (company,) = await world.customers("Firma Berg")
    assert (company["Type"], company["OrganisationNumber"]) == ("COMPANY", "556036-0793")
    (private,) = await world.customers("Ada Rätt")
    assert (private["Type"], private["OrganisationNumber"]) == ("PRIVATE", "640823-3234")
    assert (parked.state, parked.code) == ("parked", "organisation_number_invalid")
    assert "Personnummer" in note_text(await world.note(deals[1]))
    (row,) = [each for each in await world.rows("pipedrive", "persons") if each["name"] == "Ada Rätt"]
    assert row["custom_fields_by_name"]["Fortnox kundnummer"] == private["CustomerNumber"]
