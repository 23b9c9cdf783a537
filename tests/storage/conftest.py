"""A storage on each kind of database, with a clock that stands still, and two connections that must not meet."""

from collections.abc import AsyncIterator

import pytest
from tests.storage.world import KEYS, HandClock, Joined, join

from fortnox_bridge.storage import Cipher, Storage
from fortnox_bridge.storage.lease_clock import ProcessClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def storage(database_url: str, clock: HandClock) -> AsyncIterator[Storage]:
    opened = Storage.open(database_url, Cipher(KEYS), clock, lease_clock=ProcessClock(clock))
    yield opened
    await opened.close()


@pytest.fixture
async def joined(storage: Storage) -> Joined:
    return await join(storage, "11111")


@pytest.fixture
async def foreign(storage: Storage) -> Joined:
    return await join(storage, "22222")
