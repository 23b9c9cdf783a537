"""Access lost and given again (F9), and tokens renewed once however many want them (reliability 4.5)."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.conftest import HASTY
from tests.e2e.world import World, note_text, one_line, until

from fortnox_bridge.cli.demo.joining import consent

_REFUSED = '{"error":"invalid_grant","error_description":"Invalid refresh token"}'


@pytest.fixture(params=[True, False], ids=["service_account", "refresh_token"])
async def either_world(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[World]:
    """Connected by a service account, and by a user whose refresh token rotates."""
    async with running_world(sqlite_url, time_factor=HASTY, is_service_account=request.param) as running:
        yield running


@pytest.fixture
async def wide_world(sqlite_url: str) -> AsyncIterator[World]:
    """As many slots as runs."""
    async with running_world(sqlite_url, time_factor=0.9, slots=100) as running:
        yield running


async def test_consent_withdrawn_in_fortnox_parks_runs_that_resume_after_reconnecting(either_world: World) -> None:
    """F9."""
    world = either_world
    deals = [await world.deal(org_id=await world.company()) for _ in range(2)]
    await world.seed("fortnox", {"withdraw_consent": True, "invalidate_access_tokens": True})

    for deal in deals:
        parked = await world.win(deal)
        assert (parked.state, parked.code) == ("parked", "fortnox_reconnect")
        assert "Fortnox" in note_text(await world.note(deal))
    (company,) = (await world.api.get("/fortnox-companies"))["fortnox_companies"]  # type: ignore[misc]
    assert company["access"] == "needs_reconnect"  # type: ignore[index]

    await consent(world.api, world.browser, "fortnox")

    for deal in deals:
        await until(lambda deal=deal: _done(world, deal), "the parked run to go on by itself")
        assert "Fakturautkast" in note_text(await world.note(deal))
        await world.invoice(deal)
    (company,) = (await world.api.get("/fortnox-companies"))["fortnox_companies"]  # type: ignore[misc]
    assert company["access"] == "connected"  # type: ignore[index]


async def test_network_trouble_at_the_token_endpoint_never_asks_for_a_reconnect(either_world: World) -> None:
    world = either_world
    company = await world.company()
    await world.win(await world.deal(org_id=company))
    deal = await world.deal([one_line(quantity=9)], org_id=company)
    await world.fault("fortnox", "POST", "/oauth-v1/token", kind="reset")
    await world.seed("fortnox", {"invalidate_access_tokens": True})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert "fortnox_reconnect" not in done.codes
    await world.invoice(deal)


async def test_source_token_refused_parks_runs_that_resume_after_reconnecting(hasty_world: World) -> None:
    """F9."""
    world = hasty_world
    deal = await world.deal(org_id=await world.company())
    await world.seed("pipedrive", {"expire_access_tokens": {}})
    await world.fault("pipedrive", "POST", "/oauth/token", kind="status", status=400, body=_REFUSED, times=None)

    parked = await world.win(deal)
    assert (parked.state, parked.code) == ("parked", "source_unauthorized")
    assert await world.notes(deal) == []

    await world.control.delete("/faults")
    await consent(world.api, world.browser, "pipedrive")
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    await world.invoice(deal)
    await world.note(deal)


async def test_hundred_runs_with_an_expired_source_token_renew_it_once(wide_world: World) -> None:
    """Fault 22."""
    world = wide_world
    await world.configure("pipedrive", rate_limits=False, webhooks_paused=True)
    await world.seed("pipedrive", {"deals": [{"title": f"Affär {n}", "currency": "SEK"} for n in range(100)]})
    await world.seed("pipedrive", {"expire_access_tokens": {}})
    before = await world.mark()

    await world.configure("pipedrive", webhooks_paused=False)
    await until(lambda: _all_ended(world, 100), "a hundred runs to end")

    assert (await world.calls(before, "pipedrive")).count("POST /oauth/token") == 1


async def test_many_runs_with_an_expired_fortnox_token_renew_it_once(wide_world: World) -> None:
    """Fault 22: eight drafts at once, which keeps the rate window from deciding how long this takes."""
    world = wide_world
    company = await world.company()
    await world.win(await world.deal(org_id=company))
    deals = [await world.deal([one_line(quantity=n + 1)], org_id=company) for n in range(8)]
    await world.seed("fortnox", {"invalidate_access_tokens": True})
    before = await world.mark()

    ended = await asyncio.gather(*(world.win(deal, patience_s=60) for deal in deals))

    assert {watched.state for watched in ended} == {"done"}
    assert (await world.calls(before, "fortnox")).count("POST /oauth-v1/token") == 1
    for deal in deals:
        await world.invoice(deal)


async def test_source_account_that_uninstalls_us_is_closed_and_its_deals_start_nothing(world: World) -> None:
    """F3."""
    deal = await world.deal(org_id=await world.company())
    before = await world.runs(deal)
    await world.seed("pipedrive", {"uninstall_app": True})

    await until(lambda: _closed(world), "the account to be closed")
    await world.move(deal)

    assert await world.runs(deal) == before
    assert await world.documents(deal) == []


async def _done(world: World, deal: str) -> bool:
    return any(run["state"] == "done" for run in await world.runs(deal))


async def _all_ended(world: World, count: int) -> bool:
    answer = await world.api.get("/runs", limit="200", state="skipped")
    return len(answer["runs"]) >= count  # type: ignore[arg-type]


async def _closed(world: World) -> bool:
    (account,) = (await world.api.get("/source-accounts"))["source_accounts"]  # type: ignore[misc]
    return account["access"] == "not_connected"  # type: ignore[index]
