"""A bell between processes: heard elsewhere, harmless without Redis, and back by itself."""

import asyncio
import time

import pytest

from fortnox_bridge.cluster.doorbell import ClusterDoorbell
from fortnox_bridge.worker.doorbell import MemoryDoorbell

pytestmark = pytest.mark.integration


async def heard(bell, within_s=10.0):
    before = time.monotonic()
    await bell.wait(within_s)
    return time.monotonic() - before < within_s * 0.9


@pytest.fixture
async def doorbell():
    standing = []

    def make(url, bell, *, listens):
        made = ClusterDoorbell(url, bell.ring, listens=listens)
        made.start()
        standing.append(made)
        return made

    yield make
    for each in standing:
        await each.stop()


async def test_ring_is_heard_here_at_once_and_in_another_process(redis_url, doorbell):
    here, there = MemoryDoorbell(), MemoryDoorbell()
    ringing = doorbell(redis_url, here, listens=False)
    doorbell(redis_url, there, listens=True)

    ringing.ring()

    assert await heard(here)
    assert await heard(there)


async def test_many_rings_of_one_moment_are_few_jobs_and_none_is_left_behind(redis_url, doorbell):
    ringing = doorbell(redis_url, MemoryDoorbell(), listens=False)
    there = MemoryDoorbell()
    doorbell(redis_url, there, listens=True)

    for _ in range(1000):
        ringing.ring()

    assert await heard(there)
    await asyncio.sleep(0.2)
    there_again = asyncio.create_task(heard(there, 0.5))
    assert not await there_again


async def test_without_redis_ringing_is_instant_and_raises_nothing(tmp_path, doorbell):
    here = MemoryDoorbell()
    ringing = doorbell(f"unix://{tmp_path}/nobody.sock", here, listens=True)

    before = time.monotonic()
    for _ in range(100):
        ringing.ring()

    assert time.monotonic() - before < 0.5
    assert await heard(here)
