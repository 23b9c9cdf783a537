"""A Pipedrive account without a network: canned answers in, requests out, each held against the description."""

import importlib.util
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from fortnox_bridge.sdk import (
    ConnectorContext,
    CredentialKind,
    HttpRequest,
    HttpResponse,
    ReconnectRequired,
    Session,
    SourceRef,
    encode_json,
)
from fortnox_bridge_pipedrive.config import PipedriveConfig
from fortnox_bridge_pipedrive.plugin import fortnox_bridge_connector

# How long something takes never decides a test, in generated cases either.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

BASE = "https://api.pipedrive.com"
NOW = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class ListedLog:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, str | int]]] = []

    def info(self, event: str, /, **facts: str | int) -> None:
        self.events.append((event, facts))

    def warning(self, event: str, /, **facts: str | int) -> None:
        self.events.append((event, facts))


class Tokens:
    """`replacements` are handed out one by one; then only a person can help."""

    def __init__(self, *replacements: str) -> None:
        self.current = "token-1"
        self.replacements = list(replacements)
        self.rejected: list[str] = []

    async def access_token(self) -> str:
        return self.current

    async def replace(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if not self.replacements:
            raise ReconnectRequired("source_unauthorized", system="Pipedrive")
        self.current = self.replacements.pop(0)
        return self.current


Answer = HttpResponse | Exception


class CannedPipedrive:
    """Implements `HttpSender`. Answers per (method, path) in order; the last one stays."""

    def __init__(self, description: ModuleType | None) -> None:
        self._description = description
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self.requests: list[HttpRequest] = []
        self.base = BASE

    def answer(
        self, method: str, path: str, body: object, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        """`body`: bytes as they are, anything else as JSON text."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/json; charset=utf-8" if not content.startswith(b"<") else "text/html"
        self.put(method, path, HttpResponse(status, {"content-type": kind, **(headers or {})}, content))

    def data(self, method: str, path: str, data: object, **additional: object) -> None:
        self.answer(method, path, {"success": True, "data": data, "additional_data": additional or None})

    def put(self, method: str, path: str, answer: Answer) -> None:
        self._answers.setdefault((method, path), []).append(answer)

    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.removeprefix(self.base)}" for request in self.requests]

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        path = request.url.removeprefix(self.base)
        self._hold_against_description(request, path)
        answers = self._answers.get((request.method, path))
        assert answers, f"no answer for {request.method} {path}"
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _hold_against_description(self, request: HttpRequest, path: str) -> None:
        if self._description is None or request.files:
            return
        body = b"" if request.json is None else encode_json(request.json)
        kind = "application/json" if body else ""
        assert self._description.violations(request.method, path, request.params, kind, body) == []


@dataclass
class Fixture:
    """One account, its canned vendor, and how to open a session on it."""

    vendor: CannedPipedrive
    tokens: Tokens = field(default_factory=lambda: Tokens("token-2"))
    log: ListedLog = field(default_factory=ListedLog)
    kind: CredentialKind = CredentialKind.API_TOKEN
    account_extra: dict[str, str] = field(default_factory=dict)
    base_urls: dict[str, str] = field(default_factory=lambda: {"api": BASE, "oauth": "https://oauth.pipedrive.com"})

    def context(self) -> ConnectorContext:
        return ConnectorContext(
            http=self.vendor,
            tokens=self.tokens,
            credential_kind=self.kind,
            base_urls=self.base_urls,
            account="4410022",
            account_extra=self.account_extra,
            clock=FixedClock(),
            log=self.log,
        )

    @asynccontextmanager
    async def session(self, **config: object) -> AsyncIterator[Session]:
        connector = fortnox_bridge_connector()
        opened: AbstractAsyncContextManager[Session] = connector.open(
            PipedriveConfig.model_validate(config), self.context()
        )
        async with opened as session:
            yield session


@pytest.fixture(scope="session")
def description() -> ModuleType | None:
    """The vendor's description as a validator, None where it is not at hand."""
    path = Path(__file__).resolve().parents[3] / "tests" / "vendor_specs" / "pipedrive.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("pipedrive_description", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module if module.are_here() else None


@pytest.fixture
def vendor(description: ModuleType | None) -> CannedPipedrive:
    return CannedPipedrive(description)


@pytest.fixture
def account(vendor: CannedPipedrive) -> Fixture:
    return Fixture(vendor)


@pytest.fixture
def ref() -> Callable[[str, str], SourceRef]:
    def make(kind: str, external_id: str) -> SourceRef:
        return SourceRef("pipedrive", "4410022", kind, external_id)

    return make
