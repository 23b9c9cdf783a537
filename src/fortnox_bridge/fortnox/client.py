"""The one door to Fortnox's REST API: rate window, token, content type, errors.

Reads may be repeated. A write says exactly one of four things (facts: reliability 4.3): it was done (it returns),
refused (`UserAction`, `RateLimited`, or a `Defect` of ours), not sent (`NotSent`), or nobody knows
(`OutcomeUnknown`). The client never repeats a write, but for a 401, which Fortnox gives before it does anything.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.errors import (
    BridgeError,
    ContractViolation,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Transient,
    Unavailable,
    UserAction,
)
from fortnox_bridge.domain.meters import Meters, NoMeters
from fortnox_bridge.domain.wire_json import JsonObject, UnreadableJson
from fortnox_bridge.fortnox.errors import read_error, retry_after, unreadable
from fortnox_bridge.fortnox.limiter import Priority, RateLimiter
from fortnox_bridge.fortnox.oauth import RECONNECT_CODE
from fortnox_bridge.fortnox.resources import Action, Resource, is_key, record_path
from fortnox_bridge.http import FilePart, HttpRequest, HttpResponse, NotSent
from fortnox_bridge.oauth.types import TokenSource

PAGE_SIZE: Final = 500
_MAX_PAGES: Final = 200
_JSON: Final = "application/json"
_MAX_PDF_BYTES: Final = 15 * 1024 * 1024


class HttpSender(Protocol):
    async def send(self, request: HttpRequest) -> HttpResponse: ...


class Log(Protocol):
    def warning(self, event: str, /, **facts: str | int) -> None: ...


class NoLog:
    def warning(self, event: str, /, **facts: str | int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """How one unit of work calls. A wait for the rate window beyond `max_wait_s` becomes `RateLimited`."""

    priority: Priority = Priority.WEBHOOK
    max_wait_s: float = 10
    read_timeout_s: float = 30
    write_timeout_s: float = 60


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows of one page, and of how many pages and rows it is one."""

    rows: tuple[JsonObject, ...]
    pages: int
    total: int


class FortnoxClient:
    """One Fortnox company."""

    def __init__(
        self,
        http: HttpSender,
        base_url: str,
        tokens: TokenSource,
        limiter: RateLimiter,
        clock: Clock,
        *,
        policy: CallPolicy | None = None,
        log: Log | None = None,
        meters: Meters | None = None,
    ) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._tokens = tokens
        self._limiter = limiter
        self._clock = clock
        self._policy = policy or CallPolicy()
        self._log = log or NoLog()
        self._meters = meters or NoMeters()

    async def get(self, resource: Resource, key: str | None = None) -> JsonObject | None:
        """One record without its envelope; None when Fortnox says that there is none."""
        if key is not None and not is_key(key):
            return None
        response = await self._read(resource.path if key is None else record_path(resource, key))
        if response.status == 404 and key is not None and response.content_type == _JSON:
            return None
        return _content(_body(response, is_write=False), resource.single, is_write=False)

    async def list_page(self, resource: Resource, params: Sequence[tuple[str, str]], page: int) -> ListPage:
        place = [("page", str(page))] if page > 1 else []
        response = await self._read(resource.path, [*params, ("limit", str(PAGE_SIZE)), *place])
        body = _body(response, is_write=False)
        rows = _rows(body, resource.plural)
        return ListPage(tuple(rows), _counted(body, "@TotalPages", 1), _counted(body, "@TotalResources", len(rows)))

    async def list_all(self, resource: Resource, params: Sequence[tuple[str, str]] = ()) -> tuple[JsonObject, ...]:
        """The rows of every page."""
        rows: list[JsonObject] = []
        for page in range(1, _MAX_PAGES + 1):
            listed = await self.list_page(resource, params, page)
            rows += listed.rows
            if page >= listed.pages:
                return tuple(rows)
        raise ContractViolation("fortnox_answer_unreadable", detail=f"more than {_MAX_PAGES} pages")

    async def get_plain(self, path: str, params: Sequence[tuple[str, str]] = ()) -> object:
        """What one of the newer services answers, which use no envelope."""
        return _json(await self._read(path, params), is_write=False)

    async def preview(self, resource: Resource, key: str) -> bytes:
        """The document as PDF, without any effect on it.

        Asked for as JSON: `application/pdf` is refused with 1000030 although the body is a PDF.
        """
        response = await self._read(f"{record_path(resource, key)}/preview")
        if not response.is_success or response.content_type == _JSON:
            raise read_error(replace(response, status=max(response.status, 400)), is_write=False)
        if not response.body.startswith(b"%PDF-") or len(response.body) > _MAX_PDF_BYTES:
            raise Unavailable("fortnox_pdf_unreadable", detail=f"{len(response.body)} bytes, {response.content_type}")
        return response.body

    async def post(
        self, resource: Resource, content: Mapping[str, object], *, send_before: float | None = None
    ) -> JsonObject:
        """Create one record and answer it as Fortnox stored it."""
        return await self._write("POST", resource.path, {resource.single: content}, resource, send_before)

    async def put(self, resource: Resource, key: str, content: Mapping[str, object]) -> JsonObject:
        return await self._write("PUT", record_path(resource, key), {resource.single: content}, resource, None)

    async def act(self, resource: Resource, key: str, action: Action) -> JsonObject:
        return await self._write("PUT", f"{record_path(resource, key)}/{action}", None, resource, None)

    async def post_plain(self, path: str, body: object) -> object:
        """POST to one of the newer services, which use no envelope."""
        return _json(await self._send_write("POST", path, json=body), is_write=True)

    async def upload(self, resource: Resource, part: FilePart, params: Sequence[tuple[str, str]]) -> JsonObject:
        """Upload one file and answer what Fortnox calls it."""
        response = await self._send_write("POST", resource.path, params=params, files=(part,))
        return _content(_body(response, is_write=True), resource.single, is_write=True)

    async def _read(self, path: str, params: Sequence[tuple[str, str]] = ()) -> HttpResponse:
        request = HttpRequest("GET", f"{self._base_url}{path}", params=params, timeout_s=self._policy.read_timeout_s)
        try:
            return await self._send_with_token(request, send_before=None)
        except OutcomeUnknown as error:
            raise Unavailable("fortnox_unavailable", detail=error.detail) from error

    async def _write(
        self, method: str, path: str, body: object, resource: Resource, send_before: float | None
    ) -> JsonObject:
        response = await self._send_write(method, path, send_before, json=body)
        return _content(_body(response, is_write=True), resource.single, is_write=True)

    async def _send_write(
        self,
        method: str,
        path: str,
        send_before: float | None = None,
        *,
        params: Sequence[tuple[str, str]] = (),
        json: object = None,
        files: Sequence[FilePart] = (),
    ) -> HttpResponse:
        request = HttpRequest(
            method,
            f"{self._base_url}{path}",
            params=params,
            json=json,
            form={} if files else None,
            files=files,
            timeout_s=self._policy.write_timeout_s,
        )
        try:
            return await self._send_with_token(request, send_before=send_before)
        except ContractViolation as error:
            # An answer too large to read is an answer all the same: the write may have been done.
            raise OutcomeUnknown("fortnox_outcome_unknown", detail=error.code) from error

    async def _send_with_token(self, request: HttpRequest, *, send_before: float | None) -> HttpResponse:
        token = await self._before_sending(self._tokens.access_token())
        response = await self._send(request, token, send_before)
        if response.status == 401:
            self._note("fortnox.token_refused", response)
            token = await self._before_sending(self._tokens.replace(token))
            response = await self._send(request, token, send_before)
            if response.status == 401:
                raise ReconnectRequired(RECONNECT_CODE, detail="a new token is refused too")
        if response.status == 429:
            await self._limiter.pause(retry_after(response))
            self._note("fortnox.rate_exceeded", response)
        elif not response.is_success and not (request.method == "GET" and response.status == 404):
            # That something is not there is an answer, not a trouble.
            self._note("fortnox.request_refused", response)
        return response

    async def _send(self, request: HttpRequest, token: str, send_before: float | None) -> HttpResponse:
        max_wait_s = self._policy.max_wait_s
        if send_before is not None:
            max_wait_s = max(0.0, min(max_wait_s, send_before - self._clock.monotonic()))
        began = self._clock.monotonic()
        await self._limiter.acquire(self._policy.priority, max_wait_s=max_wait_s)
        self._meters.waited(self._policy.priority.name.lower(), self._clock.monotonic() - began)
        if send_before is not None and self._clock.monotonic() > send_before:
            raise NotSent("send_deadline_passed")
        headers = {"authorization": f"Bearer {token}", "accept": _JSON, **request.headers}
        if request.method == "PUT" and request.json is None:
            headers["content-type"] = _JSON
        return await self._http.send(replace(request, headers=headers))

    async def _before_sending(self, token: Awaitable[str]) -> str:
        """A token; a passing failure to get one is a request that was not sent."""
        try:
            return await token
        except (NotSent, RateLimited):
            raise
        except Transient as error:
            raise NotSent(error.code, detail=error.detail, retry_after_s=error.retry_after_s, **error.params) from error

    def _note(self, event: str, response: HttpResponse) -> None:
        self._log.warning(event, status=response.status, x_uid=response.headers.get("x-uid", "")[:64])


def _body(response: HttpResponse, *, is_write: bool) -> JsonObject:
    body = _json(response, is_write=is_write)
    if not isinstance(body, dict):
        raise unreadable("no JSON object", is_write=is_write)
    if "ErrorInformation" in body and not is_write:
        raise read_error(replace(response, status=400), is_write=False)
    return body


def _json(response: HttpResponse, *, is_write: bool) -> object:
    if not response.is_success:
        raise read_error(response, is_write=is_write)
    try:
        return response.json()
    except UnreadableJson as error:
        if not is_write:
            # HTML under a 200 is how Fortnox is down (facts: fortnox 1).
            raise Unavailable("fortnox_unavailable", detail=f"no JSON but {response.content_type}") from error
        raise unreadable(f"no JSON but {response.content_type}", is_write=is_write) from error


def _content(body: JsonObject, envelope: str, *, is_write: bool) -> JsonObject:
    content = body.get(envelope)
    if not isinstance(content, dict):
        raise unreadable(f"no {envelope} in it", is_write=is_write)
    return content


def _rows(body: JsonObject, envelope: str) -> list[JsonObject]:
    rows = body.get(envelope)
    if not isinstance(rows, list):
        raise unreadable(f"no {envelope} in it", is_write=False)
    return [row for row in rows if isinstance(row, dict)]


def _counted(body: JsonObject, name: str, unstated: int) -> int:
    information = body.get("MetaInformation")
    stated = information.get(name) if isinstance(information, dict) else None
    return int(stated) if isinstance(stated, int | str) and str(stated).isdigit() else unstated


def is_refusal(error: BridgeError) -> bool:
    """Whether a write was refused for certain and its target's state may be read to learn more."""
    return isinstance(error, UserAction) and not isinstance(error, ReconnectRequired | PermissionMissing)
