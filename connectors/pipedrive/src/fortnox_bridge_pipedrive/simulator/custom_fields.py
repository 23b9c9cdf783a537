"""Values of custom fields in their three shapes: stored (= v2), with labels, and in webhooks (section 14.3)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.state import Company
from fortnox_bridge_pipedrive.simulator.value_checks import (
    complete_address,
    describe,
    is_address,
    is_day,
    is_number,
    is_text,
    is_time_of_day,
    is_whole,
    is_whole_list,
)

_TEXT_LIMITS = {"varchar": 255, "varchar_auto": 255, "phone": 255, "text": 65_535}
_LINKED_KINDS = {"org": "organization", "people": "person", "user": "user"}
_STOCKHOLM = {"timezone_id": 251, "timezone_name": "Europe/Stockholm"}


def stored_value(company: Company, definition: Mapping[str, Any], value: object) -> object:
    """Check one value from a request and give it the shape in which v2 answers it.

    Raises:
        ValueError: the value does not fit the field's type; the text says why.
    """
    if value is None:
        return None
    field_type = definition["field_type"]
    if field_type in _TEXT_LIMITS:
        return _checked_text(value, _TEXT_LIMITS[field_type])
    if field_type in _LINKED_KINDS:
        return _checked_link(company, _LINKED_KINDS[field_type], value)
    reader = _READERS.get(field_type)
    if reader is None:
        raise ValueError(f"fields of type {field_type} cannot be written")
    return reader(company, definition, value)


def _checked_text(value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected string, received {describe(value)}")  # noqa: TRY004  # a refused value, not a programming error
    if len(value) > limit:
        raise ValueError(f"must contain at most {limit} character(s)")
    return value


def _checked_link(company: Company, kind: str, value: object) -> int:
    if not is_whole(value):
        raise ValueError(f"expected number, received {describe(value)}")
    known = company.users if kind == "user" else company.tables[kind]
    if value not in known:
        raise ValueError(f"{kind} {value} does not exist")
    return int(str(value))


def _number(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    if not is_number(value):
        raise ValueError(f"expected number, received {describe(value)}")
    return value


def _flag(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError(f"expected boolean, received {describe(value)}")  # noqa: TRY004  # a refused value, not a programming error
    return value


def _monetary(company: Company, _definition: Mapping[str, Any], value: object) -> object:
    parts = _parts(value, {"value", "currency"})
    if not is_number(parts.get("value")):
        raise ValueError(f"value: expected number, received {describe(parts.get('value'))}")
    currency = parts.get("currency") or company.currency
    return {"value": parts["value"], "currency": currency}


def _option(_company: Company, definition: Mapping[str, Any], value: object) -> object:
    if not is_whole(value) or value not in {option["id"] for option in definition["options"]}:
        raise ValueError(f"{value!r} is no option of this field")
    return value


def _options(company: Company, definition: Mapping[str, Any], value: object) -> object:
    # `[]` does not clear a set: only null does (section 14.3).
    if not is_whole_list(value) or not value or not isinstance(value, list):
        raise ValueError("expected a non-empty array of option ids")
    return [_option(company, definition, item) for item in value]


def _day(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    if not is_day(value):
        raise ValueError("expected a date YYYY-MM-DD")
    return value


def _day_range(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    parts = _parts(value, {"value", "until"})
    if not is_day(parts.get("value")) or not is_day(parts.get("until")):
        raise ValueError("expected value and until as dates YYYY-MM-DD")
    return {"value": parts["value"], "until": parts["until"]}


def _time(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    parts = _parts(value, {"value", "timezone_id", "timezone_name"})
    if not is_time_of_day(parts.get("value")):
        raise ValueError("expected value as HH:MM:SS")
    return {"value": parts["value"], **_STOCKHOLM}


def _time_range(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    parts = _parts(value, {"value", "until", "timezone_id", "timezone_name"})
    if not is_time_of_day(parts.get("value")) or not is_time_of_day(parts.get("until")):
        raise ValueError("expected value and until as HH:MM:SS")
    return {"value": parts["value"], "until": parts["until"], **_STOCKHOLM}


def _address(_company: Company, _definition: Mapping[str, Any], value: object) -> object:
    if not isinstance(value, dict) or not is_address(value):
        raise ValueError("expected an address object with value")
    return complete_address(value)


def _parts(value: object, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"expected object, received {describe(value)}")  # noqa: TRY004  # a refused value, not a programming error
    unknown = value.keys() - allowed
    if unknown:
        raise ValueError(f"unrecognized key(s) {sorted(unknown)}")
    return value


_READERS: Mapping[str, Callable[[Company, Mapping[str, Any], object], object]] = {
    "double": _number,
    "int": _number,
    "boolean": _flag,
    "monetary": _monetary,
    "enum": _option,
    "set": _options,
    "date": _day,
    "daterange": _day_range,
    "time": _time,
    "timerange": _time_range,
    "address": _address,
}


def merge_custom_fields(company: Company, entity: str, record: Record, changes: Mapping[str, object]) -> None:
    """Write changed values into a record; an unknown key fails the whole request (section 1).

    Raises:
        ValueError: an unknown key, or a value that does not fit.
    """
    definitions = company.custom_fields[entity]
    checked: Record = {}
    for code, value in changes.items():
        if code not in definitions:
            raise ValueError(f"custom_fields: Unrecognized key(s) in object: '{code}'")
        try:
            checked[code] = stored_value(company, definitions[code], value)
        except ValueError as error:
            raise ValueError(f"custom_fields.{code}: {error}") from error
    if checked:
        record["custom_fields"] = (record["custom_fields"] or {}) | checked


def shown_custom_fields(
    company: Company, entity: str, record: Record, *, only: frozenset[str] | None = None, labels: bool = False
) -> Record | None:
    """The `custom_fields` of an answer: null for a record that never had any (section 14.3), else every field."""
    values = record["custom_fields"]
    if values is None:
        return None
    definitions = company.custom_fields[entity]
    shown = {code: values.get(code) for code in definitions if only is None or code in only}
    if labels:
        return {code: _labelled(definitions[code], value) for code, value in shown.items()}
    return shown


def _labelled(definition: Mapping[str, Any], value: object) -> object:
    if definition["options"] is None or value is None:
        return value
    labels = {option["id"]: option["label"] for option in definition["options"]}
    if isinstance(value, list):
        return [{"id": item, "label": labels.get(item)} for item in value]
    return {"id": value, "label": labels.get(value)}


def hook_custom_fields(company: Company, entity: str, record: Record) -> Record:
    values = record["custom_fields"] or {}
    definitions = company.custom_fields[entity]
    return {
        code: _hook_value(definitions[code]["field_type"], value)
        for code, value in values.items()
        if code in definitions
    }


def _hook_value(field_type: str, value: Any) -> object:  # noqa: ANN401  # as varied as the field types
    if value is None:
        return None
    if field_type == "enum" or field_type in _LINKED_KINDS:
        return {"type": field_type, "id": value}
    if field_type == "set":
        return {"type": field_type, "values": [{"id": item} for item in value]}
    if field_type in {"daterange", "timerange"}:
        renamed = {"type": field_type, "from": value["value"], "until": value["until"]}
        return renamed | ({"timezone_id": value["timezone_id"]} if field_type == "timerange" else {})
    if field_type == "time":
        return {"type": field_type, "value": value["value"], "timezone_id": value["timezone_id"]}
    if isinstance(value, dict):
        return {"type": field_type, **value}
    return {"type": field_type, "value": value}


def searchable_text(value: object) -> str | None:
    if is_text(value):
        return str(value)
    if is_number(value):
        return format(Decimal(str(value)), "f")
    if isinstance(value, dict) and "value" in value:
        return searchable_text(value["value"])
    return None
