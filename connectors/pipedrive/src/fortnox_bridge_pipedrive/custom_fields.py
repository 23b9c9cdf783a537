"""Values of a record's own fields, from the shapes of facts 14.3 to neutral ones.

The answer does not say a field's type, and asking would cost ten tokens and a request per record. The shape decides
instead. Where a shape is shared the neutral value reads the same in text: a date is what looks exactly like one, and a
pointer to a user or an organisation is its number.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from fortnox_bridge.sdk import (
    Choice,
    DateRange,
    FieldValue,
    Log,
    Money,
    TimeRange,
    currency,
)
from fortnox_bridge_pipedrive.addresses import to_address
from fortnox_bridge_pipedrive.wire import WireAddress

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_ADDRESS_PARTS: Final = frozenset(WireAddress.model_fields) - {"value"}


def to_values(fields: Mapping[str, object], log: Log) -> dict[str, FieldValue]:
    """Every set field by its stable key; unset ones are left out.

    So is a value of a shape that is documented nowhere, with a warning: one new kind of field must not stop all deals.
    """
    values: dict[str, FieldValue] = {}
    for key, raw in fields.items():
        try:
            value = _value(raw)
        except (ValueError, ArithmeticError):
            log.warning("pipedrive_field_shape_unknown", field=key[:64])
            continue
        if value is not None:
            values[key] = value
    return values


def _value(raw: object) -> FieldValue | None:
    match raw:
        case None | "" | []:
            return None
        case bool():
            return raw
        case int() | Decimal():
            return Decimal(raw)
        case str():
            return _text_or_date(raw)
        case list():
            return tuple(_choice(option) for option in raw)
        case dict():
            return _object_value(raw)
        case _:
            raise ValueError("no documented shape")


def _object_value(raw: Mapping[str, object]) -> FieldValue | None:
    match raw:
        case {"id": _}:
            return _choice(raw)
        case {"value": _} if not _ADDRESS_PARTS.isdisjoint(raw):
            return _address(raw)
        case {"value": amount, "currency": code}:
            return _money(amount, code)
        case {"value": start, "until": end}:
            return _range(start, end)
        case {"value": moment, "timezone_id": _}:
            return None if moment is None else _time(moment)
        case {"value": str() | None}:
            return _address(raw)
        case _:
            raise ValueError("no documented shape")


def _text_or_date(text: str) -> FieldValue:
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _choice(raw: object) -> Choice:
    """An option with its label, or its bare id where labels were not asked for (products)."""
    if isinstance(raw, dict):
        label = raw.get("label")
        return Choice(_option_id(raw.get("id")), label if isinstance(label, str) else None)
    return Choice(_option_id(raw))


def _option_id(raw: object) -> str:
    if type(raw) is int:
        return str(raw)
    if isinstance(raw, str) and raw:
        return raw
    raise ValueError("an option has an id")


def _money(amount: object, code: object) -> FieldValue | None:
    if amount is None:
        return None
    if type(amount) is not int and not isinstance(amount, Decimal):
        raise ValueError("an amount is a number")
    if not isinstance(code, str):
        return Decimal(amount)
    try:
        return Money(Decimal(amount), currency(code))
    except ValueError:
        # A currency of the company's own (facts 19) is worth no more than its text.
        return f"{format(Decimal(amount), 'f')} {code}"


def _range(start: object, end: object) -> FieldValue | None:
    if start is None and end is None:
        return None
    first = start if start is not None else end
    if not isinstance(first, str) or not isinstance(end, str | None):
        raise ValueError("a range has texts")  # noqa: TRY004 - a value of the answer, not an argument
    if _DATE.match(first):
        return DateRange(date.fromisoformat(first), date.fromisoformat(end) if end else None)
    return TimeRange(_time(first), _time(end) if end else None)


def _time(raw: object) -> time:
    if not isinstance(raw, str):
        raise ValueError("a time is a text")  # noqa: TRY004 - as above
    return time.fromisoformat(raw)


def _address(raw: Mapping[str, object]) -> FieldValue | None:
    try:
        return to_address(WireAddress.model_validate(raw))
    except ValidationError:
        raise ValueError("an address has texts") from None
