"""Pipedrive's field types in neutral terms, and texts as their values (facts 14)."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from fortnox_bridge.sdk import FieldType, to_wire_number
from fortnox_bridge_pipedrive.wire import WireField

TYPES: Final[Mapping[str, FieldType]] = MappingProxyType(
    {
        "varchar": FieldType.TEXT,
        "text": FieldType.TEXT,
        "varchar_auto": FieldType.TEXT,
        "varchar_options": FieldType.TEXT,
        "double": FieldType.NUMBER,
        "int": FieldType.NUMBER,
        "monetary": FieldType.MONEY,
        "boolean": FieldType.BOOLEAN,
        "date": FieldType.DATE,
        "daterange": FieldType.DATE_RANGE,
        "time": FieldType.TIME,
        "timerange": FieldType.TIME_RANGE,
        "enum": FieldType.CHOICE,
        "set": FieldType.CHOICES,
        "phone": FieldType.PHONE,
        "address": FieldType.ADDRESS,
        "user": FieldType.REFERENCE,
        "org": FieldType.REFERENCE,
        "people": FieldType.REFERENCE,
        "deal": FieldType.REFERENCE,
        "project": FieldType.REFERENCE,
    }
)

# Choice fields need their options named, which a field of ours never has.
CREATABLE: Final[Mapping[FieldType, str]] = MappingProxyType(
    {
        FieldType.TEXT: "varchar",
        FieldType.NUMBER: "double",
        FieldType.MONEY: "monetary",
        FieldType.DATE: "date",
        FieldType.DATE_RANGE: "daterange",
        FieldType.TIME: "time",
        FieldType.TIME_RANGE: "timerange",
        FieldType.PHONE: "phone",
        FieldType.ADDRESS: "address",
    }
)

_MONEY = re.compile(r"(?P<amount>\S+)\s+(?P<currency>[A-Z]{3})\Z")


class Inexpressible(ValueError):
    """The text is no value of the field's type."""


def to_wire_value(field: WireField, text: str) -> object:
    """The JSON value for `text` in `field`; None clears it."""
    if not text.strip():
        return None
    writer = _WRITERS.get(field.field_type)
    if writer is None:
        raise Inexpressible(field.field_type)
    return writer(field, text.strip())


def _as_text(_field: WireField, text: str) -> object:
    return text


def _as_number(_field: WireField, text: str) -> object:
    """A JSON number, never a string (facts 1)."""
    try:
        return to_wire_number(Decimal(text.replace(",", ".")))
    except (InvalidOperation, ValueError, OverflowError):
        raise Inexpressible("number") from None


def _as_money(field: WireField, text: str) -> object:
    """With its currency: without one Pipedrive would assume the user's own (facts 14.3)."""
    parts = _MONEY.match(text)
    if parts is None:
        raise Inexpressible("money")
    return {"value": _as_number(field, parts["amount"]), "currency": parts["currency"]}


def _as_date(_field: WireField, text: str) -> object:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise Inexpressible("date") from None


def _as_option(field: WireField, text: str) -> object:
    for option in field.options:
        if text in {option.label, option.id}:
            return int(option.id) if option.id.isdecimal() else option.id
    raise Inexpressible("option")


def _as_address(_field: WireField, text: str) -> object:
    return {"value": text}


_WRITERS: Final[Mapping[str, Callable[[WireField, str], object]]] = MappingProxyType(
    {
        "varchar": _as_text,
        "text": _as_text,
        "varchar_auto": _as_text,
        "phone": _as_text,
        "double": _as_number,
        "int": _as_number,
        "monetary": _as_money,
        "date": _as_date,
        "enum": _as_option,
        "address": _as_address,
    }
)

WRITABLE: Final = frozenset(_WRITERS)
