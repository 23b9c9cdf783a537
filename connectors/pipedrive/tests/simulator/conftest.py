import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from fortnox_bridge.sdk.simulator import SimulatedClock, Simulator, SimulatorWorld
from fortnox_bridge_pipedrive.simulator import PIPEDRIVE_SIMULATOR

CALLBACK = "http://127.0.0.1:9/oauth/callback"
# Loading the certificate store for every client costs more than the tests themselves; nothing here speaks TLS.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CLIENT = ("sandbox-client", "sandbox-secret")


class _Server(uvicorn.Server):
    """Tells when it listens, stops at once, and leaves signals alone."""

    def __init__(self, config):
        super().__init__(config)
        self.is_listening = asyncio.Event()
        self.is_over = asyncio.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.is_listening.set()

    async def main_loop(self):
        # Instead of looking for the end ten times a second: hundreds of servers are started and stopped here.
        await self.is_over.wait()

    async def shutdown(self, sockets=None):
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections:  # noqa: ASYNC110  # the set of connections has no event to wait for
            await asyncio.sleep(0.002)

    @contextmanager
    def capture_signals(self):
        yield


@asynccontextmanager
async def serving(app, listener: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await server.is_listening.wait()
    try:
        yield
    finally:
        server.should_exit = True
        server.is_over.set()
        await task
        listener.close()


def bound_socket() -> tuple[socket.socket, str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@dataclass
class Pipedrive:
    """The simulator over real HTTP, with the account of the default user."""

    base_url: str
    simulator: Simulator
    clock: SimulatedClock
    http: httpx.AsyncClient

    @property
    def api_token(self) -> str:
        return self.simulator.collections()["users"]()[0]["api_token"]

    def seed(self, **data: Any) -> Any:
        return self.simulator.seed(data)

    def collection(self, name: str) -> list[dict[str, Any]]:
        return list(self.simulator.collections()[name]())

    def code(self, entity: str, name: str) -> str:
        return next(
            row["field_code"]
            for row in self.collection("fields")
            if row["entity"] == entity and row["field_name"] == name
        )

    async def call(self, method: str, path: str, *, token: str | None = None, **kwargs: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {"x-api-token": self.api_token}
        headers |= kwargs.pop("headers", {})
        return await self.http.request(method, f"{self.base_url}{path}", headers=headers, **kwargs)

    async def data(self, method: str, path: str, **kwargs: Any) -> Any:
        response = await self.call(method, path, **kwargs)
        assert response.is_success, response.text
        return response.json()["data"]

    async def consent(self, **query: str) -> dict[str, str]:
        params = {"client_id": CLIENT[0], "redirect_uri": CALLBACK, "state": "s1", **query}
        response = await self.http.get(f"{self.base_url}/oauth/authorize", params=params)
        assert response.status_code == 302, response.text
        return {key: values[0] for key, values in parse_qs(urlsplit(response.headers["location"]).query).items()}

    async def token_call(self, auth: tuple[str, str] | None = CLIENT, **form: str) -> httpx.Response:
        return await self.http.post(f"{self.base_url}/oauth/token", data=form, auth=auth)

    async def tokens(self, **query: str) -> dict[str, Any]:
        code = (await self.consent(**query))["code"]
        response = await self.token_call(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def time_scale() -> float:
    return 0.005


@pytest.fixture
async def pipedrive(time_scale: float) -> AsyncIterator[Pipedrive]:
    listener, origin = bound_socket()
    clock = SimulatedClock(lambda: datetime.now(UTC))
    base_url = f"{origin}/pipedrive"
    simulator = PIPEDRIVE_SIMULATOR.build(SimulatorWorld(clock, base_url, time_scale))
    app = Starlette(routes=[Mount("/pipedrive", app=simulator.app)])
    async with serving(app, listener), httpx.AsyncClient(timeout=10, verify=_NO_TLS) as http:
        yield Pipedrive(base_url, simulator, clock, http)
        await simulator.aclose()


@dataclass
class Receiver:
    """A subscriber that remembers what it got and answers as told."""

    url: str
    status: int = 200
    delay_s: float = 0
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    arrival: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def receive(self, request: Request) -> Response:
        body = await request.json()
        async with self.arrival:
            self.requests.append((request.method, dict(request.headers), body))
            self.arrival.notify_all()
        await asyncio.sleep(self.delay_s)
        return Response(status_code=self.statuses.pop(0) if self.statuses else self.status)

    @property
    def bodies(self) -> list[Any]:
        return [body for _, _, body in self.requests]

    async def wait_for(self, count: int, within_s: float = 5) -> list[Any]:
        async with asyncio.timeout(within_s), self.arrival:
            await self.arrival.wait_for(lambda: len(self.requests) >= count)
        return self.bodies


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    listener, origin = bound_socket()
    made = Receiver(f"{origin}/hook")
    app = Starlette(routes=[Route("/hook", made.receive, methods=["POST", "DELETE"])])
    async with serving(app, listener):
        yield made


@pytest.fixture
def subscribe(pipedrive: Pipedrive, receiver: Receiver):
    async def make(token: str | None = None, **changes: Any) -> httpx.Response:
        body = {
            "subscription_url": receiver.url,
            "event_action": "*",
            "event_object": "deal",
            "name": "bridge",
            "version": "2.0",
            "http_auth_user": "bridge",
            "http_auth_password": "hemlig",
            **changes,
        }
        return await pipedrive.call("POST", "/v1/webhooks", token=token, json=body)

    return make
