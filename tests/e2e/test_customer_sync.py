"""Customers without a document: by REST, created once, then brought up to date by the mapping."""

import asyncio
from collections.abc import Callable
from typing import cast

from tests.e2e.world import Record, World, until

FINAL = frozenset({"done", "skipped", "parked"})


def overwrite(target: str, policy: str) -> Callable[[Record], None]:
    """Change how the company's mapping row of `target` treats customers that exist."""

    def change(document: Record) -> None:
        for row in document["customers"]["company"]["mapping"]:
            if row["target"] == target:
                row["overwrite"] = policy

    return change


async def sync(world: World, *records: tuple[str, int]) -> list[Record]:
    """Ask for the records' sync and wait for every run's end."""
    body = {"records": [{"kind": kind, "external_id": str(external_id)} for kind, external_id in records]}
    answer = await world.api.post(f"{world.place}/customers/sync", body)
    runs = cast("list[Record]", answer["runs"])

    async def ended() -> list[Record] | None:
        found = [cast("Record", await world.api.get(f"/runs/{run['id']}")) for run in runs]
        return found if all(run["state"] in FINAL for run in found) else None

    return await until(ended, "the customers to be synced")


async def write_fields(world: World, company: int, **fields: object) -> None:
    await world.seed("pipedrive", {"update_organization": {"id": company, **fields}})


async def test_companies_are_created_numbered_and_then_left_alone(world: World) -> None:
    """F16, F25: no document, no note; the numbers stand in the source."""
    names = [f"Synkbolaget {place} AB" for place in "NÖ"]
    companies = [await world.company(name) for name in names]

    runs = await sync(world, *(("company", company) for company in companies))

    assert [run["state"] for run in runs] == ["done", "done"], [run["reason"] for run in runs]
    cards = [(await world.customers(name))[0] for name in names]
    assert [run["task"] for run in runs] == ["customer", "customer"]
    assert [run["result"]["change"] for run in runs] == ["created", "created"]
    assert [run["result"]["number"] for run in runs] == [card["CustomerNumber"] for card in cards]
    held = {row["name"]: row["custom_fields_by_name"] for row in await world.rows("pipedrive", "organizations")}
    assert [held[name]["Fortnox kundnummer"] for name in names] == [card["CustomerNumber"] for card in cards]
    assert (await world.rows("fortnox", "invoices"), await world.rows("pipedrive", "notes")) == ([], [])

    before = await world.mark()
    (again,) = await sync(world, ("company", companies[0]))

    number = cards[0]["CustomerNumber"]
    assert again["result"] == {"task": "customer", "number": number, "change": "unchanged", "fields": ""}
    assert await world.calls(before, "fortnox") == [f"GET /3/customers/{number}"]


async def test_same_record_named_twice_is_one_run_and_one_customer(world: World) -> None:
    """F16."""
    company = await world.company("Dubbelbolaget AB")

    runs = await sync(world, ("company", company), ("company", company))

    assert len(runs) == 1
    assert len(await world.customers("Dubbelbolaget AB")) == 1


async def test_changed_company_updates_what_its_rows_allow_and_says_what(world: World) -> None:
    """F16, F28: changed by `always`, filled by `if_empty`, kept by `on_creation`; what a person wrote there stays."""
    company = await world.company("Ändringsbolaget AB")
    await sync(world, ("company", company))
    (before,) = await world.customers("Ändringsbolaget AB")
    for target, policy in (("city", "always"), ("invoice_email", "if_empty")):
        await world.settings(overwrite(target, policy))
    moved = {"value": "Nygatan 1, 591 30 Motala", "route": "Nygatan", "postal_code": "591 30", "locality": "Motala"}
    address, mail = {**moved, "country": "Sverige"}, {"Fakturamejl": "faktura@andring.example"}
    await write_fields(world, company, address=address, custom_fields=mail)

    (run,) = await sync(world, ("company", company))

    assert run["result"]["change"] == "updated"
    assert run["result"]["fields"] == "city, invoice_email"
    (card,) = await world.customers("Ändringsbolaget AB")
    assert (card["City"], card["EmailInvoice"]) == ("Motala", "faktura@andring.example")
    assert (card["Address1"], card["ZipCode"]) == (before["Address1"], before["ZipCode"])

    await write_fields(world, company, custom_fields={"Fakturamejl": None})
    (kept,) = await sync(world, ("company", company))
    assert kept["result"]["change"] == "unchanged", "an empty field blanks nothing"


async def test_contact_becomes_a_private_customer_where_that_is_allowed(world: World) -> None:
    """F16, F21, F25, F29: the number goes to the contact's own field."""
    person = {"name": "Karin Öberg", "email": "karin@oberg.example", "custom_fields": {"Personnummer": "19640823-3234"}}
    contact = (await world.seed("pipedrive", {"persons": [person]}))["persons"][0]["id"]

    (parked,) = await sync(world, ("contact", contact))
    assert (parked["state"], parked["reason"]["code"]) == ("parked", "contact_no_customer")
    assert "Karin Öberg" in parked["reason"]["what"]

    number_field = await world.field("contact", "Personnummer")
    back = await world.field("contact", "Fortnox kundnummer")

    def allow(document: Record) -> None:
        document["customers"]["contacts_as_customers"] = True
        contact_rules = document["customers"]["contact"]
        contact_rules["mapping"].append({"target": "organisation_number", "sources": [number_field]})
        contact_rules["number"] = {"write_to": back}

    await world.settings(allow)
    (run,) = await sync(world, ("contact", contact))

    assert run["state"] == "done", run["reason"]
    (card,) = await world.customers("Karin Öberg")
    assert (card["Type"], card["OrganisationNumber"]) == ("PRIVATE", "640823-3234")
    (row,) = [each for each in await world.rows("pipedrive", "persons") if each["id"] == contact]
    assert row["custom_fields_by_name"]["Fortnox kundnummer"] == card["CustomerNumber"]


async def test_record_that_is_gone_parks_and_replay_finds_nothing_new(world: World) -> None:
    """F16."""
    (run,) = await sync(world, ("company", 987654))

    assert (run["state"], run["reason"]["code"]) == ("parked", "source_record_missing")


async def test_deal_and_sync_of_one_company_at_once_make_one_customer(world: World) -> None:
    """F16: whoever holds the right to create goes first, the other waits and finds the customer."""
    company = await world.company("Samtidiga AB")
    deal = await world.deal(org_id=company)

    runs, done = await asyncio.gather(sync(world, ("company", company)), world.win(deal))

    assert [run["state"] for run in runs] == ["done"], runs[0]["reason"]
    assert done.state == "done", done.run["reason"]
    (card,) = await world.customers("Samtidiga AB")
    assert (await world.invoice(deal))["CustomerNumber"] == card["CustomerNumber"] == runs[0]["result"]["number"]


async def test_answer_lost_while_creating_a_customer_makes_one(hasty_world: World) -> None:
    """F16: protected as a deal's customer is."""
    world = hasty_world
    company = await world.company("Tystnaden AB")
    await world.fault("fortnox", "POST", "/3/customers", kind="apply_then_reset")

    (run,) = await sync(world, ("company", company))

    assert run["state"] == "done", run["reason"]
    assert len(await world.customers("Tystnaden AB")) == 1


async def test_linked_customers_are_brought_up_to_date_by_schedule(world: World) -> None:
    """F16: daily, for what is linked, by the rows' own policy; a record nobody linked is left alone."""
    company = await world.company("Schemabolaget AB")
    await world.company("Olänkade Bolaget AB")
    await sync(world, ("company", company))
    await world.settings(overwrite("city", "always"))
    moved = {"value": "Nygatan 1, 591 30 Motala", "route": "Nygatan", "postal_code": "591 30", "locality": "Motala"}
    await write_fields(world, company, address={**moved, "country": "Sverige"})

    await world.settings(lambda document: document["customers"].update(scheduled_sync="daily"))

    async def arrived() -> bool:
        (card,) = await world.customers("Schemabolaget AB")
        return bool(card["City"] == "Motala")

    await until(arrived, "the linked customer to be brought up to date")
    runs = await world.runs(str(company))
    assert [run["trigger"] for run in runs] == ["schedule", "manual"]
    assert await world.customers("Olänkade Bolaget AB") == []
