"""Preflight: what Fortnox would refuse is found before anything is written, in a run and on demand."""

import asyncio
import os
import sys

from tests.e2e.bridging import ENCRYPTION_KEY, running_world
from tests.e2e.world import Record, World, note_text, one_line, replay_link

SCOPES = ("bookkeeping", "warehouse")


async def checks(world: World, **params: str) -> dict[str, Record]:
    answer = await world.api.get(f"{world.place}/preflight", **params)
    return {str(check["check"]): check for check in answer["checks"]}


def codes(check: Record) -> list[str]:
    return [finding["code"] for finding in check["findings"]]


async def test_preflight_of_a_sound_company_is_clear_and_asks_fortnox_once(sqlite_url: str) -> None:
    """F8: every check is told; the second look costs Fortnox nothing."""
    async with running_world(sqlite_url, time_factor=0.2, extra_scopes=SCOPES) as world:
        found = await checks(world)

        assert {name: check["state"] for name, check in found.items()} == {
            "connections": "ok",
            "currency": "ok",
            "vat_rates": "ok",
            "accounts": "ok",
            "fiscal_year": "ok",
            "locked_period": "ok",
            "bank_details": "ok",
            "warehouse": "information",
            "source_features": "ok",
        }
        mark = await world.mark()
        assert await checks(world) == found
        assert await world.calls(mark, "fortnox") == []


async def test_preflight_names_everything_that_is_wrong_at_once(sqlite_url: str) -> None:
    """F8: blockers, warnings and facts, each by its own code and in the reader's language."""
    async with running_world(sqlite_url, time_factor=0.2, extra_scopes=SCOPES) as world:
        assert (await checks(world))["accounts"]["state"] == "ok"
        await world.configure("fortnox", locked_period_end="2099-01-31", bank_details=False, warehouse=True)
        await world.seed(
            "fortnox",
            {
                "registers": {"accounts": [{"Number": 3001, "Active": False}]},
                "remove_registers": {"financialyears": ["1", "2", "3", "4", "5"]},
            },
        )

        found = await checks(world, reload="true")

        assert {name: codes(check) for name, check in found.items() if check["findings"]} == {
            "accounts": ["account_inactive"],
            "fiscal_year": ["fiscal_year_missing"],
            "locked_period": ["today_locked"],
            "bank_details": ["bank_details_missing"],
            "warehouse": ["warehouse_on"],
        }
        assert "3001" in found["accounts"]["findings"][0]["what"]
        assert "2099-01-31" in found["locked_period"]["findings"][0]["what"]


async def test_what_the_connection_may_not_read_is_information_and_stops_no_run(sqlite_url: str) -> None:
    """F8: a missing scope is no failure."""
    async with running_world(sqlite_url, time_factor=0.2, extra_scopes=()) as world:
        found = await checks(world)

        assert {name for name, check in found.items() if codes(check) == ["preflight_unreadable"]} == {
            "accounts",
            "fiscal_year",
            "warehouse",
        }
        assert "behörighet" in found["fiscal_year"]["findings"][0]["what"]
        assert (await world.win(await world.deal(org_id=await world.company()))).state == "done"


async def test_lost_connection_is_a_finding_and_the_other_side_is_still_looked_at(world: World) -> None:
    """F8, F7: nothing fails; what can be said is said."""
    await world.seed("fortnox", {"withdraw_consent": {}, "invalidate_access_tokens": {}})
    await world.configure("pipedrive", products_off=True)

    found = await checks(world, reload="true")

    assert codes(found["connections"]) == ["fortnox_reconnect"]
    assert found["connections"]["state"] == "blocker"
    assert codes(found["accounts"]) == ["preflight_not_judged"]
    assert codes(found["source_features"]) == ["source_products_off"]


async def test_missing_financial_year_parks_before_anything_is_written_and_replay_finishes(world: World) -> None:
    """F8: found in the cache, read again, nothing created; the year added, Replay makes the one draft."""
    company = await world.company("Årsskiftet AB")
    await world.seed("fortnox", {"remove_registers": {"financialyears": ["4"]}})
    deal = await world.deal(org_id=company)

    mark = await world.mark()
    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "fiscal_year_missing")
    assert [call for call in await world.calls(mark, "fortnox") if not call.startswith("GET")] == []
    assert await world.customers("Årsskiftet AB") == []
    note = await world.note(deal)
    assert "räkenskapsår" in note_text(note)
    step = next(step for step in parked.run["steps"] if step["stage"] == "preflight")
    assert step["error_code"] == "fiscal_year_missing"

    (other,) = [row for row in await world.rows("fortnox", "registers") if row.get("Id") == 3]
    year = int(str(other["FromDate"])[:4]) + 1
    await world.seed("fortnox", {"plant_financial_year": year})
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])

    assert done.state == "done", done.run["reason"]
    assert len(await world.documents(deal)) == 1


async def test_inactive_account_of_an_article_parks_before_any_write(world: World) -> None:
    """F8: the article's own account, named in the note with the row that uses it."""
    await world.seed("fortnox", {"registers": {"accounts": [{"Number": 3041, "Active": False}]}})
    deal = await world.deal([one_line()], org_id=await world.company("Kontolöst AB"))

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "account_inactive")
    assert "3041" in note_text(await world.note(deal))
    assert await world.customers("Kontolöst AB") == []


async def test_command_line_tells_the_findings_and_ends_with_one(world: World, sqlite_url: str) -> None:
    """F8, on the command line."""
    await world.configure("fortnox", locked_period_end="2099-01-31")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FORTNOX_BRIDGE_")},
        "FORTNOX_BRIDGE_DATABASE_URL": sqlite_url,
        "FORTNOX_BRIDGE_ENCRYPTION_KEYS": f'{{"e2e": "{ENCRYPTION_KEY}"}}',
        "FORTNOX_BRIDGE_SANDBOX_URL": world.sandbox_url,
    }

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fortnox_bridge.cli", "connections", "preflight", world.connection_id),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()

    assert process.returncode == 1, err.decode()
    assert "✓ fiscal year" in out.decode()
    assert "✗ locked period" in out.decode()
    assert "2099-01-31" in out.decode()
