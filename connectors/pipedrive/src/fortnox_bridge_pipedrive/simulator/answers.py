import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.responses import Response

Record = dict[str, Any]


def _plain_number(value: object) -> int | float:
    # The vendor stores doubles: a number leaves as the shortest text of its double, whole ones without a point.
    if not isinstance(value, Decimal):
        raise TypeError(f"not JSON: {type(value).__name__}")
    return int(value) if value == value.to_integral_value() else float(value)


def to_json(value: object) -> bytes:
    return json.dumps(value, default=_plain_number, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(to_json(value), status, headers, media_type="application/json")


def answer(data: object, status: int = 200, **envelope: object) -> Response:
    return json_response({"success": True, "data": data, **envelope}, status)


def page_v2(rows: Sequence[Record], next_cursor: str | None) -> Response:
    return answer(list(rows), additional_data={"next_cursor": next_cursor})
