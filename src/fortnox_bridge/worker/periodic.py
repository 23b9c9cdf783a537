"""Something done again and again, whose failures are logged and never end it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Periodic:
    """Calls `action` first after `first_s`, then every `interval_s`, until `stop`."""

    def __init__(self, action: Callable[[], Awaitable[None]], *, first_s: float, interval_s: float) -> None:
        self._action = action
        self._first_s = first_s
        self._interval_s = interval_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="worker.periodic")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(self._first_s)
        while True:
            try:
                await self._action()
            except Exception:
                log.exception("periodic.failed")
            await asyncio.sleep(self._interval_s)
