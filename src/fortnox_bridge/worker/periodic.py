"""Something done again and again by one process at a time, whose failures are logged and never end it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

log = structlog.get_logger()

_LEASE_S: Final = 60.0
_BEAT_S: Final = 15.0


class Turns(Protocol):
    """Whose turn it is, among all processes."""

    async def take(self, name: str, *, lease_s: float) -> bool: ...

    async def keep(self, name: str, *, lease_s: float) -> bool: ...

    async def give_back(self, name: str, *, again_in_s: float) -> None: ...


class OwnTurns:
    """For a process that is alone: it is always its turn."""

    async def take(self, name: str, *, lease_s: float) -> bool:
        return True

    async def keep(self, name: str, *, lease_s: float) -> bool:
        return True

    async def give_back(self, name: str, *, again_in_s: float) -> None:
        return


class Periodic:
    """Calls `action` first after `first_s`, then every `interval_s`, until `stop`.

    Of all processes that share `turns` one does it; when that one vanishes, another when its lease has run out.
    """

    def __init__(
        self, name: str, action: Callable[[], Awaitable[None]], turns: Turns, *, first_s: float, interval_s: float
    ) -> None:
        self._name = name
        self._action = action
        self._turns = turns
        self._first_s = first_s
        self._interval_s = interval_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"worker.{self._name}")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(self._first_s)
        while True:
            try:
                if await self._turns.take(self._name, lease_s=_LEASE_S):
                    await self._act()
            except Exception:
                log.exception("periodic.failed", work=self._name)
            await asyncio.sleep(self._interval_s)

    async def _act(self) -> None:
        heart = asyncio.create_task(self._beat(asyncio.current_task()))
        # Broken off, it is for another process to do at once.
        again_in_s = 0.0
        try:
            await self._action()
            again_in_s = self._interval_s * 0.9
        except Exception:
            again_in_s = self._interval_s * 0.9
            raise
        finally:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)
            await self._turns.give_back(self._name, again_in_s=again_in_s)

    async def _beat(self, actor: "asyncio.Task[None] | None") -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            try:
                if not await self._turns.keep(self._name, lease_s=_LEASE_S) and actor is not None:
                    log.warning("periodic.turn_lost", work=self._name)
                    actor.cancel()
                    return
            except Exception:
                log.exception("periodic.heartbeat_failed", work=self._name)
