import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from fortnox_bridge.sdk.simulator import SimulatedClock, Simulator, SimulatorWorld
from fortnox_bridge.serving import serving
from fortnox_bridge_hubspot.simulator import HUBSPOT_SIMULATOR


@dataclass
class HubSpot:
    """The simulator over real HTTP."""

    base_url: str
    simulator: Simulator
    clock: SimulatedClock
    http: httpx.AsyncClient

    def seed(self, **data: Any) -> Any:
        return self.simulator.seed(data)

    def collection(self, name: str) -> list[dict[str, Any]]:
        return list(self.simulator.collections()[name]())

    def token(self, place: int = 0) -> str:
        return self.collection("portals")[place]["private_token"]

    async def call(self, method: str, path: str, *, token: str | None = None, **kwargs: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token or self.token()}", **kwargs.pop("headers", {})}
        return await self.http.request(method, f"{self.base_url}{path}", headers=headers, **kwargs)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    yield bound
    bound.close()


@pytest.fixture
async def hubspot(listener: socket.socket) -> AsyncIterator[HubSpot]:
    clock = SimulatedClock(lambda: datetime.now(UTC))
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}/hubspot"
    simulator = HUBSPOT_SIMULATOR.build(SimulatorWorld(clock, base_url, 0.001))
    app = Starlette(routes=[Mount("/hubspot", app=simulator.app)])
    async with serving(app, listener), httpx.AsyncClient(timeout=5) as http:
        yield HubSpot(base_url, simulator, clock, http)
        await simulator.aclose()
