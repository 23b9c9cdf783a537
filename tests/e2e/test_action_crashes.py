"""Killed between a workflow's call and its report and started again: one draft, and the workflow is told (F13)."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.e2e.bridge_process import CRASHED, Prepared, prepared_world
from tests.e2e.hubspot import FIRST, Portal, one_line
from tests.e2e.world import until

from fortnox_bridge.domain.checkpoints import ACTION_PATH

in_one_loop = pytest.mark.asyncio(loop_scope="module")
_serials = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prepared]:
    folder = tmp_path_factory.mktemp("prepared")
    async with prepared_world(folder, time_factor=1 / 30, source="hubspot") as ready:
        yield ready


@in_one_loop
@pytest.mark.parametrize("place", ACTION_PATH)
async def test_killed_while_a_workflow_waits_makes_one_draft_and_tells_its_number(
    prepared: Prepared, tmp_path: Path, place: str
) -> None:
    world, serial = prepared.world, next(_serials)
    portal = Portal(world, FIRST, world.connection_id)
    database = prepared.copy_to(tmp_path)
    deal = await portal.deal([one_line(serial)], company=await portal.company(f"Krasch {serial} AB", 990 + serial))
    before = len(await world.rows("fortnox", "invoices"))
    url = f"{world.bridge_url}/actions/hubspot/create-document"
    wish = {"url": url, "object_id": deal, "inputs": {"document_kind": "invoice", "wait": "true"}}

    async with prepared.serving(database, crash_at=place) as first:
        call = (await portal.seed(workflow_call=wish))["workflow_call"]["callback_id"]
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        done = await _done(portal, call)
        await portal.run(deal, state="done")

        (invoice,) = (await world.rows("fortnox", "invoices"))[before:]
        assert done["outputs"]["document_number"] == str(invoice["DocumentNumber"])
        assert len([run for run in await portal.runs(deal) if run["state"] == "done"]) == 1


async def _done(portal: Portal, callback_id: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        calls = await portal.world.rows("hubspot", "workflow_calls")
        call = next(each for each in calls if each["callback_id"] == callback_id)
        return call if call["state"] == "done" and "document_number" in call["outputs"] else None

    return await until(look, f"workflow call {callback_id} to be completed")
