"""JSON at the edges: decimals stay exact in both directions (facts: style B7)."""

import json
from decimal import Decimal
from typing import NoReturn

JsonObject = dict[str, object]


class UnreadableJson(ValueError):
    """The bytes are not JSON that we accept: wrong encoding, NaN, too deep, or no JSON at all."""


def decode_json(body: bytes | str) -> object:
    """Decode with every fraction as Decimal; `UnreadableJson` on anything else than sound JSON."""
    try:
        return json.loads(body, parse_float=_fraction, parse_constant=_refuse)
    except UnreadableJson:
        raise
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise UnreadableJson(type(error).__name__) from error


def encode_json(value: object) -> bytes:
    """Encode compactly; a Decimal becomes a JSON number, refused if a reader's float could not hold it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_number, allow_nan=False).encode()


def to_wire_number(value: Decimal) -> int | float:
    """The JSON number for `value`; ValueError if it does not survive a float."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has more digits than a JSON number can carry safely")
    return number


def _fraction(text: str) -> Decimal:
    value = Decimal(text)
    if value.adjusted() > 30 or value.adjusted() < -30:
        raise UnreadableJson("a number is out of range")
    return value


def _refuse(name: str) -> NoReturn:
    raise UnreadableJson(f"{name} is not JSON")


def _number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return to_wire_number(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
