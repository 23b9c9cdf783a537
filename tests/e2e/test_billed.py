"""What of a deal is billed on one document: disabled and recurring lines, instalments."""

import hashlib
from decimal import Decimal

import pytest
from tests.e2e.world import FINAL, Record, World, note_text, one_line, until

MONTHLY = {"billing_frequency": "monthly", "billing_frequency_cycles": 12, "billing_start_date": "2026-12-01"}
ENDLESS = {**MONTHLY, "billing_frequency_cycles": None}


async def bills(world: World, **rules: str) -> None:
    await world.settings(lambda document: document["document"].update(**rules))


async def read_instalments(world: World) -> None:
    """The account connected anew by its API token, on a plan that has instalments and a wider burst limit."""
    await world.configure("pipedrive", plan="ultimate")
    token = hashlib.sha256(b"sandbox:4410022:9001777").hexdigest()[:40]
    body = {"connector": "pipedrive", "api_token": token, "config": {"reads_instalments": True}}
    await world.api.post("/source-accounts", body)


async def test_disabled_lines_are_left_out(world: World) -> None:
    """F63."""
    lines = [one_line(quantity=2), one_line(quantity=5, is_enabled=False)]
    deal = await world.deal(lines, org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert [str(line["DeliveredQuantity"]) for line in invoice["InvoiceRows"]] == ["2"]
    assert Decimal(str(invoice["Net"])) == Decimal(1900)


@pytest.mark.parametrize(
    ("setting", "recurrence", "net", "code"),
    [
        ("park", MONTHLY, None, "recurring_line"),
        ("first_period", ENDLESS, "1900", None),
        ("full_term", MONTHLY, "22800", None),
        ("full_term", ENDLESS, None, "recurring_endless"),
    ],
)
async def test_recurring_line_parks_or_is_billed_as_the_settings_say(
    world: World, setting: str, recurrence: Record, net: str | None, code: str | None
) -> None:
    """F63."""
    await bills(world, recurring=setting)
    deal = await world.deal([one_line(quantity=2, **recurrence)], org_id=await world.company())

    ended = await world.win(deal)

    assert ended.code == code
    if net is None:
        assert (ended.state, await world.documents(deal)) == ("parked", [])
        return
    assert ended.state == "done", ended.run["reason"]
    assert Decimal(str((await world.invoice(deal))["Net"])) == Decimal(net)
    assert f"utkastet gäller {1 if setting == 'first_period' else 12} period" in note_text(await world.note(deal))


PARTS = (
    {"amount": 500, "billing_date": "2026-12-01", "description": "Vid start"},
    {"amount": 666.67, "billing_date": "2027-01-15", "description": "Vid slut"},
)


async def of_instalments(world: World, deal: str) -> list[Record]:
    """The documents that are no whole deal's, in the order they were made."""
    whole = {row["DocumentNumber"] for row in await world.documents(deal)}
    return [row for row in await world.rows("fortnox", "invoices") if row["DocumentNumber"] not in whole]


async def instalment_runs(world: World, deal: str) -> list[Record]:
    runs = (await world.api.get("/runs", limit="200"))["runs"]
    return [run for run in runs if str(run["external_id"]).startswith(f"{deal}:")]


async def both_done(world: World, deal: str, *, runs: int = 2) -> list[Record]:
    async def ended() -> list[Record] | None:
        found = await instalment_runs(world, deal)
        return found if len(found) >= runs and all(run["state"] in FINAL for run in found) else None

    return await until(ended, "every instalment's run to end")


@pytest.mark.parametrize("setting", ["park", "full"])
async def test_instalments_park_or_are_billed_in_full(world: World, setting: str) -> None:
    """F63."""
    await read_instalments(world)
    await bills(world, instalments=setting)
    deal = await world.deal([one_line(quantity=2)], org_id=await world.company(), installments=list(PARTS))

    ended = await world.win(deal)

    if setting == "park":
        assert (ended.state, ended.code) == ("parked", "instalments_present")
        assert await world.documents(deal) == []
        return
    assert ended.state == "done", ended.run["reason"]
    assert Decimal(str((await world.invoice(deal))["Net"])) == Decimal(1900)
    assert "2 delbetalningar" in note_text(await world.note(deal))


async def test_each_instalment_becomes_a_draft_of_its_own(world: World) -> None:
    """F63: amounts to the öre over the deal's VAT rates, each on its own day; Replay doubles nothing."""
    await read_instalments(world)
    await bills(world, instalments="one_draft_each", instalment_article="KONS")
    lines = [one_line(quantity=1, item_price=900), one_line("BOK-1", quantity=1, item_price=266.67, tax=6)]
    deal = await world.deal(lines, org_id=await world.company(), installments=list(PARTS))

    split = await world.win(deal)

    assert (split.state, split.code) == ("skipped", "split_into_instalments")
    ended = await both_done(world, deal)
    assert [run["state"] for run in ended] == ["done", "done"], [run["reason"] for run in ended]
    drafts = sorted(await of_instalments(world, deal), key=lambda row: str(row["InvoiceDate"]))
    assert [(row["InvoiceDate"], Decimal(str(row["Net"]))) for row in drafts] == [
        ("2026-12-01", Decimal(500)),
        ("2027-01-15", Decimal("666.67")),
    ]
    assert [[Decimal(str(row["VAT"])) for row in draft["InvoiceRows"]] for draft in drafts] == [[25, 6], [25, 6]]
    assert {row["ArticleNumber"] for draft in drafts for row in draft["InvoiceRows"]} == {"KONS"}
    assert "Vid start" in drafts[0]["InvoiceRows"][0]["Description"]
    notes = [note_text(note) for note in await world.notes(deal)]
    assert all(any(f"Fakturautkast {draft['DocumentNumber']}" in note for note in notes) for draft in drafts)

    await world.api.post(f"/runs/{split.run['id']}/replay", {})
    await both_done(world, deal, runs=4)
    assert len(await of_instalments(world, deal)) == 2

    await bills(world, instalments="full")
    await world.api.post(f"/runs/{split.run['id']}/replay", {})
    refused = await world.shows(deal, "instalments_drafted")
    assert refused["state"] == "parked"
    assert await world.documents(deal) == []


async def test_drafts_of_instalments_follow_their_deal_and_are_cancelled_with_it(world: World) -> None:
    """F63, F61, F18: a rename reaches both drafts, a loss cancels both, and nothing is made anew."""
    await read_instalments(world)
    await bills(world, instalments="one_draft_each", instalment_article="KONS", follow_edits=True)
    await world.settings(
        lambda document: (
            document["triggers"].update(cancel={"statuses": ["lost"]}),
            document["document"].update(mapping=[{"target": "comments", "sources": ["deal.title"]}]),
        )
    )
    deal = await world.deal([one_line(quantity=2)], org_id=await world.company(), installments=list(PARTS))
    won = await world.win(deal)
    await both_done(world, deal)

    await world.seed("pipedrive", {"update_deal": {"id": int(deal), "title": "Omdöpt"}})
    renamed = await world.settled(deal, after=won.run["id"])
    await both_done(world, deal, runs=4)

    drafts = await of_instalments(world, deal)
    assert [(row["Comments"], row["Cancelled"]) for row in drafts] == [("Omdöpt", False)] * 2

    await world.seed("pipedrive", {"lose_deal": int(deal)})
    await world.settled(deal, after=renamed.run["id"])
    await both_done(world, deal, runs=6)

    drafts = await of_instalments(world, deal)
    assert [row["Cancelled"] for row in drafts] == [True, True]
