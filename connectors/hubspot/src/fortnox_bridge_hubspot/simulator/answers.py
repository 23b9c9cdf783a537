"""Answers as HubSpot writes them, errors included (facts 19.2)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from starlette.responses import Response
from typing_extensions import override

Record = dict[str, Any]


def to_json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(to_json(body), status, dict(headers or {}), media_type="application/json;charset=utf-8")


def no_content() -> Response:
    return Response(status_code=204)


def wire_time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)


class ApiError(Exception):
    """A refusal. Every member but the message is optional in HubSpot's answers."""

    def __init__(self, status: int, category: str, message: str, **members: object) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.members = members

    @override
    def __str__(self) -> str:
        return f"{self.status} {self.category}: {self.args[0]}"

    def response(self, correlation_id: str) -> Response:
        body = {"status": "error", "message": self.args[0], "correlationId": correlation_id, "category": self.category}
        return json_response({**body, **self.members}, self.status)


def not_found(what: str = "resource not found") -> ApiError:
    return ApiError(404, "OBJECT_NOT_FOUND", what)


def invalid(message: str, *, code: str | None = None, name: str | None = None) -> ApiError:
    """A refused value; `code` says which kind of fault, `name` of which property."""
    if code is None:
        return ApiError(400, "VALIDATION_ERROR", message)
    fault: Record = {"message": message, "code": code}
    if name is not None:
        fault["context"] = {"propertyName": [name]}
    return ApiError(400, "VALIDATION_ERROR", f"Property values were not valid: {message}", errors=[fault])
