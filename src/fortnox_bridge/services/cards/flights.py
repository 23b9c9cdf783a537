"""Work that goes on after its asker has left, and is done once however many ask for it meanwhile."""

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any

import structlog

from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.storage import StorageUnavailable

log = structlog.get_logger()


class Flights:
    """Tasks by key. Their failures are logged; what their askers need to know they store."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}

    def join(self, key: Hashable, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """The task that does `work`: the one under way for this key, or a new one."""
        running = self._tasks.get(key)
        if running is not None:
            work.close()
            return running
        task = asyncio.create_task(_logged(work), name=f"card.{key}")
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return task

    async def aclose(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (BridgeError, StorageUnavailable) as error:
        log.warning("card.not_refreshed", error=type(error).__name__, detail=str(error))
    except Exception:
        log.exception("card.not_refreshed")


async def at_most(task: "asyncio.Task[None]", seconds: float) -> bool:
    """Wait for `task`, which goes on if it takes longer. Whether it is done."""
    done, _ = await asyncio.wait({task}, timeout=max(0.0, seconds))
    return bool(done)
