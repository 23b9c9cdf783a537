"""What a draft says besides its rows: days, references, addresses, terms, and what must never leak in."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.e2e.world import Record, World, note_text, one_line, replay_link

SENDING = ("email", "print", "bookkeep", "externalprint", "einvoice", "eprint", "printreminder", "credit")


def row(target: str, *sources: str, template: str | None = None) -> Record:
    return {"target": target, **({"template": template} if template else {"sources": list(sources)})}


async def map_document(world: World, *rows: Record, **more: object) -> None:
    await world.settings(lambda document: document["document"].update(mapping=list(rows), **more))


async def today(world: World) -> date:
    """The Swedish day on which the connection's newest invoice was made."""
    invoices = await world.rows("fortnox", "invoices")
    return date.fromisoformat(str(invoices[-1]["InvoiceDate"]))


async def test_mapped_notes_references_and_terms_stand_on_the_invoice(world: World) -> None:
    """F51, F53: each field from its own source, by template or register name; the note says what they replace."""
    await map_document(
        world,
        row("your_reference", await world.field("deal", "Er referens")),
        row("remarks", template="Tack för ordern!"),
        row("comments", template="Affär {{ deal.id }}: {{ deal.title }}"),
        row("your_order_number", template="PO-{{ deal.id }}"),
        row("external_reference2", "deal.id"),
        row("first_text_row", template="Enligt {{ deal.title }}"),
        row("terms_of_payment", await world.field("deal", "Fakturatext")),
        row("terms_of_delivery", template="FVL"),
        row("way_of_delivery", template="H"),
        row("price_list", template="B"),
        row("cost_centre", template="KON"),
        row("project", template="P1"),
        row("language", template="EN"),
        row("print_template", template="st"),
        row("phone", template="0470-100"),
    )
    deal = await world.deal(
        org_id=await world.company(), custom_fields={"Er referens": "Otto Ek", "Fakturatext": "60 dagar"}
    )

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert {
        name: invoice[name]
        for name in (
            "YourReference", "OurReference", "Remarks", "Comments", "YourOrderNumber", "ExternalInvoiceReference2",
            "TermsOfPayment", "TermsOfDelivery", "WayOfDelivery", "PriceList", "CostCenter", "Project", "Language",
            "PrintTemplate", "Phone1",
        )
    } == {
        "YourReference": "Otto Ek", "OurReference": "Anna Nordlund", "Remarks": "Tack för ordern!",
        "Comments": f"Affär {deal}: Provaffär", "YourOrderNumber": f"PO-{deal}", "ExternalInvoiceReference2": deal,
        "TermsOfPayment": "60", "TermsOfDelivery": "FVL", "WayOfDelivery": "H", "PriceList": "B",
        "CostCenter": "KON", "Project": "P1", "Language": "EN", "PrintTemplate": "st", "Phone1": "0470-100",
    }  # fmt: skip
    assert [line["Description"] for line in invoice["InvoiceRows"]] == ["Enligt Provaffär", "Produkt KONS"]
    assert Decimal(str(invoice["Total"])) == Decimal(2375)
    assert "ersätter företagets standardtext" in note_text(await world.note(deal))


async def test_code_missing_in_a_register_parks_and_finishes_once_it_is_there(world: World) -> None:
    """F51: the register, the field and the value are named; a new entry is found although the list was remembered."""
    field = await world.field("deal", "Er referens")
    await map_document(world, row("terms_of_payment", field))
    await world.win(await world.deal(org_id=await world.company(), custom_fields={"Er referens": "30"}))
    deal = await world.deal(org_id=await world.company(), custom_fields={"Er referens": "45"})

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "register_entry_missing")
    note = await world.note(deal)
    assert all(part in note_text(note) for part in ("45", "Er referens", "Betalningsvillkor"))
    assert await world.documents(deal) == []

    await world.seed("fortnox", {"registers": {"termsofpayments": [{"Code": "45", "Description": "45 dagar"}]}})
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["TermsOfPayment"] == "45"


async def test_order_number_longer_than_fortnox_keeps_on_orders_goes_on_in_the_comments(world: World) -> None:
    """F51: Fortnox would cut it silently at 30."""
    rule = await world.stage_rule("Vunnen", "order")
    await world.settings(lambda document: document["triggers"].update(rules=[rule]))
    number = "4500012345-" + "7" * 40
    await map_document(
        world,
        row("your_order_number", await world.field("deal", "Er referens")),
        row("due_date", template="2099-01-01"),
    )
    deal = await world.deal(org_id=await world.company(), custom_fields={"Er referens": number})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    order = await world.invoice(deal, "order")
    assert order["YourOrderNumber"] == number[:27] + "..."
    assert number in order["Comments"]
    assert number in note_text(await world.note(deal))


async def test_mapped_addresses_are_whole_and_mix_with_no_card(world: World) -> None:
    """F51, F58: Café Nymånen has a delivery address on its card, of which nothing may stay."""
    await map_document(
        world,
        row("delivery_name", template="Lagret"),
        row("delivery_city", template="Kiruna"),
        row("delivery_country", template="NO"),
        row("billing_name", template="Koncernen Ekonomi AB"),
        row("billing_address1", template="Box 7"),
        row("billing_zip_code", template="111 22"),
        row("billing_city", template="Stockholm"),
    )
    company = await world.company("Café Nymånen HB", Organisationsnummer="969700-0000")
    deal = await world.deal(org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    parts = ("Name", "Address1", "Address2", "ZipCode", "City", "Country")
    assert [invoice[f"Delivery{part}"] for part in parts] == ["Lagret", "", "", "", "Kiruna", "Norge"]
    billed = [invoice[name] for name in ("CustomerName", "Address1", "Address2", "ZipCode", "City", "Country")]
    assert billed == ["Koncernen Ekonomi AB", "Box 7", "", "111 22", "Stockholm", ""]


async def test_customers_card_changes_neither_total_nor_address_nor_vat_basis(world: World) -> None:
    """F58: discount, freight, administration fee, delivery address and prices with VAT on the card leak nothing."""
    await world.seed(
        "fortnox",
        {
            "customers": [
                {
                    "Name": "Läckande AB", "OrganisationNumber": "559900-2220", "InvoiceDiscount": 10,
                    "InvoiceFreight": "120", "InvoiceAdministrationFee": "45", "ShowPriceVATIncluded": True,
                    "DeliveryName": "Gamla lagret", "DeliveryAddress1": "Bakgården 1", "DeliveryCity": "Kalmar",
                }
            ]
        },
    )  # fmt: skip
    company = await world.company("Läckande AB", Organisationsnummer="559900-2220")
    deal = await world.deal([one_line(quantity=1, item_price=1000)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert (Decimal(str(invoice["Net"])), Decimal(str(invoice["Total"]))) == (Decimal(1000), Decimal(1250))
    assert Decimal(str(invoice["Freight"])) == Decimal(str(invoice["AdministrationFee"])) == 0
    assert [invoice[name] for name in ("DeliveryName", "DeliveryAddress1", "DeliveryCity")] == ["", "", ""]
    assert invoice["VATIncluded"] is False
    assert "Observera" not in note_text(await world.note(deal))


async def test_locked_period_parks_naming_the_setting_which_then_takes_the_next_open_day(world: World) -> None:
    """F52: a period locked since it was last looked at is refused by Fortnox, and the deal planned anew with it."""
    await world.win(await world.deal(org_id=await world.company()))
    end = await today(world) + timedelta(days=3)
    await world.configure("fortnox", locked_period_end=end.isoformat())
    again = await world.deal(org_id=await world.company())

    parked = await world.win(again)

    assert "period_just_locked" in parked.codes
    assert (parked.state, parked.code) == ("parked", "period_locked")
    note = await world.note(again)
    assert all(part in note_text(note) for part in (end.isoformat(), "document.when_period_is_locked"))
    assert await world.documents(again) == []

    await world.settings(lambda document: document["document"].update(when_period_is_locked="next_open_day"))
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(again, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    opened = (end + timedelta(days=1)).isoformat()
    assert (await world.invoice(again))["InvoiceDate"] == opened
    assert opened in note_text(await world.note(again))


async def test_period_locked_just_now_moves_the_day_without_anybody_acting(world: World) -> None:
    """F52: what is remembered of the period is some hours old; Fortnox's refusal brings it up to date."""
    await world.settings(lambda document: document["document"].update(when_period_is_locked="next_open_day"))
    await world.win(await world.deal(org_id=await world.company()))
    end = await today(world) + timedelta(days=3)
    await world.configure("fortnox", locked_period_end=end.isoformat())
    deal = await world.deal(org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["InvoiceDate"] == (end + timedelta(days=1)).isoformat()


async def test_days_of_the_source_give_document_due_and_delivery_date(world: World) -> None:
    """F52: delivery counts Swedish working days: 30 April 2026 and two more, past May Day and a weekend."""
    day = await world.field("deal", "Leveransdatum")
    await map_document(
        world,
        row("due_date", template="2026-05-20"),
        row("delivery_date", day),
        date="source",
        date_source=day,
        delivery_working_days=2,
    )
    deal = await world.deal(org_id=await world.company(), custom_fields={"Leveransdatum": "2026-04-30"})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    days = [invoice[name] for name in ("InvoiceDate", "DueDate", "DeliveryDate")]
    assert days == ["2026-04-30", "2026-05-20", "2026-05-05"]


async def test_due_date_before_the_document_parks_and_names_the_field(world: World) -> None:
    """F52."""
    await map_document(world, row("due_date", await world.field("deal", "Leveransdatum")))
    deal = await world.deal(org_id=await world.company(), custom_fields={"Leveransdatum": "2020-01-01"})

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "due_date_before_document")
    assert "Leveransdatum" in note_text(await world.note(deal))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"owners": [{"owner": "9001777", "reference": "AN"}]}, "AN"),
        ({"owners": [{"owner": "Anna@nordlund-snickeri.example", "reference": "Anna N"}]}, "Anna N"),
        ({"use_owner_name": False, "default": "Kontoret"}, "Kontoret"),
    ],
)
async def test_our_reference_follows_the_owner_and_your_reference_the_contact(
    world: World, rules: Record, expected: str
) -> None:
    """F53."""
    await world.settings(lambda document: document["document"].update(our_reference=rules))
    deal = await world.deal(org_id=await world.company(), person={"name": "Karin Öberg"})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert (invoice["OurReference"], invoice["YourReference"]) == (expected, "Karin Öberg")


async def test_mapped_currency_rate_is_sent_and_a_missing_one_is_fortnoxs(world: World) -> None:
    """F54."""
    await map_document(world, row("currency_rate", await world.field("deal", "Er referens")))
    company = await world.company()
    line = [one_line(quantity=3, item_price=33.33)]
    stated = await world.deal(line, org_id=company, currency="EUR", custom_fields={"Er referens": "11,05"})
    unstated = await world.deal(line, org_id=company, currency="EUR")

    assert (await world.win(stated)).state == "done"
    assert (await world.win(unstated)).state == "done"

    first, second = await world.invoice(stated), await world.invoice(unstated)
    assert Decimal(str(first["CurrencyRate"])) == Decimal("11.05")
    assert Decimal(str(second["CurrencyRate"])) == Decimal("11.4215")
    for invoice in (first, second):
        assert (Decimal(str(invoice["Net"])), Decimal(str(invoice["Total"]))) == (Decimal("99.99"), Decimal("124.99"))


@pytest.mark.parametrize(("setting", "method", "expected"), [(False, "inclusive", False), (True, "exclusive", True)])
async def test_vat_basis_of_the_settings_overrules_the_sources_flag(
    world: World, setting: bool, method: str, expected: bool
) -> None:
    """F55."""
    await world.settings(lambda document: document["vat"].update(prices_include_vat=setting))
    deal = await world.deal([one_line(quantity=1, item_price=100, tax_method=method)], org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert invoice["VATIncluded"] is expected
    assert Decimal(str(invoice["Total"])) == (Decimal(100) if expected else Decimal(125))


async def test_draft_is_never_booked_or_sent_and_marked_unfinished_when_wanted(world: World) -> None:
    """F50: no request that books or sends, ever."""
    await world.settings(lambda document: document["document"].update(mark_not_completed=True))
    rules = [await world.stage_rule("Förhandling", "order"), await world.stage_rule("Vunnen", "invoice")]
    await world.settings(lambda document: document["triggers"].update(rules=rules))
    before = await world.mark()
    company = await world.company()
    plain, ordered = await world.deal(org_id=company), await world.deal(org_id=company)
    last = (await world.runs(ordered))[0]["id"]
    await world.move(ordered, "Förhandling")
    await world.settled(ordered, after=last)

    for deal in (plain, ordered):
        assert (await world.win(deal)).state == "done"

    invoices = await world.rows("fortnox", "invoices")
    assert [(invoice["Booked"], invoice["Sent"]) for invoice in invoices] == [(False, False)] * 2
    assert (await world.invoice(plain))["NotCompleted"] is True
    actions = {call.rsplit("/", 1)[-1] for call in await world.calls(before, "fortnox")}
    assert actions & set(SENDING) == set()
