"""One account's door to the API: authorizes, follows pages, and turns every answer into data or an error."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from fortnox_bridge.sdk import (
    ConnectorContext,
    CredentialKind,
    HttpRequest,
    HttpResponse,
    Unanswered,
    Unavailable,
    UserAction,
)
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.errors import Call, error_of, unreadable

T = TypeVar("T")
U = TypeVar("U")
ModelT = TypeVar("ModelT", bound=BaseModel)

_V2: Final = "/api/v2"
_V1: Final = "/v1"
_V2_PAGE: Final = "500"
_V1_PAGE: Final = 100
_MAX_PAGES: Final = 200

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The data of a successful answer, and which call it belongs to."""

    data: object
    next_page: str | None
    call: Call

    def one(self, model: type[ModelT]) -> ModelT:
        """The data as one record; an error that names the first wrong field otherwise."""
        return self._read(model, self.data)

    def many(self, model: type[ModelT]) -> list[ModelT]:
        """The data as a list; Pipedrive answers null for an empty v1 list."""
        if self.data is None:
            return []
        if not isinstance(self.data, list):
            raise unreadable(self.call, "a list was expected")
        return [self._read(model, item) for item in self.data]

    def _read(self, model: type[ModelT], value: object) -> ModelT:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            # Without the cause: it would carry the answer's content into logs.
            raise unreadable(self.call, f"{field}: {first['type']}", field) from None


class PipedriveClient:
    """Version 2 where it exists; version 1 for notes, files, webhooks and users, which version 2 lacks (facts 0)."""

    def __init__(self, ctx: ConnectorContext, base_url: str) -> None:
        self._ctx = ctx
        self._base_url = base_url

    async def get_v2(self, path: str, params: Params = (), *, record: str, right: str = "") -> Answer:
        return await self._call(HttpRequest("GET", self._base_url + _V2 + path, params), Call(record, right))

    async def get_v1(self, path: str, params: Params = (), *, record: str, right: str = "") -> Answer:
        return await self._call(HttpRequest("GET", self._base_url + _V1 + path, params), Call(record, right))

    async def write_v2(self, method: str, path: str, body: object, *, record: str, right: str = "") -> Answer:
        return await self._call(
            HttpRequest(method, self._base_url + _V2 + path, json=body), Call(record, right, is_write=True)
        )

    async def write_v1(self, method: str, path: str, body: object = None, *, record: str, right: str = "") -> Answer:
        return await self._call(
            HttpRequest(method, self._base_url + _V1 + path, json=body), Call(record, right, is_write=True)
        )

    async def upload_v1(self, path: str, request: HttpRequest, *, record: str, right: str = "") -> Answer:
        """Send `request`'s form and files to `path`."""
        return await self._call(replace(request, url=self._base_url + _V1 + path), Call(record, right, is_write=True))

    async def download_v1(self, path: str, *, record: str, right: str = "") -> bytes:
        """What a file holds: no envelope, and none is looked for unless the answer is a refusal."""
        request, call = HttpRequest("GET", self._base_url + _V1 + path), Call(record, right)
        response = await self._answered(request, call)
        if not response.is_success:
            self._judged(response, call)
        return response.body

    async def list_v2(
        self, path: str, model: type[ModelT], params: Params = (), *, record: str, right: str = ""
    ) -> list[ModelT]:
        """Every page of a list, by cursor (facts 5)."""
        found: list[ModelT] = []
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            page, cursor = await self.page_v2(path, model, params, cursor, record=record, right=right)
            found += page
            if cursor is None:
                return found
        raise unreadable(Call(record), "a list without end", field="next_cursor")

    async def page_v2(
        self, path: str, model: type[ModelT], params: Params, cursor: str | None, *, record: str, right: str = ""
    ) -> tuple[list[ModelT], str | None]:
        """One page of a version 2 list and the cursor of the next one, None at the end."""
        page = [*params, ("limit", _V2_PAGE), *([("cursor", cursor)] if cursor else [])]
        answer = await self.get_v2(path, page, record=record, right=right)
        if cursor is not None and answer.next_page == cursor:
            raise unreadable(answer.call, "a list without end", field="next_cursor")
        return answer.many(model), answer.next_page

    async def page_v1(
        self, path: str, model: type[ModelT], params: Params, start: str | None, *, record: str, right: str = ""
    ) -> tuple[list[ModelT], str | None]:
        """One page of a version 1 list and where the next one starts, None at the end."""
        page = [*params, ("limit", str(_V1_PAGE)), *([("start", start)] if start else [])]
        answer = await self.get_v1(path, page, record=record, right=right)
        return answer.many(model), answer.next_page

    async def _call(self, request: HttpRequest, call: Call) -> Answer:
        return self._judged(await self._answered(request, call), call)

    async def _answered(self, request: HttpRequest, call: Call) -> HttpResponse:
        token = await self._ctx.tokens.access_token()
        response = await self._send(request, token, call)
        if response.status == 401:
            # A refused token had no effect, so a write may be sent again too (facts 3).
            token = await self._ctx.tokens.replace(token)
            response = await self._send(request, token, call)
        return response

    async def _send(self, request: HttpRequest, token: str, call: Call) -> HttpResponse:
        try:
            return await self._ctx.http.send(self._authorized(request, token))
        except Unanswered as silence:
            if call.is_write:
                raise
            # A read has no outcome to be unsure of.
            raise Unavailable("source_unavailable", system=SYSTEM, detail=silence.detail) from silence

    def _judged(self, response: HttpResponse, call: Call) -> Answer:
        envelope = response.members()
        error = error_of(response, envelope, call, self._ctx.clock.now())
        if error is not None:
            self._ctx.log.info(
                "pipedrive_call_failed",
                status=response.status,
                code=error.code,
                correlation_id=response.headers.get("x-correlation-id", "")[:64],
            )
            raise error
        assert envelope is not None
        return Answer(envelope.get("data"), _next_page(envelope), call)

    def _authorized(self, request: HttpRequest, token: str) -> HttpRequest:
        if self._ctx.credential_kind is CredentialKind.OAUTH:
            proof = {"authorization": f"Bearer {token}"}
        else:
            proof = {"x-api-token": token}
        return replace(request, headers={**request.headers, **proof, "accept": "application/json"})


async def both(first: Coroutine[Any, Any, T], second: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """Await two things at once; when one fails, the other is stopped and the failure is raised as it is.

    Of two failures the one that needs a person wins: retrying the other would not help.
    """
    try:
        async with asyncio.TaskGroup() as group:
            one = group.create_task(first)
            two = group.create_task(second)
    except ExceptionGroup as failures:
        raise min(failures.exceptions, key=lambda failure: not isinstance(failure, UserAction)) from None
    return one.result(), two.result()


def _next_page(envelope: Mapping[str, object]) -> str | None:
    """Version 2 gives a cursor; version 1 an offset, in `pagination` or directly beside it (facts 5)."""
    extra = envelope.get("additional_data")
    if not isinstance(extra, dict):
        return None
    cursor = extra.get("next_cursor")
    if isinstance(cursor, str) and cursor:
        return cursor
    pagination = extra.get("pagination")
    offsets = pagination if isinstance(pagination, dict) else extra
    start = offsets.get("next_start")
    if offsets.get("more_items_in_collection") is True and type(start) is int:
        return str(start)
    return None
