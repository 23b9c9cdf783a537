"""Time that passes only when everybody sleeps."""

import asyncio
import heapq
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class VirtualTime:
    def __init__(self) -> None:
        self.seconds = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + max(seconds, 0), next(self._order), woken))
        await woken

    async def run(self, *work: Coroutine[Any, Any, Any]) -> list[Any]:
        """All results or exceptions, with time moved on whenever nothing else can happen."""
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(10):
                await asyncio.sleep(0)
            if self._sleepers and not all(task.done() for task in tasks):
                at, _, woken = heapq.heappop(self._sleepers)
                self.seconds = max(self.seconds, at)
                if not woken.done():
                    woken.set_result(None)
        return await asyncio.gather(*tasks, return_exceptions=True)
