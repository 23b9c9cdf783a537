"""Many deliveries, few commits: what arrives while commits are under way is committed together (reliability 4.1).

At low load a delivery goes straight through. Each is answered after the commit that holds it, and not before.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from fortnox_bridge.domain.event import AppendResult, IncomingEvent
from fortnox_bridge.storage.errors import StorageUnavailable

MOST_EVENTS: Final = 200
MOST_BYTES: Final = 2 * 1024 * 1024
# What waits is held in memory. Beyond this the sender is told to come again.
_MOST_WAITING_BYTES: Final = 32 * 1024 * 1024


class Store(Protocol):
    async def append(self, batch: Sequence[IncomingEvent]) -> list[AppendResult]: ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    batch: Sequence[IncomingEvent]
    size: int
    answer: "asyncio.Future[list[AppendResult]]"


class CoalescingStore:
    """At most `commits` appends are under way at once; a finishing one takes all that waits, within the bounds."""

    def __init__(self, store: Store, *, commits: int) -> None:
        self._store = store
        self._commits = commits
        self._under_way = 0
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def append(self, batch: Sequence[IncomingEvent]) -> list[AppendResult]:
        """The results in the order of `batch`, once all of it is durable. Cancelled, it is stored all the same.

        Raises:
            StorageUnavailable: nothing is known to be stored; delivering again is harmless.
        """
        size = sum(len(one.body) for one in batch)
        if self._waiting_bytes + size > _MOST_WAITING_BYTES:
            raise StorageUnavailable("too many deliveries at once")
        waiting = _Waiting(batch, size, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._waiting_bytes += size
        self._go_on()
        return await waiting.answer

    def _go_on(self) -> None:
        while self._waiting and self._under_way < self._commits:
            together = self._next()
            self._under_way += 1
            task = asyncio.create_task(self._commit(together))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _next(self) -> list[_Waiting]:
        together = [self._waiting.popleft()]
        events, size = len(together[0].batch), together[0].size
        while self._waiting:
            following = self._waiting[0]
            events, size = events + len(following.batch), size + following.size
            if events > MOST_EVENTS or size > MOST_BYTES:
                break
            together.append(self._waiting.popleft())
        self._waiting_bytes -= sum(each.size for each in together)
        return together

    async def _commit(self, together: list[_Waiting]) -> None:
        try:
            results = await self._store.append([one for each in together for one in each.batch])
        except BaseException as error:
            for each in together:
                if not each.answer.done():
                    each.answer.set_exception(error if isinstance(error, Exception) else StorageUnavailable("ended"))
            if not isinstance(error, Exception):
                raise
        else:
            taken = 0
            for each in together:
                own = results[taken : taken + len(each.batch)]
                taken += len(each.batch)
                if not each.answer.done():
                    each.answer.set_result(own)
        finally:
            self._under_way -= 1
            self._go_on()
