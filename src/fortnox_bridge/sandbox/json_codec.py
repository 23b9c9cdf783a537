"""JSON in and out of the sandbox without a decimal ever passing through binary floating point."""

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

import orjson
from starlette.responses import Response
from typing_extensions import override


class UnreadableJsonError(ValueError):
    """The text is not JSON that a strict reader accepts."""


def decode(body: bytes) -> object:
    """Read JSON with exact decimals.

    Raises:
        UnreadableJsonError: invalid UTF-8 or JSON, NaN or Infinity, or nested too deep.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise UnreadableJsonError(str(error)) from error


def encode(value: object) -> bytes:
    """Write JSON; a Decimal becomes a number with the same digits."""
    return orjson.dumps(value, default=_plain)


class JsonAnswer(Response):
    media_type = "application/json"

    @override
    def render(self, content: object) -> bytes:
        return encode(content)


def printable(body: bytes) -> object:
    """Show bytes in a JSON document: as text, or as base64 where they are not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return _number(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return printable(value)
        case set() | frozenset():
            return sorted(value, key=str)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def _number(value: Decimal) -> int | float:
    if value == value.to_integral_value():
        return int(value)
    # The shortest text of a double holds 15 digits exactly; amounts are bounded far below that.
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} cannot be written as a JSON number that reads back equal")
    return number
