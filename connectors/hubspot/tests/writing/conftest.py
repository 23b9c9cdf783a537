"""A portal without a network: canned answers in, requests out."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from fortnox_bridge.sdk import ConnectorContext, CredentialKind, HttpRequest, HttpResponse, Session, SourceRef
from fortnox_bridge_hubspot.config import HubSpotConfig
from fortnox_bridge_hubspot.plugin import open_session

BASE = "https://api.hubapi.com"
NOW = datetime(2026, 9, 21, 22, 30, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class SilentLog:
    def info(self, event: str, /, **facts: str | int) -> None: ...

    def warning(self, event: str, /, **facts: str | int) -> None: ...


class Tokens:
    async def access_token(self) -> str:
        return "token-1"

    async def replace(self, rejected: str) -> str:
        raise AssertionError(rejected)


@dataclass
class Portal:
    """Implements `HttpSender`. Answers per method and path in order; the last one stays. Nothing else exists."""

    answers: dict[tuple[str, str], list[HttpResponse | Exception]] = field(default_factory=dict)
    requests: list[HttpRequest] = field(default_factory=list)

    def answer(self, method: str, path: str, body: object = None, status: int = 200) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        response = HttpResponse(status, {"content-type": "application/json"}, content)
        self.answers.setdefault((method, path), []).append(response)

    def fail(self, method: str, path: str, error: Exception) -> None:
        self.answers.setdefault((method, path), []).append(error)

    def refuse(self, method: str, path: str, status: int, **members: object) -> None:
        self.answer(method, path, {"status": "error", "message": "no", **members}, status)

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        path = request.url.removeprefix(BASE)
        answers = self.answers.get((request.method, path))
        if answers is None:
            return HttpResponse(404, {}, json.dumps({"category": "OBJECT_NOT_FOUND", "path": path}).encode())
        came = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(came, Exception):
            raise came
        return came

    def sent(self, method: str, path: str) -> list[HttpRequest]:
        return [each for each in self.requests if (each.method, each.url) == (method, BASE + path)]


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
async def session(portal: Portal) -> AsyncIterator[Session]:
    context = ConnectorContext(
        http=portal,
        tokens=Tokens(),
        credential_kind=CredentialKind.OAUTH,
        base_urls={"api": BASE},
        account="424242",
        account_extra={},
        clock=FixedClock(),
        log=SilentLog(),
    )
    async with open_session(HubSpotConfig(), context) as opened:
        yield opened


@pytest.fixture
def deal() -> SourceRef:
    return SourceRef("hubspot", "424242", "deal", "5501")
