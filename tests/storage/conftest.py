"""A storage on each kind of database, with a clock that stands still, and two connections that must not meet."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event
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
def count_statements(storage: Storage) -> Callable[[], AbstractContextManager[list[str]]]:
    """Which statements the database is sent meanwhile; one for many rows counts once."""
    engine = storage._database._engine.sync_engine

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
async def joined(storage: Storage) -> Joined:
    return await join(storage, "11111")


@pytest.fixture
async def foreign(storage: Storage) -> Joined:
    return await join(storage, "22222")
