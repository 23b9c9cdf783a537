"""Webhooks that never came: the deal is found all the same, once, and nothing older is touched (P4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.e2e.bridging import running_bridge
from tests.e2e.conftest import CALM
from tests.e2e.hubspot import FIRST, Portal, one_line
from tests.e2e.world import World, until

from fortnox_bridge.bootstrap import Bridge
from fortnox_bridge.bootstrap.deployment import build_deployment
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.meters import NoMeters
from fortnox_bridge.registry import load_registry
from fortnox_bridge.services.reconcile.reconcile import Reconcile


@pytest.fixture(params=["pipedrive", "hubspot"])
async def either(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[tuple[World, Bridge]]:
    async with running_bridge(sqlite_url, time_factor=CALM, source=request.param) as running:
        yield running


def reconcile_of(bridge: Bridge) -> Reconcile:
    """The bridge's own, which is due whenever it is asked."""
    deployment = build_deployment(bridge.config, load_registry(), SystemClock(), NoMeters(), is_past_known=True)
    timing = replace(deployment.timing, reconcile_s=0, reconcile_overlap_s=1.2)
    return Reconcile(
        storage=bridge.storage,
        events=bridge.storage.events,
        connections=bridge.services.connections,
        settings=bridge.services.settings,
        sources=bridge.sources,
        deployment=replace(deployment, timing=timing),
        doorbell=bridge.sharing.bell,
    )


async def won_deal(world: World, source: str, *, number: int) -> str:
    """A deal that reached its stage, of which nobody told us."""
    if source == "pipedrive":
        deal = await world.deal(is_awaited=False, org_id=await world.company())
        await world.move(deal)
        return deal
    portal = Portal(world, FIRST, world.connection_id)
    deal = await portal.deal([one_line()], company=await portal.company(f"Missad {number} AB", 700 + number))
    await portal.move(deal)
    return deal


async def edited(world: World, source: str, deal: str) -> None:
    if source == "pipedrive":
        await world.seed("pipedrive", {"update_deal": {"id": int(deal), "title": "Nytt namn"}})
    else:
        wish = {"type": "deals", "id": deal, "properties": {"dealname": "Nytt namn"}}
        await world.seed("hubspot", {"portal": FIRST, "update": wish})


async def test_missed_deal_becomes_one_draft_and_an_older_one_stays_as_it_is(either: tuple[World, Bridge]) -> None:
    world, bridge = either
    source = await _source(world)
    await world.configure(source, webhook_drop=True)
    reconcile = reconcile_of(bridge)
    older = await won_deal(world, source, number=1)
    # Longer than the overlap and a vendor's whole second: what is older than the first look is nobody's business.
    await asyncio.sleep(2.5)
    await reconcile()

    missed = await won_deal(world, source, number=2)
    await edited(world, source, older)
    await reconcile()
    await until(lambda: _done(world, missed), "the missed deal to be drafted")
    await reconcile()

    assert await world.runs(older) == []
    assert len(await world.rows("fortnox", "invoices")) == 1
    assert [run["trigger"] for run in await world.runs(missed)] == ["schedule"]


async def _source(world: World) -> str:
    connection = await world.api.get(world.place)
    return str(connection["source_account"]["connector"])  # type: ignore[index]


async def _done(world: World, deal: str) -> bool | None:
    return any(run["state"] == "done" for run in await world.runs(deal)) or None
