"""Several processes on one PostgreSQL and one Redis: they share the work, and any of them, and Redis, may go."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis import Redis
from tests.e2e.cluster import Cluster, running_cluster
from tests.e2e.world import World, one_line, until

pytestmark = pytest.mark.integration


@pytest.fixture
async def cluster(tmp_path: Path, postgres_url: str, redis_url: str) -> AsyncIterator[tuple[World, Cluster]]:
    async with running_cluster(tmp_path, postgres_url, redis_url) as running:
        yield running


async def test_two_workers_share_runs_that_two_servers_took_and_hear_of_them_at_once(
    cluster: tuple[World, Cluster],
) -> None:
    world, _ = cluster
    deals = [await world.deal([one_line(quantity=number)], org_id=await world.company()) for number in range(1, 7)]

    for deal in deals:
        await world.move(deal)

    for deal in deals:
        await until(lambda deal=deal: _documented(world, deal), f"a draft of deal {deal}")
    assert len(await world.rows("fortnox", "invoices")) == len(deals)


async def test_killed_worker_and_emptied_redis_lose_and_double_nothing(
    cluster: tuple[World, Cluster], redis_url: str
) -> None:
    """Faults 5, 13 and 14."""
    world, processes = cluster
    deals = [await world.deal([one_line(quantity=number)], org_id=await world.company()) for number in range(1, 9)]

    with Redis.from_url(redis_url) as redis:
        for place, deal in enumerate(deals):
            await world.move(deal)
            if place % 2:
                redis.flushall()
            if place == 3:
                processes.kill("worker-1")
            if place == 5:
                processes.kill("web-2")
                processes.start("worker-3", "worker", FORTNOX_BRIDGE_WORKER__PROCESSES="2")

        for deal in deals:
            await until(lambda deal=deal: _documented(world, deal), f"a draft of deal {deal}", patience_s=90)
    for deal in deals:
        assert len(await world.documents(deal)) == 1
        assert len(await world.notes(deal)) == 1


async def _documented(world: World, deal: str) -> bool | None:
    runs = await world.runs(deal)
    return (any(run["state"] == "done" for run in runs) and all(run["state"] != "running" for run in runs)) or None
