"""The one door to the HTTP library.

Says for every failed call whether the request may have had an effect: `NotSent` means that it certainly had none,
`Unanswered` that nobody knows. Statuses are not interpreted here: each edge owns one table for that.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx

from fortnox_bridge.domain.errors import ContractViolation, Defect, OutcomeUnknown, Unavailable
from fortnox_bridge.domain.meters import Meters, NoMeters
from fortnox_bridge.domain.wire_json import UnreadableJson, decode_json, encode_json

_MAX_ANSWER_BYTES: Final = 20 * 1024 * 1024
_CONNECT_TRIES: Final = 3


class NotSent(Unavailable):
    """The request did not leave this machine: no connection, no name, no pool slot, no TLS."""


class Unanswered(OutcomeUnknown):
    """The request left, or may have, and no whole answer came back."""


class HostRefused(Defect):
    """The URL lies outside what this client may talk to."""


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """Where a client may go. `hosts` are patterns such as `*.vendor.example`, reached by https on port 443 only.

    `origins` are exact origins from the deployment's own settings (a sandbox on loopback), where http is allowed.
    """

    hosts: tuple[str, ...]
    origins: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.username or parts.password or not parts.hostname:
            return False
        if f"{parts.scheme}://{parts.netloc}" in self.origins:
            return True
        if parts.scheme != "https" or parts.port not in {None, 443}:
            return False
        host = parts.hostname.lower()
        return any(fnmatchcase(host, pattern) for pattern in self.hosts)


@dataclass(frozen=True, slots=True)
class FilePart:
    field_name: str
    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. At most one of `json`, `form` and `files` (with `form`) makes the body."""

    method: str
    url: str
    params: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Sequence[FilePart] = field(default=(), repr=False)
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def members(self) -> Mapping[str, object] | None:
        """The members of a JSON object; None if the body is anything else, such as an HTML page of a gateway."""
        try:
            answer = self.json()
        except UnreadableJson:
            return None
        return answer if isinstance(answer, dict) else None

    def json(self) -> object:
        """The body as JSON with exact decimals; `UnreadableJson` if it is something else."""
        return decode_json(self.body)


class HttpClient:
    """A client for one system. `system` names it in errors; nothing outside `policy` is ever called.

    `transport` takes the place of the network, for tests in one process.
    """

    def __init__(
        self,
        *,
        system: str,
        policy: HostPolicy,
        connect_timeout_s: float,
        timeout_s: float,
        max_connections: int = 50,
        meters: Meters | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._system = system
        self._policy = policy
        self._meters = meters or NoMeters()
        self._connect_timeout_s = connect_timeout_s
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=max_connections, max_keepalive_connections=max_connections),
            timeout=httpx.Timeout(timeout_s, connect=connect_timeout_s),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send and read the whole answer. Only a GET is tried again, and only when it was certainly not sent.

        Raises:
            NotSent: nothing left this machine.
            Unanswered: it may have had its effect.
            HostRefused: the URL is outside the policy.
            ContractViolation: the answer is larger than any sound answer.
        """
        if not self._policy.allows(request.url):
            raise HostRefused("host_refused", system=self._system, detail=urlsplit(request.url).hostname or "no host")
        tries = _CONNECT_TRIES if request.method == "GET" else 1
        for attempt in range(1, tries + 1):
            try:
                return await self._send_once(request)
            except NotSent:
                if attempt == tries:
                    raise
        raise AssertionError("unreachable")

    async def _send_once(self, request: HttpRequest) -> HttpResponse:
        began, answer = time.perf_counter(), "unanswered"
        try:
            response = await self._answered(request)
            answer = str(response.status)
        except NotSent:
            answer = "not_sent"
            raise
        finally:
            self._meters.call(self._system, answer, time.perf_counter() - began)
        return response

    async def _answered(self, request: HttpRequest) -> HttpResponse:
        try:
            async with self._client.stream(**self._arguments(request)) as answer:
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _MAX_ANSWER_BYTES:
                        raise ContractViolation("answer_too_large", system=self._system)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return HttpResponse(answer.status_code, headers, bytes(body))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent("system_unreachable", system=self._system, detail=type(error).__name__) from error
        except httpx.TransportError as error:
            raise Unanswered("system_unanswered", system=self._system, detail=type(error).__name__) from error
        except httpx.DecodingError as error:
            raise Unanswered("system_unanswered", system=self._system, detail=type(error).__name__) from error

    def _arguments(self, request: HttpRequest) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
        }
        if request.params:
            arguments["params"] = list(request.params)
        if request.json is not None:
            arguments["content"] = encode_json(request.json)
            arguments["headers"] = {"content-type": "application/json", **request.headers}
        elif request.files:
            arguments["data"] = dict(request.form or {})
            arguments["files"] = [
                (part.field_name, (part.file_name, part.content, part.content_type)) for part in request.files
            ]
        elif request.form is not None:
            arguments["data"] = dict(request.form)
        if request.basic_auth is not None:
            arguments["auth"] = httpx.BasicAuth(*request.basic_auth)
        if request.timeout_s is not None:
            arguments["timeout"] = httpx.Timeout(request.timeout_s, connect=self._connect_timeout_s)
        return arguments
