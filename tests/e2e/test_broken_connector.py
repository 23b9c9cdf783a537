"""A connector of a stranger's that misbehaves beside a sound one: shown, contained, and the rest goes on (F131)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.companies import open_company
from tests.e2e.conftest import CALM
from tests.e2e.world import Record, World, until

from fortnox_bridge.http import HttpRequest

STRANGERS = Path(__file__).parent / "strangers"


@pytest.fixture
async def world(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """With a connector that cannot be imported and one that misbehaves, installed beside Pipedrive."""
    monkeypatch.syspath_prepend(STRANGERS)
    async with running_world(sqlite_url, time_factor=CALM) as running:
        yield running


@pytest.fixture
async def rogue(world: World) -> str:
    """The connection of the rogue's account."""
    company = await open_company(world, 90310, "Främmande & Co")
    account = await world.api.post("/source-accounts", {"connector": "rogue", "api_token": "rogue-token", "config": {}})
    wish = {"source_account_id": account["id"], "fortnox_company_id": company, "name": "Rogue"}
    return str((await world.api.post("/connections", wish))["id"])


async def test_misdeeds_park_their_own_runs_and_leave_the_others_alone(world: World, rogue: str) -> None:
    port = urlsplit(world.bridge_url).port
    expected = {
        "raise": "connector_failed",
        "leave": "connector_failed",
        "garbage": "connector_answer_wrong",
        f"call-{port}": "host_refused",
    }
    for record in expected:
        await world.api.post(f"/connections/{rogue}/runs", {"external_id": record})
    deal = await world.deal(org_id=await world.company())

    won = await world.win(deal)

    assert won.state == "done", won.run["reason"]
    assert len(await world.documents(deal)) == 1
    ended = {record: await _ended(world, record) for record in expected}
    assert {record: (run["state"], run["reason"]["code"]) for record, run in ended.items()} == {
        record: ("parked", code) for record, code in expected.items()
    }
    assert "rogue" in ended["raise"]["reason"]["what"].lower()


async def test_what_went_wrong_is_shown_and_the_service_stays_ready(world: World, rogue: str) -> None:
    await world.api.post(f"/connections/{rogue}/runs", {"external_id": "garbage"})
    await _ended(world, "garbage")
    hook = await world.http.send(HttpRequest("POST", f"{world.bridge_url}/webhooks/rogue", json={"hello": 1}))

    installed: Any = (await world.api.get("/connectors"))["connectors"]
    ready = await world.send("GET", f"{world.bridge_url}/readyz")

    assert hook.status == 503
    shown = {each["name"]: each for each in installed}
    assert shown["wrecked"]["status"] == "failed"
    assert "never finished" in shown["wrecked"]["problem"]
    failures = [(each["capability"], each["code"]) for each in shown["rogue"]["recent_failures"]]
    assert failures == [("webhooks", "connector_answer_wrong"), ("deals.read_head", "connector_answer_wrong")]
    assert shown["pipedrive"]["recent_failures"] == []
    assert (ready.status, ready.json()) == (200, {"ready": True, "failed_connectors": ["wrecked"]})


async def _ended(world: World, record: str) -> Record:
    async def ended() -> Record | None:
        answer: Any = await world.api.get("/runs", external_id=record)
        return answer["runs"][0] if answer["runs"] and answer["runs"][0]["state"] in {"parked", "done"} else None

    return await until(ended, f"the run of {record} to end")
