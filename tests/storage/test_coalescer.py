"""Deliveries that are committed together: each answered after its own commit, in any order, and never lost."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.event import Appended, IncomingEvent
from fortnox_bridge.domain.ids import EventId, SourceAccountId
from fortnox_bridge.domain.run import TriggerKind
from fortnox_bridge.storage.coalescer import MOST_BYTES, MOST_EVENTS, CoalescingStore
from fortnox_bridge.storage.errors import StorageUnavailable

ACCOUNT = SourceAccountId(uuid4())
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def an_event(body=b"{}"):
    event_id = EventId(uuid4())
    return IncomingEvent(event_id, ACCOUNT, TriggerKind.WEBHOOK, str(event_id), "deal", "1", "moved", None, NOW, body)


class Committing:
    """Keeps what it is given when it is told to; a commit may fail."""

    def __init__(self, *, fails=()):
        self.batches, self.kept, self._fails = [], set(), set(fails)
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_once = self.most_at_once = 0

    async def append(self, batch):
        number = len(self.batches)
        self.batches.append(list(batch))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if number in self._fails:
                raise StorageUnavailable("away")
            self.kept |= {one.id for one in batch}
            return [Appended(one.id, None, is_new=True, is_coalesced=False) for one in batch]
        finally:
            self.at_once -= 1


async def test_single_delivery_goes_straight_through():
    store = Committing()
    one = an_event()

    (result,) = await CoalescingStore(store, commits=4).append([one])

    assert result.event_id == one.id
    assert store.batches == [[one]]


async def test_what_arrives_meanwhile_is_committed_together_within_the_bounds():
    store = Committing()
    store.gate.clear()
    coalescing = CoalescingStore(store, commits=2)
    events = [an_event() for _ in range(500)]
    asking = [asyncio.create_task(coalescing.append([one])) for one in events]
    await asyncio.sleep(0.01)
    assert [len(batch) for batch in store.batches] == [1, 1]

    store.gate.set()
    answers = await asyncio.gather(*asking)

    assert [answer[0].event_id for answer in answers] == [one.id for one in events]
    assert max(len(batch) for batch in store.batches) == MOST_EVENTS
    assert len(store.batches) <= 6
    assert store.most_at_once == 2


async def test_large_bodies_are_not_put_together_beyond_the_bound():
    store = Committing()
    store.gate.clear()
    coalescing = CoalescingStore(store, commits=1)
    asking = [asyncio.create_task(coalescing.append([an_event(b"x" * (MOST_BYTES // 2))])) for _ in range(7)]
    await asyncio.sleep(0.01)
    store.gate.set()
    await asyncio.gather(*asking)

    assert [len(batch) for batch in store.batches] == [1, 2, 2, 2]


async def test_memory_is_bounded_and_the_sender_is_told_to_come_again():
    store = Committing()
    store.gate.clear()
    coalescing = CoalescingStore(store, commits=1)
    asking = [asyncio.create_task(coalescing.append([an_event(b"x" * 1024 * 1024)])) for _ in range(33)]
    await asyncio.sleep(0.01)

    with pytest.raises(StorageUnavailable):
        await coalescing.append([an_event(b"x" * 1024 * 1024)])

    store.gate.set()
    assert len(await asyncio.gather(*asking)) == 33


async def test_one_who_hangs_up_does_not_take_the_others_along():
    store = Committing()
    store.gate.clear()
    coalescing = CoalescingStore(store, commits=1)
    events = [an_event() for _ in range(4)]
    asking = [asyncio.create_task(coalescing.append([one])) for one in events]
    await asyncio.sleep(0.01)
    asking[2].cancel()
    store.gate.set()

    results = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(results[2], asyncio.CancelledError)
    assert store.kept == {one.id for one in events}
    assert [result[0].event_id for place, result in enumerate(results) if place != 2] == [
        one.id for place, one in enumerate(events) if place != 2
    ]


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=30),
    commits=st.integers(1, 4),
    fails=st.sets(st.integers(0, 6)),
)
def test_every_delivery_is_answered_once_and_told_the_truth(sizes, commits, fails):
    async def work():
        store = Committing(fails=fails)
        coalescing = CoalescingStore(store, commits=commits)
        batches = [[an_event() for _ in range(size)] for size in sizes]
        answers = await asyncio.gather(*map(coalescing.append, batches), return_exceptions=True)
        for batch, answer in zip(batches, answers, strict=True):
            ids = [one.id for one in batch]
            if isinstance(answer, StorageUnavailable):
                assert not store.kept & set(ids)
            else:
                assert [each.event_id for each in answer] == ids
                assert set(ids) <= store.kept
        assert store.at_once == 0

    asyncio.run(work())
