"""Rings when there may be work. Never the only copy of anything: the database is asked what to do."""

import asyncio


class MemoryDoorbell:
    """The bell of embedded mode. Ringing is instant, never fails and never waits."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when the bell rings, or after `timeout_s` at the latest."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()
