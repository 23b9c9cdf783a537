"""Who is worked on next: every tenant in turn, a person before everything else, and no tenant in all slots."""

from uuid import uuid4

from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import TriggerKind
from fortnox_bridge.storage import SYSTEM, NewRun


async def claim(storage, limit, per_account=1000):
    async with storage.unit(SYSTEM) as unit:
        return await unit.run_queue.claim(limit, 60, per_account=per_account)


async def flood(storage, joined, clock, count):
    await storage.events.append([joined.event(str(number)) for number in range(count)])
    clock.advance(1)


async def test_light_tenant_is_next_however_long_the_other_ones_queue(storage, joined, foreign, clock):
    await flood(storage, joined, clock, 300)
    await storage.events.append([foreign.event("late")])
    clock.advance(1)

    first = await claim(storage, 4)
    second = await claim(storage, 4)

    assert "late" in [run.key.external_id for run in first]
    assert len({run.id for run in (*first, *second)}) == 8


async def test_two_backlogs_are_worked_on_in_turn(storage, joined, foreign, clock):
    await flood(storage, joined, clock, 50)
    await flood(storage, foreign, clock, 50)

    accounts = [run.key.source_account_id for _ in range(5) for run in await claim(storage, 4)]

    assert accounts.count(joined.account.id) == accounts.count(foreign.account.id) == 10


async def test_no_tenant_has_more_under_way_than_its_share(storage, joined, foreign, clock):
    await flood(storage, joined, clock, 20)

    assert len(await claim(storage, 8, per_account=4)) == 4
    assert await claim(storage, 8, per_account=4) == ()
    await storage.events.append([foreign.event("other")])
    assert [run.key.external_id for run in await claim(storage, 8, per_account=4)] == ["other"]


async def test_person_who_waits_comes_before_the_tenants_own_backlog(storage, joined, clock):
    await flood(storage, joined, clock, 60)
    wanted = NewRun(RunId(uuid4()), joined.key("mine"), TriggerKind.MANUAL, "anna", joined.connection.id)
    async with storage.unit(SYSTEM) as unit:
        await unit.runs.create_manual(wanted)
    clock.advance(1)

    assert [run.key.external_id for run in await claim(storage, 1)] == ["mine"]
