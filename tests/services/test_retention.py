"""What is old is forgotten; what keeps a deal from being drafted twice stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.storage.conftest import clock, joined, storage  # noqa: F401 - fixtures
from tests.storage.world import START, start_run

from fortnox_bridge.bootstrap.deployment import build_deployment
from fortnox_bridge.config import Config
from fortnox_bridge.domain.meters import NoMeters
from fortnox_bridge.domain.run import Done, StageName, Step
from fortnox_bridge.registry import Registry
from fortnox_bridge.services.retention import Retention
from fortnox_bridge.storage import SYSTEM


@pytest.fixture
def retention(storage, clock):  # noqa: F811 - a fixture
    deployment = build_deployment(Config(), Registry({}, ()), clock, NoMeters(), is_past_known=True)
    return Retention(storage=storage, deployment=replace(deployment, payload_days=30, trace_days=180))


async def test_payloads_and_traces_go_when_they_are_old_and_the_outcome_stays(storage, joined, clock, retention):  # noqa: F811
    run = await start_run(storage, joined)
    ledgers = storage.ledgers(run, joined.connection, joined.company)
    await ledgers.steps.record(Step(StageName.READ, 1, "h", {"name": "Eva"}, {}, START, 1))
    async with storage.unit(SYSTEM) as unit:
        await unit.run_queue.finish(run.id, run.fence, Done("invoice", "1042"))
        body = (await unit.events.get(run.event_id)).body

    async def standing():
        async with storage.unit.view(SYSTEM) as unit:
            return (
                (await unit.events.get(run.event_id)).body,
                len(await unit.runs.steps(run.id)),
                (await unit.runs.get(run.id)).state.value,
            )

    await retention()
    assert await standing() == (body, 1, "done")
    clock.advance(timedelta(days=31).total_seconds())
    await retention()
    assert await standing() == (b"", 1, "done")
    clock.advance(timedelta(days=150).total_seconds())
    await retention()
    assert await standing() == (b"", 0, "done")
    (again,) = await storage.events.append([joined.event()])
    assert again.event_id


async def test_run_that_waits_keeps_what_it_saw(storage, joined, clock, retention):  # noqa: F811
    run = await start_run(storage, joined)
    ledgers = storage.ledgers(run, joined.connection, joined.company)
    await ledgers.steps.record(Step(StageName.READ, 1, "h", {}, {}, START, 1))
    clock.advance(timedelta(days=400).total_seconds())

    await retention()

    async with storage.unit.view(SYSTEM) as unit:
        assert len(await unit.runs.steps(run.id)) == 1
