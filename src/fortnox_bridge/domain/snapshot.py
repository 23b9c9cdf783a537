"""Domain objects as plain JSON values: what steps store, hash and show. Decimals become strings, never floats."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from uuid import UUID

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


def to_plain(value: object) -> Plain:
    """Turn a domain object into JSON values. Fields declared with `repr=False` are left out.

    Raises:
        TypeError: a float or an object that is not of the domain: both are programming errors.
    """
    if value is None or isinstance(value, bool) or type(value) in {int, str}:
        return value  # type: ignore[return-value]
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset):
        items = sorted(value, key=str) if isinstance(value, frozenset) else value
        return [to_plain(item) for item in items]
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: to_plain(getattr(value, part.name)) for part in fields(value) if part.repr}
    raise TypeError(f"{type(value).__name__} does not belong in a snapshot")


def _key(key: object) -> str:
    plain = to_plain(key)
    if not isinstance(plain, str):
        raise TypeError("snapshot keys are text")
    return plain


def canonical_json(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(value: object) -> str:
    """SHA-256 of the value's canonical JSON: equal hashes mean equal content."""
    return hashlib.sha256(canonical_json(to_plain(value)).encode("utf-8", "surrogatepass")).hexdigest()
