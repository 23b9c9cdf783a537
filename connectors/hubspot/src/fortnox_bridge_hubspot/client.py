"""One account's door to the API: authorizes, follows pages, and turns every answer into data or an error."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from fortnox_bridge.sdk import ConnectorContext, HttpRequest, HttpResponse, Unanswered, Unavailable
from fortnox_bridge_hubspot.config import API, BASE_URLS, SYSTEM
from fortnox_bridge_hubspot.errors import Call, error_of, unreadable

ModelT = TypeVar("ModelT", bound=BaseModel)
Params = Sequence[tuple[str, str]]

PAGE: Final = 100
_MAX_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """The members of a successful answer, and which call it belongs to."""

    members: object
    call: Call

    def as_model(self, model: type[ModelT]) -> ModelT:
        """The answer as one record; an error that names the first wrong field otherwise."""
        try:
            return model.model_validate(self.members)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            # Without the cause: it would carry the answer's content into logs.
            raise unreadable(self.call, f"{field}: {first['type']}", field) from None


class HubSpotClient:
    """Paths are whole, dated version included (see `config`)."""

    def __init__(self, ctx: ConnectorContext) -> None:
        self._ctx = ctx
        self._base_url = ctx.base_urls.get(API, BASE_URLS[API]).rstrip("/")

    async def get(self, path: str, params: Params = (), *, record: str, right: str = "") -> Answer:
        return await self._call(HttpRequest("GET", self._base_url + path, params), Call(record, right))

    async def look_up(self, path: str, body: object, *, record: str, right: str = "") -> Answer:
        """A POST that only reads: batches, searches, introspection. Silence is as harmless as with a GET."""
        return await self._call(HttpRequest("POST", self._base_url + path, json=body), Call(record, right))

    async def write(self, method: str, path: str, body: object = None, *, record: str, right: str = "") -> Answer:
        request = HttpRequest(method, self._base_url + path, json=body)
        return await self._call(request, Call(record, right, is_write=True))

    async def upload(self, path: str, request: HttpRequest, *, record: str, right: str = "") -> Answer:
        """Send `request`'s form and files to `path`."""
        return await self._call(replace(request, url=self._base_url + path), Call(record, right, is_write=True))

    async def _call(self, request: HttpRequest, call: Call) -> Answer:
        token = await self._ctx.tokens.access_token()
        response = await self._send(request, token, call)
        if response.status == 401:
            # A refused token had no effect, so a write may be sent again too.
            token = await self._ctx.tokens.replace(token)
            response = await self._send(request, token, call)
        return self._judged(response, call)

    async def _send(self, request: HttpRequest, token: str, call: Call) -> HttpResponse:
        headers = {**request.headers, "authorization": f"Bearer {token}", "accept": "application/json"}
        try:
            return await self._ctx.http.send(replace(request, headers=headers))
        except Unanswered as silence:
            if call.is_write:
                raise
            # A read has no outcome to be unsure of.
            raise Unavailable("source_unavailable", system=SYSTEM, detail=silence.detail) from silence

    def _judged(self, response: HttpResponse, call: Call) -> Answer:
        error = error_of(response, call)
        members = response.members()
        if error is not None:
            correlation_id = (members or {}).get("correlationId")
            self._ctx.log.info(
                "hubspot_call_failed",
                status=response.status,
                code=error.code,
                correlation_id=correlation_id[:64] if isinstance(correlation_id, str) else "",
            )
            raise error
        if members is None and response.status != 204:
            raise unreadable(call, "a success without a JSON object")
        return Answer(members, call)
