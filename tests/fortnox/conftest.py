"""Our client against the running sandbox, connected as a deployment would be."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from tests.oauth.memory_store import MemoryTokenStore
from tests.vendor_specs import fortnox as description

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.fortnox import oauth
from fortnox_bridge.fortnox.client import CallPolicy, FortnoxClient
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.fortnox.limiter import MemoryRateLimiters, Priority
from fortnox_bridge.http import HostPolicy, HttpClient, HttpRequest, HttpResponse
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.oauth.flow import AuthorizationServer
from fortnox_bridge.oauth.keeper import TokenKeeper
from fortnox_bridge.oauth.types import OAuthClient
from fortnox_bridge.sandbox.fortnox import FORTNOX_SIMULATOR
from fortnox_bridge.sandbox.serve import serve_sandbox

REDIRECT = "http://127.0.0.1:9999/oauth/fortnox/callback"
SCOPES = (*oauth.scopes([DocumentKind.INVOICE, DocumentKind.ORDER]), "project", "costcenter", "bookkeeping", "print")


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class RecordingHttp:
    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self.sent: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        return await self._http.send(request)


class Unpaced:
    """A limiter that lets everybody through, for tests that are about something else than the window."""

    async def acquire(self, priority: Priority, *, max_wait_s: float) -> None:
        """Go."""

    async def pause(self, retry_after_s: float | None) -> None:
        raise AssertionError("the simulator's window is switched off")


@dataclass
class Company:
    """One connected company of the sandbox, seen from our side (`gateway`) and from behind (`control`)."""

    gateway: FortnoxGateway
    client: FortnoxClient
    unpaced: FortnoxClient
    server: AuthorizationServer
    store: MemoryTokenStore
    limiters: MemoryRateLimiters
    control: httpx.AsyncClient

    async def configure(self, **knobs: object) -> None:
        (await self.control.post("/_control/fortnox/configure", json=knobs)).raise_for_status()

    async def fault(self, method: str, path: str, action: dict, nth: int = 1, times: int | None = 1) -> None:
        plan = {"simulator": "fortnox", "method": method, "path": path, "nth": nth, "times": times, "action": action}
        (await self.control.post("/_control/faults", json=plan)).raise_for_status()

    async def stored(self, collection: str) -> list[dict]:
        return (await self.control.get(f"/_control/fortnox/{collection}")).json()

    async def requests(self) -> list[dict]:
        return (await self.control.get("/_control/requests", params={"simulator": "fortnox"})).json()

    async def forget_requests(self) -> None:
        await self.control.delete("/_control/requests")


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    clock = RealClock()
    async with (
        serve_sandbox([FORTNOX_SIMULATOR], now=lambda: datetime.now(UTC), time_scale=0.01) as running,
        HttpClient(
            system="Fortnox", policy=HostPolicy((), (running.base_url,)), connect_timeout_s=2, timeout_s=5
        ) as plain_http,
        httpx.AsyncClient(base_url=running.base_url, timeout=5) as control,
    ):
        base_url = f"{running.base_url}/fortnox"
        http = RecordingHttp(plain_http)
        server = AuthorizationServer(
            http,
            oauth.endpoints(SCOPES),
            {"oauth": base_url},
            OAuthClient("sandbox-client", "sandbox-secret"),
            clock,
            system="Fortnox",
        )
        store = MemoryTokenStore()
        tokens = await server.exchange_code(await _approve(control, server), redirect_uri=REDIRECT)
        async with store.locked() as locked:
            await locked.save(tokens, consumed_refresh_token=None)
        keeper = TokenKeeper(
            store,
            server,
            TokenFlights(clock),
            clock,
            key="fortnox:1",
            system="Fortnox",
            reconnect_code=oauth.RECONNECT_CODE,
        )
        limiters = MemoryRateLimiters(clock, is_past_known=True)
        policy = CallPolicy(read_timeout_s=1, write_timeout_s=1)
        client = FortnoxClient(http, base_url, keeper, limiters.of("sandbox-client", "1"), clock, policy=policy)
        unpaced = FortnoxClient(http, base_url, keeper, Unpaced(), clock, policy=CallPolicy(read_timeout_s=10))
        world = Company(FortnoxGateway(client), client, unpaced, server, store, limiters, control)
        yield world
        _require_described(http.sent, base_url)


async def _approve(control: httpx.AsyncClient, server: AuthorizationServer) -> str:
    url = server.authorize_url(redirect_uri=REDIRECT, state="s-1")
    answer = await control.get(url, follow_redirects=False)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s-1"]
    return query["code"][0]


def _require_described(requests: list[HttpRequest], base_url: str) -> None:
    if not description.is_here():
        pytest.skip(description.WHY_SKIPPED)
    for request in requests:
        body = encode_json(request.json) if request.json is not None else urlencode(request.form or {}).encode()
        form_type = "application/x-www-form-urlencoded" if request.form else ""
        content_type = "application/json" if request.json is not None else form_type
        path = request.url.removeprefix(base_url)
        assert description.violations(request.method, path, request.params, content_type, body) == [], request
