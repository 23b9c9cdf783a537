"""Checks of single JSON values, as strict as v2 is: numbers are no strings, booleans are no 0/1 (section 1)."""

import re
from collections.abc import Callable
from decimal import Decimal

from fortnox_bridge_pipedrive.simulator.instants import is_date

Check = Callable[[object], bool]
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
ADDRESS_PARTS = (
    "value",
    "street_number",
    "route",
    "subpremise",
    "sublocality",
    "locality",
    "admin_area_level_1",
    "admin_area_level_2",
    "country",
    "postal_code",
)


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def is_day(value: object) -> bool:
    return isinstance(value, str) and is_date(value)


def is_date_time(value: object) -> bool:
    return isinstance(value, str) and bool(_DATE_TIME.fullmatch(value))


def is_time_of_day(value: object) -> bool:
    return isinstance(value, str) and bool(_TIME_OF_DAY.fullmatch(value))


def is_whole_list(value: object) -> bool:
    return isinstance(value, list) and all(is_whole(item) for item in value)


def is_address(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("value"), str)
        and all(key in ADDRESS_PARTS and (part is None or is_text(part)) for key, part in value.items())
    )


def is_contact_list(value: object) -> bool:
    """Entries of `emails`/`phones`: at most one primary (section 10)."""
    if not isinstance(value, list):
        return False
    for item in value:
        if not isinstance(item, dict) or not isinstance(item.get("value"), str) or item.keys() - _CONTACT_KEYS:
            return False
        if not is_flag(item.get("primary", False)) or not is_text(item.get("label", "")):
            return False
    return sum(1 for item in value if item.get("primary")) <= 1


_CONTACT_KEYS = {"value", "primary", "label"}


def complete_address(value: dict[str, object] | None) -> dict[str, object] | None:
    """Omitted components become null; the vendor adds `formatted_address` (sections 9 and 14.3)."""
    if value is None:
        return None
    return {part: value.get(part) for part in ADDRESS_PARTS} | {"formatted_address": value.get("formatted_address")}


def one_of(*choices: object) -> Check:
    return lambda value: value in choices and type(value) in {type(choice) for choice in choices}


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def describe(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
