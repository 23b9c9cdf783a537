"""The VAT of a sale, seen as a bookkeeper would: the customer's card, the rows and their accounts in Fortnox."""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.e2e.world import Record, World, note_text, one_line, replay_link

GOODS, SERVICE = "SKRUV-8", "KONS"
GERMAN, FINNISH = "DE136695976", "FI01120389"
BERLIN = {"locality": "Berlin", "postal_code": "10115", "country": "Tyskland"}
OSLO = {"locality": "Oslo", "postal_code": "0155", "country": "Norge"}
HELSINKI = {"locality": "Helsingfors", "postal_code": "00100", "country": "Finland"}


async def allow_foreigners(world: World, change: Callable[[Record], object] | None = None) -> None:
    """Settings for customers abroad: found by name where there is no Swedish number; a field for VAT numbers."""
    await world.seed("pipedrive", {"fields": {"organization": [{"name": "VAT-nummer", "type": "varchar"}]}})
    source = await world.field("company", "VAT-nummer")

    def decide(document: Record) -> None:
        customers = document["customers"]
        customers["contacts_as_customers"] = True
        customers["company"]["when_match_field_is_empty"] = "next"
        customers["company"]["match"].append({"source": "company.name", "key": "name"})
        customers["company"]["mapping"].append({"target": "vat_number", "sources": [source]})
        document["vat"]["accounts"] = {"eu_goods": "3108", "eu_services": "3308", "export_services": "3305"}
        if change is not None:
            change(document)

    await world.settings(decide)


async def organisation(world: World, name: str, place: Record, **custom_fields: str) -> int:
    wish = {
        "name": name,
        "address": {"value": f"Gatan 1, {place['locality']}", "route": "Gatan", "street_number": "1", **place},
        "custom_fields": custom_fields,
    }
    return int((await world.seed("pipedrive", {"organizations": [wish]}))["organizations"][0]["id"])


def rows_of(document: Record) -> list[tuple[str, Decimal, int]]:
    """Article, VAT in percent and account of each row."""
    return [
        (row["ArticleNumber"], Decimal(str(row["VAT"])), row["AccountNumber"])
        for row in document["InvoiceRows"]
        if row["ArticleNumber"]
    ]


async def test_new_eu_business_with_a_vat_number_is_reverse_charged_goods_and_services_apart(world: World) -> None:
    """F56, F29: the card gets the VAT type and the number; goods and services go to accounts of their own."""
    await allow_foreigners(world)
    company = await organisation(world, "Berliner Bau GmbH", BERLIN, **{"VAT-nummer": "de 136 695 976"})
    deal = await world.deal([one_line(GOODS), one_line(SERVICE)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Berliner Bau GmbH")
    assert (card["Type"], card["VATType"], card["VATNumber"], card["CountryCode"]) == (
        "COMPANY",
        "EUREVERSEDVAT",
        GERMAN,
        "DE",
    )
    invoice = await world.invoice(deal)
    assert rows_of(invoice) == [(GOODS, Decimal(0), 3108), (SERVICE, Decimal(0), 3308)]
    assert (invoice["TotalVAT"], invoice["Net"]) == (0, invoice["Total"])
    assert "25 %" in note_text(await world.note(deal)), "the source charged VAT, which the note tells"


async def test_eu_business_without_a_vat_number_pays_swedish_vat_and_the_note_says_why(world: World) -> None:
    """F56."""
    await allow_foreigners(world)
    company = await organisation(world, "Ohne Nummer GmbH", BERLIN)
    deal = await world.deal([one_line(GOODS)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Ohne Nummer GmbH")
    assert (card["VATType"], card["VATNumber"]) == ("EUVAT", "")
    assert rows_of(await world.invoice(deal)) == [(GOODS, Decimal(25), 3106)]
    assert "VAT-nummer" in note_text(await world.note(deal))


async def test_malformed_vat_number_is_told_and_kept_off_the_card(world: World) -> None:
    """F56: a wrong number is no number."""
    await allow_foreigners(world)
    company = await organisation(world, "Falsch GmbH", BERLIN, **{"VAT-nummer": "DE123456789"})
    deal = await world.deal([one_line(GOODS)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Falsch GmbH")
    assert card["VATType"] == "EUVAT"
    assert "DE123456789" in note_text(await world.note(deal))


async def test_private_person_abroad_buys_services_with_swedish_vat(world: World) -> None:
    """F56, F29: a private person has no reverse charge, and services are taxed where the seller is."""
    await allow_foreigners(world)
    person = {"name": "Ola Nordmann", "email": "ola@nordmann.example", "postal_address": {"value": "Oslo", **OSLO}}
    deal = await world.deal([one_line(SERVICE)], person=person)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Ola Nordmann")
    assert (card["Type"], card["VATType"]) == ("PRIVATE", "SEVAT")
    assert rows_of(await world.invoice(deal)) == [(SERVICE, Decimal(25), 3041)]


async def test_goods_out_of_the_eu_are_exported_without_vat(world: World) -> None:
    """F56."""
    await allow_foreigners(world)
    company = await organisation(world, "Nordisk Möbel AS", OSLO)
    deal = await world.deal([one_line(GOODS), one_line(SERVICE)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Nordisk Möbel AS")
    assert (card["VATType"], card["CountryCode"]) == ("EXPORT", "NO")
    assert rows_of(await world.invoice(deal)) == [(GOODS, Decimal(0), 3105), (SERVICE, Decimal(0), 3305)]


async def test_one_stop_shop_gives_each_row_the_destination_s_rate_and_account(world: World) -> None:
    """F56: by the Swedish rate, by the day, and fractional rates stay whole."""
    accounts = [
        {"Number": 3130, "Description": "OSS Finland, äldre", "VATCode": "OSSFI"},
        {"Number": 3131, "Description": "OSS Finland 25,5 %", "VATCode": "OSSFI"},
        {"Number": 3132, "Description": "OSS Finland 13,5 %", "VATCode": "OSSFIB"},
    ]
    await world.seed("fortnox", {"vat_codes": {"OSSFI": "25.5", "OSSFIB": "13.5"}, "registers": {"accounts": accounts}})

    def by_oss(document: Record) -> None:
        finland = {"country": "FI", "valid_from": "2024-09-01"}
        document["vat"]["consumer_abroad"] = "oss"
        document["vat"]["oss"] = [
            {"country": "FI", "rate": "24", "account": "3130", "valid_from": "2020-01-01"},
            {**finland, "rate": "25.5", "account": "3131"},
            {**finland, "rate": "13.5", "account": "3132", "swedish_rate": "6"},
        ]

    await allow_foreigners(world, by_oss)
    address = {"value": "Helsingfors", **HELSINKI}
    person = {"name": "Aino Virtanen", "email": "aino@virtanen.example", "postal_address": address}
    lines = [
        one_line(GOODS, item_price=Decimal("99.99")),
        one_line("BOK-1", item_price=Decimal("249"), tax=6),
        one_line(SERVICE),
    ]
    deal = await world.deal(lines, person=person)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Aino Virtanen")
    assert (card["Type"], card["VATType"]) == ("PRIVATE", "EUVAT")
    assert rows_of(await world.invoice(deal)) == [
        (GOODS, Decimal("25.5"), 3131),
        ("BOK-1", Decimal("13.5"), 3132),
        (SERVICE, Decimal(25), 3106),
    ]


async def test_card_that_contradicts_the_sale_parks_untouched_and_finishes_once_it_is_put_right(world: World) -> None:
    """F56: the card is never rewritten; types, reason and remedy are named."""
    await allow_foreigners(world)
    known = {"Name": "Berliner Bau GmbH", "CountryCode": "DE", "VATType": "SEVAT", "Active": True}
    (number,) = (await world.seed("fortnox", {"customers": [known]}))["customers"]
    company = await organisation(world, "Berliner Bau GmbH", BERLIN, **{"VAT-nummer": GERMAN})
    deal = await world.deal([one_line(GOODS)], org_id=company)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "vat_type_conflict")
    note = await world.note(deal)
    assert all(word in note_text(note) for word in ("SEVAT", "EUREVERSEDVAT", GERMAN, "kundkortet"))
    (card,) = await world.customers("Berliner Bau GmbH")
    assert (card["VATType"], card["VATNumber"]) == ("SEVAT", "")
    assert await world.documents(deal) == []

    await world.seed("fortnox", {"edit_customer": {"CustomerNumber": number, "VATType": "EUREVERSEDVAT"}})
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    assert rows_of(await world.invoice(deal)) == [(GOODS, Decimal(0), 3108)]


async def test_builder_on_the_card_is_reverse_charged_and_others_are_not(world: World) -> None:
    """F56: construction reverse charge comes from the card alone."""
    builder = {"Name": "Bygg & Tak AB", "OrganisationNumber": "559900-2220", "VATType": "SEREVERSEDVAT"}
    await world.seed("fortnox", {"customers": [builder]})
    company = await world.company("Bygg & Tak AB", Organisationsnummer="559900-2220")
    deal = await world.deal([one_line(SERVICE)], org_id=company)

    assert (await world.win(deal)).state == "done"

    assert rows_of(await world.invoice(deal)) == [(SERVICE, Decimal(0), 3231)]
    other = await world.deal([one_line(SERVICE)], org_id=await world.company())
    assert (await world.win(other)).state == "done"
    assert rows_of(await world.invoice(other)) == [(SERVICE, Decimal(25), 3041)]


async def test_source_s_tax_is_used_where_the_settings_say_so_and_each_row_keeps_its_own(world: World) -> None:
    """F56: an explicit 0 is a statement; a disagreement with the article is told."""

    def by_source(document: Record) -> None:
        document["vat"]["row_rate"] = "source"

    await world.settings(by_source)
    lines = [one_line(GOODS, tax=12), one_line(SERVICE, tax=0), one_line("KAFFE", tax=6)]
    deal = await world.deal(lines, org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    rates = {article: rate for article, rate, _ in rows_of(await world.invoice(deal))}
    assert rates == {GOODS: Decimal(12), SERVICE: Decimal(0), "KAFFE": Decimal(6)}
    assert "12 %" in note_text(await world.note(deal))


async def test_fortnox_decides_the_rate_and_the_totals_are_foretold_all_the_same(world: World) -> None:
    """F56: no rate is sent, and the draft comes to what was predicted from articles and customer."""

    def by_fortnox(document: Record) -> None:
        document["vat"]["row_rate"] = "fortnox"

    await world.settings(by_fortnox)
    lines = [
        one_line(GOODS, item_price=Decimal("33.33")),
        one_line("KAFFE", item_price=Decimal("33.33")),
        one_line("BOK-1"),
    ]
    deal = await world.deal(lines, org_id=await world.company())
    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    payload, plan = seen["payload"], seen["plan"]
    assert all("VAT" not in row for row in payload["Invoice"]["InvoiceRows"])  # type: ignore[index]
    invoice = await world.invoice(deal)
    assert [rate for _, rate, _ in rows_of(invoice)] == [25, 12, 6]
    assert Decimal(plan["totals"]["total"]) == Decimal(str(invoice["Total"]))  # type: ignore[index]
    assert "totals_differ_after" not in str(done.run)


@pytest.mark.parametrize(
    ("place", "expected"), [(BERLIN, "sale_goods_eu_business"), (OSLO, "sale_goods_exported")], ids=["EU", "outside"]
)
async def test_preview_explains_the_sale_in_words(world: World, place: Record, expected: str) -> None:
    """F56, F112."""
    await allow_foreigners(world)
    company = await organisation(world, "Erklärung GmbH", place, **{"VAT-nummer": GERMAN})
    deal = await world.deal([one_line(GOODS)], org_id=company)

    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    sale = seen["sale"]
    assert [reason["code"] for reason in sale["explanation"]] == [expected]  # type: ignore[index]
    assert "0 %" in sale["explanation"][0]["what"]  # type: ignore[index]
    row = seen["plan"]["rows"][0]  # type: ignore[index]
    assert row["origins"]["vat_rate"] == {"kind": "decision", "by": "vat.sale"}


async def test_vies_denies_a_number_and_is_asked_once_a_day(world: World) -> None:
    """F56: a number right in form but not registered means Swedish VAT, aloud; the answer is remembered."""

    def check(document: Record) -> None:
        document["vat"]["check_vies"] = True

    await allow_foreigners(world, check)
    await world.seed("vies", {"deregistered": [GERMAN]})
    first = await organisation(world, "Abgemeldet GmbH", BERLIN, **{"VAT-nummer": GERMAN})
    second = await organisation(world, "Angemeldet Oy", HELSINKI, **{"VAT-nummer": FINNISH})
    for company in (first, second):
        deal = await world.deal([one_line(GOODS)], org_id=company)
        await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})
        assert (await world.win(deal)).state == "done"
        if company == first:
            assert "VIES" in note_text(await world.note(deal))

    (denied,), (known,) = await world.customers("Abgemeldet GmbH"), await world.customers("Angemeldet Oy")
    assert (denied["VATType"], known["VATType"]) == ("EUVAT", "EUREVERSEDVAT")
    assert [row["number"] for row in await world.rows("vies", "checks")] == [GERMAN, FINNISH]


async def test_vies_that_is_down_stops_nobody(world: World) -> None:
    """F56: the form decides then, and the note says that only the form was checked."""

    def check(document: Record) -> None:
        document["vat"]["check_vies"] = True

    await allow_foreigners(world, check)
    await world.configure("vies", outages={"DE": "MS_UNAVAILABLE"})
    company = await organisation(world, "Warten GmbH", BERLIN, **{"VAT-nummer": GERMAN})
    deal = await world.deal([one_line(GOODS)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Warten GmbH")
    assert card["VATType"] == "EUREVERSEDVAT"
    assert "VIES" in note_text(await world.note(deal))


async def test_sale_that_needs_two_vat_types_parks_and_says_to_split_it(world: World) -> None:
    """F56: goods to a private person in Norway are exported, services are taxed in Sweden, a card has one type."""
    await allow_foreigners(world)
    person = {"name": "Kari Nordmann", "email": "kari@nordmann.example", "postal_address": {"value": "Oslo", **OSLO}}
    deal = await world.deal([one_line(GOODS), one_line(SERVICE)], person=person)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "vat_mixed_sale")
    assert await world.customers("Kari Nordmann") == []
    assert await world.documents(deal) == []


async def test_rate_that_nobody_states_parks_or_takes_the_setting_and_is_never_zero(world: World) -> None:
    """F56: no statement is unknown."""

    def create(document: Record) -> None:
        document["products"]["when_missing"] = "create"

    await world.settings(create)
    made = await world.seed("pipedrive", {"products": [{"name": "Utan moms", "code": "UTAN-MOMS", "tax": 0}]})
    line = {"product_id": made["products"][0]["id"], "quantity": 1, "item_price": 100, "tax": 0, "tax_method": "none"}
    wish = {"title": "Okänd moms", "currency": "SEK", "org_id": await world.company(), "products": [line]}
    deal = str((await world.seed("pipedrive", {"deals": [wish]}))["deals"][0]["id"])
    await world.settled(deal)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "vat_rate_unknown")
    note = await world.note(deal)

    def fall_back(document: Record) -> None:
        document["vat"]["fallback_rate"] = "25"

    await world.settings(fall_back)
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    assert [rate for _, rate, _ in rows_of(await world.invoice(deal))] == [Decimal(25)]


async def test_remembered_customer_whose_card_was_put_right_is_seen_anew_by_replay(world: World) -> None:
    """F56, F31: the remedy says "change the card and press Replay", so Replay believes no memory."""
    await allow_foreigners(world)
    company = await organisation(world, "Berliner Haus GmbH", BERLIN)
    first = await world.deal([one_line(GOODS)], org_id=company)
    assert (await world.win(first)).state == "done"
    (card,) = await world.customers("Berliner Haus GmbH")
    field = (await world.field("company", "VAT-nummer")).removeprefix("company.custom:")
    await world.seed("pipedrive", {"update_organization": {"id": company, "custom_fields": {field: GERMAN}}})
    second = await world.deal([one_line(GOODS)], org_id=company)

    parked = await world.win(second)

    assert (parked.state, parked.code) == ("parked", "vat_type_conflict")
    change = {"CustomerNumber": card["CustomerNumber"], "VATType": "EUREVERSEDVAT", "VATNumber": GERMAN}
    await world.seed("fortnox", {"edit_customer": change})
    await world.send("POST", replay_link(await world.note(second)), form={})
    done = await world.settled(second, after=parked.run["id"])
    assert done.state == "done", done.run["reason"]
    assert rows_of(await world.invoice(second)) == [(GOODS, Decimal(0), 3108)]


async def test_article_that_was_put_right_is_seen_anew_by_replay(world: World) -> None:
    """F40, F56: an article remembered for a day is read again when a person presses Replay."""
    await world.seed("fortnox", {"edit_article": {"ArticleNumber": GOODS, "Active": False}})
    deal = await world.deal([one_line(GOODS)], org_id=await world.company())
    parked = await world.win(deal)
    assert (parked.state, parked.code) == ("parked", "article_inactive")

    await world.seed("fortnox", {"edit_article": {"ArticleNumber": GOODS, "Active": True}})
    await world.send("POST", replay_link(await world.note(deal)), form={})

    done = await world.settled(deal, after=parked.run["id"])
    assert done.state == "done", done.run["reason"]


PLACES = (BERLIN, OSLO, HELSINKI, {"locality": "Linköping", "postal_code": "582 20", "country": "Sverige"})
WORDS = {"swedish": "SEVAT", "eu_consumer": "EUVAT", "eu_reverse_charge": "EUREVERSEDVAT", "export": "EXPORT"}


@pytest.mark.parametrize("seed", range(6))
async def test_any_sale_abroad_is_created_as_it_was_previewed(world: World, seed: int) -> None:
    """F56, F57, F112: random countries, parties, VAT numbers, goods and services, rates from everybody."""
    chance = random.Random(seed)

    def choose(document: Record) -> None:
        document["vat"]["row_rate"] = chance.choice(["article", "source", "fortnox"])

    await allow_foreigners(world, choose)
    numbers = {"VAT-nummer": GERMAN} if chance.random() < 0.6 else {}
    company = await organisation(world, f"Utland {seed}", chance.choice(PLACES), **numbers)
    articles = chance.sample([GOODS, SERVICE, "KAFFE", "BOK-1"], chance.randint(1, 4))
    lines = [
        one_line(code, quantity=chance.randint(1, 9), item_price=Decimal(chance.randint(1, 99999)) / 100, tax=25)
        for code in articles
    ]
    currency = chance.choice(["SEK", "EUR", "NOK"])
    deal = await world.deal(lines, org_id=company, currency=currency)
    seen: Record = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    done = await world.win(deal)

    if seen["outcome"] == "parked":
        assert (done.state, done.code) == ("parked", seen["reason"]["code"])
        return
    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers(f"Utland {seed}")
    invoice = await world.invoice(deal)
    plan = seen["plan"]
    assert card["VATType"] == WORDS[seen["sale"]["vat_type"]]
    assert invoice["Currency"] == currency
    totals = (Decimal(str(invoice[name])) for name in ("Net", "TotalVAT", "Total"))
    assert tuple(totals) == tuple(Decimal(plan["totals"][name]) for name in ("net", "vat", "total"))
    expected = [Decimal(row["vat_rate"] or row["expected_vat_rate"]) for row in plan["rows"] if not row["is_text"]]
    assert [rate for _, rate, _ in rows_of(invoice)] == expected
    if seen["sale"]["goods"] == "none":
        assert invoice["TotalVAT"] == 0
