"""A running sandbox and a client of it that knows nothing of our own Fortnox code."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from fortnox_bridge.sandbox.fortnox import FORTNOX_SIMULATOR
from fortnox_bridge.sandbox.serve import RunningSandbox, serve_sandbox

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REDIRECT = "http://127.0.0.1:9999/oauth/fortnox/callback"
ALL_SCOPES = (
    "companyinformation settings customer article invoice order payment currency price project costcenter "
    "bookkeeping print profile inbox archive connectfile warehouse"
)
BASIC = ("sandbox-client", "sandbox-secret")


class HandClock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.instant = START

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


class FortnoxUser:
    """Speaks to the simulated Fortnox as any HTTP client would."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.token = ""

    async def authorize(self, **changes: str) -> httpx.Response:
        query = {
            "client_id": BASIC[0],
            "redirect_uri": REDIRECT,
            "scope": ALL_SCOPES,
            "state": "s-1",
            "access_type": "offline",
            "response_type": "code",
            **changes,
        }
        return await self.http.get("/fortnox/oauth-v1/auth", params={k: v for k, v in query.items() if v})

    async def ask_token(self, form: dict[str, str], **kwargs) -> httpx.Response:
        kwargs.setdefault("auth", BASIC)
        return await self.http.post("/fortnox/oauth-v1/token", data=form, **kwargs)

    async def code(self, **changes: str) -> str:
        answer = await self.authorize(**changes)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    async def connect(self, **changes: str) -> dict:
        form = {"grant_type": "authorization_code", "code": await self.code(**changes), "redirect_uri": REDIRECT}
        answer = (await self.ask_token(form)).json()
        self.token = answer["access_token"]
        return answer

    async def call(self, method: str, path: str, payload: object = None, **kwargs) -> httpx.Response:
        headers = {
            "authorization": f"Bearer {self.token}",
            "accept": "application/json",
            **kwargs.pop("headers", {}),
        }
        if payload is not None:
            kwargs["content"] = json.dumps(payload)
            headers.setdefault("content-type", "application/json")
        return await self.http.request(method, f"/fortnox/3{path}", headers=headers, **kwargs)

    async def get(self, path: str, **params: object) -> dict:
        answer = await self.call("GET", path, params=params or None)
        assert answer.status_code == 200, answer.text
        return read(answer)

    async def create(self, envelope: str, path: str, payload: object) -> dict:
        answer = await self.call("POST", path, {envelope: payload})
        assert answer.status_code == 201, answer.text
        return read(answer)[envelope]

    async def invoice(self, *rows: dict, **header: object) -> dict:
        return await self.create("Invoice", "/invoices", {"CustomerNumber": "1", "InvoiceRows": list(rows), **header})

    async def order(self, *rows: dict, **header: object) -> dict:
        return await self.create("Order", "/orders", {"CustomerNumber": "1", "OrderRows": list(rows), **header})

    async def change(self, envelope: str, path: str, payload: object) -> dict:
        answer = await self.call("PUT", path, {envelope: payload})
        assert answer.status_code == 200, answer.text
        return read(answer)[envelope]

    async def act(self, path: str) -> dict:
        answer = await self.call("PUT", path)
        assert answer.status_code == 200, answer.text
        return next(iter(read(answer).values()))

    async def refused(self, method: str, path: str, payload: object = None, **kwargs) -> int:
        """Return the code of a refusal, in whichever envelope it comes."""
        answer = await self.call(method, path, payload, **kwargs)
        assert answer.status_code >= 400, answer.text
        information = answer.json()["ErrorInformation"]
        return information.get("code") or information["Code"]

    async def refused_invoice(self, *rows: dict, **header: object) -> int:
        payload = {"CustomerNumber": "1", "InvoiceRows": list(rows), **header}
        return await self.refused("POST", "/invoices", {"Invoice": payload})

    async def refused_order(self, *rows: dict, **header: object) -> int:
        payload = {"CustomerNumber": "1", "OrderRows": list(rows), **header}
        return await self.refused("POST", "/orders", {"Order": payload})

    async def configure(self, **knobs: object) -> None:
        answer = await self.http.post("/_control/fortnox/configure", json=knobs)
        assert answer.status_code == 200, answer.text

    async def seed(self, **steps: object) -> dict:
        answer = await self.http.post("/_control/fortnox/seed", json=steps)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def stored(self, collection: str) -> list[dict]:
        return read(await self.http.get(f"/_control/fortnox/{collection}"))


def read(answer: httpx.Response):
    """Decode with exact decimals, as any careful client must."""
    return json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def sandbox(clock: HandClock) -> AsyncIterator[RunningSandbox]:
    async with serve_sandbox([FORTNOX_SIMULATOR], now=clock, time_scale=0.01) as running:
        yield running


@pytest.fixture
async def http(sandbox: RunningSandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.base_url, timeout=5) as client:
        yield client


@pytest.fixture
async def stranger(http: httpx.AsyncClient) -> FortnoxUser:
    """Has no token yet."""
    return FortnoxUser(http)


@pytest.fixture
async def fortnox(stranger: FortnoxUser) -> FortnoxUser:
    """Connected to the first company with every scope, the rate window off."""
    await stranger.connect()
    await stranger.configure(rate_window="off")
    return stranger
