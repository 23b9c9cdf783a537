"""The whole service in one process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette

from fortnox_bridge.bootstrap.sharing import Sharing
from fortnox_bridge.config import Config
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.access.vat_register import VatRegister
from fortnox_bridge.services.application import Services
from fortnox_bridge.services.cards.flights import Flights
from fortnox_bridge.storage import Storage
from fortnox_bridge.worker.loop import Worker
from fortnox_bridge.worker.periodic import Periodic


@dataclass(frozen=True, slots=True)
class Bridge:
    """The whole service in one process. `running` works in the background while the block lasts.

    `health_app` is what a process that only works shows of itself.
    """

    app: Starlette
    health_app: Starlette
    services: Services
    config: Config
    worker: Worker
    background: tuple[Periodic, ...]
    sharing: Sharing
    storage: Storage
    sources: SourceAccess
    fortnox: FortnoxAccess
    vat_register: VatRegister
    flights: TokenFlights
    card_flights: Flights

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.sharing.start()
        if self.config.worker.enabled:
            self.worker.start()
            for each in self.background:
                each.start()
        try:
            yield
        finally:
            for each in self.background:
                await each.stop()
            await self.worker.stop(self.config.shutdown_grace_s)
            await self.aclose()

    async def aclose(self) -> None:
        await self.sharing.stop()
        await self.card_flights.aclose()
        await self.flights.wait_closed()
        await self.sources.aclose()
        await self.fortnox.aclose()
        await self.vat_register.aclose()
        await self.storage.close()
