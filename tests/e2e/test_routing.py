"""Several Fortnox companies behind one source account: whose a deal is, and that it is documented once."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.e2e.companies import consent, join, open_company, route
from tests.e2e.world import World, note_text

from fortnox_bridge.cli.demo.browser import UnexpectedAnswer

NORTH, SOUTH = "Norr AB", "Söder AB"
SOUTH_NUMBER = 7_654_321
SELLERS = 4_410_099


@dataclass
class Group:
    """One source account and two companies: `north` is asked first."""

    north: World
    south: World


@pytest.fixture
async def group(world: World) -> Group:
    company = await open_company(world, SOUTH_NUMBER, SOUTH)
    await world.seed("fortnox", {"registers": {"currencies": [{"Code": "EUR", "Description": "Euro"}]}})
    return Group(world, await join(world, fortnox_company_id=company, name=SOUTH))


async def stands(world: World, deal: str) -> int:
    return len(await world.documents(deal))


async def test_first_connection_whose_route_fits_takes_the_deal(group: Group) -> None:
    """F5: by a field's value, and the order of the connections can be changed. The deal's head is read once."""
    north, south = group.north, group.south
    field = await north.field("deal", "Er referens")
    await south.settings(route(field={"source": field, "values": ["söder"]}))
    await north.api.put(f"{south.place}/position", {"position": 1})
    company = await north.company()
    ours = await north.deal(org_id=company, custom_fields={"Er referens": "Söder"})
    theirs = await north.deal(org_id=company, custom_fields={"Er referens": "Norr"})
    before = await north.mark()

    won = await north.win(ours)

    assert (won.state, won.run["connection_id"]) == ("done", south.connection_id)
    reads = [call for call in await north.calls(before, "pipedrive") if call == f"GET /api/v2/deals/{ours}"]
    assert len(reads) == 1
    assert (await stands(south, ours), await stands(north, ours)) == (1, 0)

    won = await north.win(theirs)

    assert (won.state, won.run["connection_id"]) == ("done", north.connection_id)
    assert (await stands(south, theirs), await stands(north, theirs)) == (0, 1)


async def test_deal_that_no_route_takes_parks_and_says_its_pipeline_and_currency(group: Group) -> None:
    """F5: after the route was corrected, Replay finds the connection."""
    north, south = group.north, group.south
    await north.settings(route(currencies=["SEK"]))
    await south.settings(route(currencies=["NOK"]))
    deal = await north.deal(org_id=await north.company(), currency="EUR")

    parked = await north.win(deal)

    assert (parked.state, parked.code) == ("parked", "no_route")
    said = note_text(await north.note(deal))
    assert "pipeline 1 med valuta EUR" in said
    assert await stands(north, deal) + await stands(south, deal) == 0

    await north.settings(route(currencies=["SEK", "EUR"]))
    await north.api.post(f"/runs/{parked.run['id']}/replay")
    done = await north.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    assert await stands(north, deal) == 1


async def test_deal_of_a_stage_without_rule_is_nobodys_and_says_nothing(group: Group) -> None:
    """F5: what no rule wants is not parked for want of a route."""
    await group.north.settings(route(currencies=["NOK"]))
    await group.south.settings(route(currencies=["NOK"]))

    deal = await group.north.deal(org_id=await group.north.company())

    (run,) = await group.north.runs(deal)
    assert (run["state"], run["reason"]["code"]) == ("skipped", "no_rule")
    assert await group.north.notes(deal) == []


async def test_deal_documented_in_one_company_gets_no_second_document_in_another(group: Group) -> None:
    """F5: one document per deal across all routes. F4: the same after a switch of company."""
    north, south = group.north, group.south
    deal = await north.deal(org_id=await north.company())
    await north.win(deal)
    number = (await north.invoice(deal))["DocumentNumber"]
    await north.api.put(f"{north.place}/activity", {"is_active": False})
    await north.move(deal, "Förhandling")
    last = (await north.settled(deal)).run["id"]

    await north.move(deal)
    parked = await north.settled(deal, after=last)

    assert (parked.state, parked.code) == ("parked", "documented_elsewhere")
    assert f"har redan dokumentet {number} i " in note_text(await north.note(deal))
    assert (await stands(north, deal), await stands(south, deal)) == (1, 0)


async def test_request_by_hand_must_fit_the_route_of_the_connection_it_names(group: Group) -> None:
    """F5: unless the kind of document is asked for in so many words."""
    north, south = group.north, group.south
    await south.settings(route(currencies=["NOK"]))
    deal = await north.deal(org_id=await north.company(), stage="Vunnen", is_awaited=False)
    await north.settled(deal)
    other = await north.deal(org_id=await north.company())
    last = (await north.runs(other))[0]["id"]

    await north.api.post(f"{south.place}/runs", {"external_id": other})
    parked = await north.settled(other, after=last)
    assert (parked.state, parked.code) == ("parked", "other_route")

    await north.api.post(f"{south.place}/runs", {"external_id": other, "document": "invoice"})
    done = await north.settled(other, after=parked.run["id"])
    assert done.state == "done", done.run["reason"]
    assert (await stands(north, other), await stands(south, other)) == (0, 1)


async def test_second_account_takes_a_company_over_only_when_confirmed(world: World) -> None:
    """F4: the refusal names the first connection, which is turned off by the move."""
    (made,) = (await world.seed("pipedrive", {"companies": [{"id": 4_410_099, "name": "Andra Säljarna AB"}]}))[
        "companies"
    ]
    await consent(world, "pipedrive", made["id"])
    accounts: Any = (await world.api.get("/source-accounts"))["source_accounts"]
    (second,) = [row["id"] for row in accounts if row["external_id"] == str(SELLERS)]
    wish = {"source_account_id": second, "name": "Ny"}

    with pytest.raises(UnexpectedAnswer, match=r"answered 422.*connection_exists.*Demo"):
        await world.api.post("/connections", wish)

    moved = await world.api.post("/connections", {**wish, "confirm_move": True})

    assert moved["is_active"] is True
    assert (await world.api.get(world.place))["is_active"] is False
    deal = await world.deal(org_id=await world.company())
    skipped = await world.win(deal)
    assert (skipped.state, skipped.code) == ("skipped", "connection_inactive")
