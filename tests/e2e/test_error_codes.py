"""Each cause of refusal has its own code: from the won deal to the note, then mended, then exactly one draft."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.world import ARTICLE, Record, World, note_text, one_line, replay_link

Act = Callable[[World], Awaitable[Any]]


@dataclass(frozen=True)
class Case:
    """`arrange` breaks something and answers what the deal shall be; `mend` is what the note asks for.

    `vendor` is Fortnox's own sentence, kept beside ours; empty when Fortnox was not asked.
    """

    code: str
    arrange: Callable[[World], Awaitable[Record]]
    mend: Act
    words: tuple[str, ...]
    vendor: str = ""
    extra_scopes: tuple[str, ...] = field(default=("bookkeeping",))


async def waits_then_succeeds(world: World, case: Case) -> None:
    wish = await case.arrange(world)
    lines = wish.pop("lines", None)
    deal = await world.deal(lines, **wish)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", case.code)
    reason = parked.run["reason"]
    note = await world.note(deal)
    text = note_text(note)
    assert reason["what"] in text
    assert reason["remedy"] in text
    assert all(word in text for word in case.words), text
    assert case.vendor in reason["what"]
    assert await world.documents(deal) == []

    await case.mend(world)
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    assert [row["Cancelled"] for row in await world.documents(deal)] == [False]
    assert "Fakturautkast" in note_text(await world.note(deal))


async def two_customers(world: World) -> Record:
    twins = [{"Name": f"Tvilling {city} AB", "OrganisationNumber": "559900-1115", "City": city} for city in "ÖV"]
    await world.seed("fortnox", {"customers": twins})
    return {"org_id": await world.company("Tvilling AB", Organisationsnummer="559900-1115")}


async def rename_the_other(world: World) -> None:
    (other,) = await world.customers("Tvilling Ö AB")
    await world.seed("fortnox", {"delete_customer": other["CustomerNumber"]})


async def unknown_product(world: World) -> Record:
    return {"lines": [one_line("OKÄND-1")], "org_id": await world.company()}


async def add_article(world: World) -> None:
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "OKÄND-1", "Description": "Nu känd"}]})


async def default_terms_removed(world: World) -> Record:
    def thirty_days(document: Record) -> None:
        document["customers"]["defaults"]["terms_of_payment"] = "30"

    await world.settings(thirty_days)
    await world.seed("fortnox", {"remove_registers": {"termsofpayments": ["30"]}})
    return {"org_id": await world.company()}


async def add_terms(world: World) -> None:
    await world.seed("fortnox", {"registers": {"termsofpayments": [{"Code": "30", "Description": "30 dagar"}]}})


async def period_locked_since(world: World) -> Record:
    """Locked after the bridge last looked: Fortnox refuses, and the day is planned anew."""
    company = await world.company()
    assert (await world.win(await world.deal(org_id=company))).state == "done"
    await world.configure("fortnox", locked_period_end="2099-12-31")
    return {"org_id": company}


async def unlock(world: World) -> None:
    await world.configure("fortnox", locked_period_end=None)


async def currency_removed(world: World) -> Record:
    await world.seed("fortnox", {"remove_registers": {"currencies": ["EUR"]}})
    return {"org_id": await world.company(), "currency": "EUR"}


async def add_currency(world: World) -> None:
    entry = {"Code": "EUR", "Description": "Euro", "SellRate": 11.4, "BuyRate": 11.4, "Unit": 1}
    await world.seed("fortnox", {"registers": {"currencies": [entry]}})


async def character_refused(world: World) -> Record:
    """A character that our own cleaning lets through and Fortnox does not."""
    said = {"ErrorInformation": {"error": 1, "message": "Värdet innehåller ej tillåtna tecken. (ʘ)", "code": 2000359}}
    body = json.dumps(said)
    await world.fault("fortnox", "POST", "/3/invoices", kind="status", status=400, body=body)
    return {"org_id": await world.company()}


async def account_closed(world: World) -> Record:
    await world.seed("fortnox", {"registers": {"accounts": [{"Number": 3041, "Active": False}]}})
    return {"org_id": await world.company()}


async def open_account(world: World) -> None:
    await world.seed("fortnox", {"registers": {"accounts": [{"Number": 3041, "Active": True}]}})


async def unit_removed(world: World) -> Record:
    await world.seed("fortnox", {"remove_registers": {"units": ["h"]}})
    return {"org_id": await world.company()}


async def add_unit(world: World) -> None:
    await world.seed("fortnox", {"registers": {"units": [{"Code": "h", "Description": "Timme"}]}})


async def way_of_delivery_removed(world: World) -> Record:
    (card,) = await world.customers("Ekhammars Plåt AB")
    await world.seed("fortnox", {"edit_customer": {"CustomerNumber": card["CustomerNumber"], "WayOfDelivery": "P"}})
    await world.seed("fortnox", {"remove_registers": {"wayofdeliveries": ["P"]}})
    return {"org_id": await world.company("Ekhammar", Organisationsnummer="559900-0000")}


async def add_way_of_delivery(world: World) -> None:
    await world.seed("fortnox", {"registers": {"wayofdeliveries": [{"Code": "P", "Description": "Post"}]}})


async def nothing(_: World) -> None:
    """What was wrong was wrong once."""


CASES = {
    "ambiguity": Case("customer_ambiguous", two_customers, rename_the_other, ("5599001115", "Tvilling V AB")),
    "missing mapping": Case("article_not_found", unknown_product, add_article, ("OKÄND-1",)),
    "missing register value": Case(
        "fortnox_terms_of_payment_missing",
        default_terms_removed,
        add_terms,
        ("Betalningsvillkor",),
        "Betalningsvillkoret saknas.",
    ),
    "locked period": Case("period_locked", period_locked_since, unlock, ("2099-12-31", "Låst period")),
    "wrong currency": Case("currency_missing", currency_removed, add_currency, ("EUR",)),
    "forbidden character": Case(
        "fortnox_characters_refused", character_refused, nothing, (), "Värdet innehåller ej tillåtna tecken. (ʘ)"
    ),
    "inactive account": Case("account_inactive", account_closed, open_account, ("3041", ARTICLE)),
    "inactive account that the connection may not look up": Case(
        "fortnox_account_inactive", account_closed, open_account, ("inaktivt",), "Kontot är inte aktivt. (3041)", ()
    ),
    "missing unit": Case("fortnox_unit_missing", unit_removed, add_unit, ("Enheter",), "Enheten saknas. (h)"),
    "missing way of delivery on the card": Case(
        "fortnox_way_of_delivery_missing",
        way_of_delivery_removed,
        add_way_of_delivery,
        ("Leveranssätt",),
        "Kan inte hitta leveranssätt. (P)",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_cause_of_refusal_has_its_own_code_and_once_mended_replay_makes_one_draft(
    sqlite_url: str, case: Case
) -> None:
    """F80, F81, F8: our sentence and remedy in the note, Fortnox's own words kept beside them, nothing created."""
    async with running_world(sqlite_url, time_factor=0.2, extra_scopes=case.extra_scopes) as world:
        await waits_then_succeeds(world, case)


async def test_missing_scope_parks_naming_fortnox_answer_and_another_document_kind_finishes(sqlite_url: str) -> None:
    """F80, F2: the connection was never granted orders."""
    async with running_world(sqlite_url, time_factor=0.2, with_orders=False) as world:
        order, invoice = await world.stage_rule("Vunnen", "order"), await world.stage_rule("Vunnen", "invoice")
        await world.settings(lambda document: document["triggers"].update(rules=[order]))
        deal = await world.deal(org_id=await world.company())

        parked = await world.win(deal)

        assert (parked.state, parked.code) == ("parked", "fortnox_scope_missing")
        assert "har inte behörighet för scope" in parked.run["reason"]["what"]
        note = await world.note(deal)
        assert parked.run["reason"]["what"] in note_text(note)
        assert await world.documents(deal, "order") == []

        await world.settings(lambda document: document["triggers"].update(rules=[invoice]))
        await world.send("POST", replay_link(note), form={})
        done = await world.settled(deal, after=parked.run["id"])
        assert done.state == "done", done.run["reason"]
        assert len(await world.documents(deal)) == 1


async def test_missing_bank_details_leave_the_draft_and_are_told_in_fortnox_words(world: World) -> None:
    """F80, F84: only the PDF is missing; the note says why, and Replay attaches it."""
    body = json.dumps({"ErrorInformation": {"error": 1, "message": "Bankuppgifter saknas.", "code": 2990019}})
    await world.fault("fortnox", "GET", "/3/invoices/[0-9]+/preview", kind="status", status=400, body=body)
    deal = await world.deal(org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert len(await world.documents(deal)) == 1
    assert await world.pdfs(deal) == []
    note = await world.note(deal)
    assert "Bankuppgifter saknas." in note_text(note)

    await world.api.post(f"/runs/{done.run['id']}/replay")
    assert (await world.settled(deal, after=done.run["id"])).state == "done"
    assert len(await world.pdfs(deal)) == 1
    assert len(await world.documents(deal)) == 1
