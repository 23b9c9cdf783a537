"""One account's door to the API: proves itself, and turns every answer into a record or an error.

The table from statuses to errors stands here alone. What each error leads to: a person must act (`UserAction`), it is
tried again (`Transient`), or it is looked into (`Defect`).
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fortnox_bridge.sdk import (
    BridgeError,
    ConnectorContext,
    ContractViolation,
    HttpRequest,
    HttpResponse,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    SourceDataInvalid,
    Unanswered,
    Unavailable,
    UnreadableJson,
)
from fortnox_bridge_example.config import API, SYSTEM

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked for, for the error's sentence. After a write, silence means that nobody knows what happened."""

    record: str
    is_write: bool = False


class ExampleClient:
    def __init__(self, ctx: ConnectorContext) -> None:
        self._ctx = ctx
        self._base_url = ctx.base_urls[API]

    async def read(self, path: str, model: type[ModelT], *, record: str) -> ModelT:
        call = Call(record)
        return _parsed(await self._send(HttpRequest("GET", self._base_url + path), call), model, call)

    async def write(self, method: str, path: str, body: object, model: type[ModelT], *, record: str) -> ModelT:
        call = Call(record, is_write=True)
        return _parsed(await self._send(HttpRequest(method, self._base_url + path, json=body), call), model, call)

    async def delete(self, path: str, *, record: str) -> None:
        await self._send(HttpRequest("DELETE", self._base_url + path), Call(record, is_write=True))

    async def _send(self, request: HttpRequest, call: Call) -> HttpResponse:
        token = await self._ctx.tokens.access_token()
        response = await self._answer(request, token, call)
        if response.status == 401:
            # A token that was refused had no effect: with a fresh one, a write may be sent again too.
            token = await self._ctx.tokens.replace(token)
            response = await self._answer(request, token, call)
        if not response.is_success:
            self._ctx.log.info("example_call_failed", status=response.status)
            raise _error(response, call)
        return response

    async def _answer(self, request: HttpRequest, token: str, call: Call) -> HttpResponse:
        try:
            return await self._ctx.http.send(replace(request, headers={"authorization": f"Bearer {token}"}))
        except Unanswered as silence:
            if call.is_write:
                raise
            raise Unavailable("source_unavailable", system=SYSTEM, detail=silence.detail) from silence


def _error(response: HttpResponse, call: Call) -> BridgeError:
    status = response.status
    named = {"system": SYSTEM, "record": call.record}
    match status:
        case 401:
            return ReconnectRequired("source_unauthorized", system=SYSTEM)
        case 403:
            return PermissionMissing("source_permission_missing", **named, right="read", message="–")
        case 404:
            return SourceDataInvalid("source_record_missing", **named)
        case 429:
            wait = response.headers.get("retry-after", "")
            seconds = float(wait) if wait.isdecimal() else 10.0
            return RateLimited("source_rate_limited", system=SYSTEM, retry_after_s=seconds)
        case _ if 400 <= status < 500:
            return SourceDataInvalid("source_refused", **named, message=f"status {status}")
        case _ if call.is_write:
            return OutcomeUnknown(
                "source_outcome_unknown", system=SYSTEM, record=call.record, detail=f"status {status}"
            )
        case _:
            return Unavailable("source_unavailable", system=SYSTEM, detail=f"status {status}")


def _parsed(response: HttpResponse, model: type[ModelT], call: Call) -> ModelT:
    """`response.json()` reads numbers as exact decimals; an answer that breaks the description is nobody's data."""
    field = "–"
    try:
        return model.model_validate(response.json())
    except UnreadableJson:
        pass
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
    if call.is_write:
        raise OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=call.record)
    raise ContractViolation("source_answer_unreadable", system=SYSTEM, record=call.record, field=field)
