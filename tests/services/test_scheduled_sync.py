"""Regular sync: a round when it is due, a few runs at a time, each linked record once."""

# Fixtures of other folders are imported, and used by their names.
# ruff: noqa: F811

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.storage.test_ledgers import ANNA
from tests.storage.world import HandClock
from tests.web.conftest import Joined, bridge, joined, vendors_url  # noqa: F401

from fortnox_bridge.domain.checkpoints import pass_through
from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.run import RunTask, Skipped, TriggerKind
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.services.deployment import Deployment, VendorApp
from fortnox_bridge.services.records.scheduled_sync import IN_FLIGHT, ScheduledSync
from fortnox_bridge.storage import SYSTEM, RunFilter
from fortnox_bridge.worker.doorbell import MemoryDoorbell

LINKS = 7


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sync(bridge, clock) -> ScheduledSync:
    deployment = Deployment(
        public_url="",
        fortnox=VendorApp({}),
        connectors={},
        clock=clock,
        timing=Timing(),
        new_id=uuid4,
        jitter=lambda least, _: least,
        checkpoint=pass_through,
    )
    services = bridge.services
    return ScheduledSync(
        storage=bridge.storage,
        connections=services.connections,
        settings=services.settings,
        deployment=deployment,
        doorbell=MemoryDoorbell(),
    )


@pytest.fixture
async def linked(bridge, joined) -> Joined:
    async with bridge.storage.unit(SYSTEM) as unit:
        for number in range(LINKS):
            source = SourceRef("pipedrive", joined.account.external_id, "company", str(number))
            await unit.links.pick(joined.connection.id, joined.company.id, source, ANNA, uuid4())
    return joined


async def decide(bridge, joined, schedule):
    changing, connection_id = bridge.services.change_settings, joined.connection.id
    current = await bridge.services.settings.current(connection_id)
    document = {**current.document, "customers": {**current.document["customers"], "scheduled_sync": schedule}}
    await changing.save(connection_id, document, based_on=current.revision, author="test", is_live=False)


async def runs(bridge):
    async with bridge.storage.unit.view(SYSTEM) as unit:
        return (await unit.runs.list_page(RunFilter(), limit=200)).items


async def end_all(bridge):
    async with bridge.storage.unit(SYSTEM) as unit:
        for claimed in await unit.run_queue.claim(10, 60):
            await unit.run_queue.finish(claimed.id, claimed.fence, Skipped("no_rule", {}))


async def go_round(bridge, sync, times=10):
    for _ in range(times):
        await sync()
        await end_all(bridge)


async def test_nothing_is_queued_unless_settings_say_so(bridge, sync, linked):
    await sync()

    assert await runs(bridge) == ()


async def test_few_runs_are_under_way_at_once_however_often_it_is_looked(bridge, sync, linked):
    await decide(bridge, linked, "daily")

    for _ in range(5):
        await sync()

    queued = await runs(bridge)
    assert len(queued) == IN_FLIGHT
    assert {(run.trigger, run.key.task, run.source.kind) for run in queued} == {
        (TriggerKind.SCHEDULE, RunTask.CUSTOMER, "company")
    }
    assert {run.connection_id for run in queued} == {linked.connection.id}


async def test_round_takes_every_linked_record_once_and_the_next_begins_when_it_is_due(
    bridge,
    sync,
    linked,
    clock,
):
    await decide(bridge, linked, "daily")
    await go_round(bridge, sync)
    first = await runs(bridge)
    clock.advance(timedelta(hours=23).total_seconds())
    await go_round(bridge, sync)
    early = await runs(bridge)
    clock.advance(timedelta(hours=1).total_seconds())
    await go_round(bridge, sync)

    assert sorted(run.key.external_id for run in first) == [str(number) for number in range(LINKS)]
    assert len(early) == LINKS
    assert len(await runs(bridge)) == 2 * LINKS


async def test_weekly_is_not_daily(bridge, sync, linked, clock):
    await decide(bridge, linked, "weekly")
    await go_round(bridge, sync)
    clock.advance(timedelta(days=6).total_seconds())
    await go_round(bridge, sync)
    assert len(await runs(bridge)) == LINKS

    clock.advance(timedelta(days=1).total_seconds())
    await go_round(bridge, sync)

    assert len(await runs(bridge)) == 2 * LINKS


async def test_round_goes_on_where_it_was_after_a_restart(bridge, sync, linked, clock):
    await decide(bridge, linked, "daily")
    await sync()
    await end_all(bridge)

    again = ScheduledSync(**{name.removeprefix("_"): value for name, value in vars(sync).items()})
    await go_round(bridge, again)

    assert sorted(run.key.external_id for run in await runs(bridge)) == [str(number) for number in range(LINKS)]


@pytest.mark.parametrize("what", ["inactive", "source", "company"])
async def test_connection_that_cannot_work_queues_nothing(bridge, sync, linked, what):
    await decide(bridge, linked, "daily")
    async with bridge.storage.unit(SYSTEM) as unit:
        match what:
            case "inactive":
                await unit.connections.update(replace(linked.connection, is_active=False))
            case "source":
                await unit.source_accounts.set_access(linked.account.id, AccessState.NEEDS_RECONNECT)
            case "company":
                await unit.companies.set_access(linked.company.id, AccessState.NEEDS_RECONNECT)

    await sync()

    assert await runs(bridge) == ()
