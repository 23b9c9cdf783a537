"""Disconnecting accounts: the vendor forgets us, our tokens are gone, and what waits goes on after reconnecting."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from tests.e2e.bridging import running_bridge
from tests.e2e.conftest import CALM
from tests.e2e.deliveries import hook_of
from tests.e2e.hubspot import Portal, one_line, running_portal
from tests.e2e.world import Record, World, until

from fortnox_bridge.cli.demo.joining import consent
from fortnox_bridge.services.upkeep import Upkeep


@pytest.fixture
async def portal(sqlite_url: str) -> AsyncIterator[Portal]:
    async with running_portal(sqlite_url) as running:
        yield running


async def accounts(world: World) -> list[Record]:
    return cast("list[Record]", (await world.api.get("/source-accounts"))["source_accounts"])


async def account_id(world: World) -> str:
    return str((await accounts(world))[0]["id"])


async def test_disconnected_source_sends_nothing_more_and_its_runs_go_on_after_reconnecting(world: World) -> None:
    """F1, F3, F9."""
    deal = await world.deal(org_id=await world.company())
    hook = await hook_of(world)

    told = await world.api.post(f"/source-accounts/{await account_id(world)}/disconnect")

    assert (told["source_account"]["access"], told["notice"]) == ("not_connected", None)  # type: ignore[index]
    assert [row for row in await world.rows("pipedrive", "webhooks") if row["is_active"]] == []
    assert await hook.post(hook.body(deal)) == 401
    again = await world.api.post(f"/source-accounts/{await account_id(world)}/disconnect")
    assert again["notice"] is None

    before = await world.mark()
    await world.api.post(f"{world.place}/runs", {"external_id": deal})
    await world.shows(deal, "source_unauthorized")
    assert await world.calls(before, "pipedrive") == []
    assert (await accounts(world))[0]["access"] == "not_connected"

    await consent(world.api, world.browser, "pipedrive")

    async def gone_on() -> bool:
        runs = await world.runs(deal)
        return (runs[0]["trigger"] != "manual" and runs[0]["state"] in {"skipped", "done"}) or None  # type: ignore[return-value]

    await until(gone_on, "the parked run to go on")
    won = await world.win(deal)
    assert won.state == "done", won.run["reason"]


async def test_disconnected_company_is_asked_for_nothing_even_by_its_service_account(world: World) -> None:
    """F1."""
    companies: Any = (await world.api.get("/fortnox-companies"))["fortnox_companies"]
    before = await world.mark()

    told: Any = await world.api.post(f"/fortnox-companies/{companies[0]['id']}/disconnect")

    assert (told["fortnox_company"]["access"], told["notice"]) == ("not_connected", None)
    assert await world.calls(before, "fortnox") == ["POST /oauth-v1/revoke"]
    parked = await world.win(await world.deal(org_id=await world.company()))
    assert (parked.state, parked.code) == ("parked", "fortnox_reconnect")
    assert await world.calls(before, "fortnox") == ["POST /oauth-v1/revoke"]


async def test_source_that_does_not_answer_is_disconnected_all_the_same_and_what_is_left_is_said(world: World) -> None:
    for method, path in (("GET", "/api/v1/webhooks"), ("GET", "/v1/webhooks"), ("POST", "/oauth/revoke")):
        await world.fault("pipedrive", method, path, kind="status", status=500, times=20)

    told: Any = await world.api.post(f"/source-accounts/{await account_id(world)}/disconnect")

    assert told["source_account"]["access"] == "not_connected"
    assert told["notice"]["code"] == "account_left_behind"
    assert "Pipedrive" in told["notice"]["what"]


async def test_disconnected_portal_has_our_app_no_more(portal: Portal) -> None:
    """F3: HubSpot wants a disconnection to uninstall."""
    world = portal.world
    deal = await portal.deal([one_line(1)], company=await portal.company("Avskedet AB", 871))
    await portal.run(deal)
    before = await world.mark()

    told: Any = await world.api.post(f"/source-accounts/{await account_id(world)}/disconnect")

    assert (told["source_account"]["access"], told["notice"]) == ("not_connected", None)
    calls = await world.calls(before, "hubspot")
    assert [call for call in calls if call.startswith("DELETE /appinstalls/")]
    count = len(await world.rows("hubspot", "deliveries"))
    await portal.move(deal)
    assert len(await world.rows("hubspot", "deliveries")) == count
    assert await portal.documents(deal) == []


async def test_uninstalled_app_is_noticed_without_a_deal(sqlite_url: str) -> None:
    """F9: HubSpot tells nobody; upkeep asks."""
    async with running_bridge(sqlite_url, time_factor=CALM, source="hubspot") as (world, bridge):
        upkeep = Upkeep(
            connections=bridge.services.connections, accounts=bridge.services.accounts, fortnox=bridge.fortnox
        )
        await upkeep()
        assert (await accounts(world))[0]["access"] == "connected"

        await Portal(world).seed(uninstall_app={})
        await upkeep()

        assert (await accounts(world))[0]["access"] == "needs_reconnect"
