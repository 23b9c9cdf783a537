"""Lists: filter, prefix search, sorting, pages, and the index that lags (facts/fortnox.md 1 and 8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from starlette.responses import Response

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.rest import Call
from fortnox_bridge.sandbox.fortnox.state import STOCKHOLM, Company, Record, Stored
from fortnox_bridge.sandbox.json_codec import JsonAnswer

S = TypeVar("S", bound=Stored)
_DEFAULT_LIMIT = 100
_MAX_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """How one resource is listed.

    Attributes:
        search: query parameter -> field it compares by prefix, case-insensitively.
        flags: query parameter -> boolean field.
        tests: query parameter -> own comparison of (stored, value).
        filters: values of `filter`, each with its test.
        sort_keys: values of `sortby` -> field.
    """

    plural: str
    row: Callable[[Call, Any], Record]
    search: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, Callable[[Any, str], bool]] = field(default_factory=dict)
    filters: Mapping[str, Callable[[Company, Any], bool]] = field(default_factory=dict)
    sort_keys: Mapping[str, str] = field(default_factory=dict)


def answer_list(call: Call, listing: Listing, stored: Sequence[S], lag_s: float = 0) -> Response:
    indexed_until = call.company.now() - timedelta(seconds=lag_s)
    found = [item for item in stored if item.created_at <= indexed_until]
    found = _filtered(call, listing, found)
    found = _searched(call, listing, found)
    found = _sorted(call, listing, found)
    offset, limit, page = _window(call)
    shown = [listing.row(call, item) for item in found[offset : offset + limit]]
    meta = {
        "@TotalResources": len(found),
        "@TotalPages": -(-len(found) // limit),
        "@CurrentPage": page,
    }
    return JsonAnswer({"MetaInformation": meta, listing.plural: shown})


def _filtered(call: Call, listing: Listing, items: list[S]) -> list[S]:
    name = call.query.get("filter")
    if name is None:
        return items
    test = listing.filters.get(name)
    if test is None:
        raise errors.no_such_filter()
    return [item for item in items if test(call.company, item)]


def _searched(call: Call, listing: Listing, items: list[S]) -> list[S]:
    """Narrow by every parameter known here; an unknown one is ignored, as measured on Fortnox."""
    for name, value in call.query.items():
        if name in listing.search:
            field_name = listing.search[name]
            items = [item for item in items if starts_with(item.fields.get(field_name), value)]
        elif name in listing.flags:
            field_name = listing.flags[name]
            wanted = value.lower() in {"true", "1"}
            items = [item for item in items if bool(item.fields.get(field_name)) is wanted]
        elif name in listing.tests:
            items = [item for item in items if listing.tests[name](item, value)]
        elif name == "lastmodified":
            since = _instant(value)
            items = [item for item in items if item.modified_at >= since]
    return items


def starts_with(value: object, prefix: str) -> bool:
    return str(value if value is not None else "").casefold().startswith(prefix.casefold())


def _sorted(call: Call, listing: Listing, items: list[S]) -> list[S]:
    key = call.query.get("sortby")
    order = call.query.get("sortorder", "ascending")
    if order not in {"ascending", "descending"}:
        raise errors.bad_parameter("sortorder")
    if key is not None:
        field_name = listing.sort_keys.get(key)
        if field_name is None:
            raise errors.bad_parameter("sortby")
        items = sorted(items, key=lambda item: _sortable(item.fields.get(field_name)))
    return items[::-1] if order == "descending" else items


def _sortable(value: object) -> tuple[int | Decimal, str]:
    """Numbers by size, also where they are kept as text; everything else by its letters."""
    if isinstance(value, str):
        return (int(value), "") if value.isdecimal() else (0, value.casefold())
    if isinstance(value, int | Decimal):
        return value, ""
    return 0, "" if value is None else str(value).casefold()


def _window(call: Call) -> tuple[int, int, int]:
    limit = _whole(call, "limit", _DEFAULT_LIMIT, 1, _MAX_LIMIT)
    page = _whole(call, "page", 1, 1)
    offset = _whole(call, "offset", (page - 1) * limit, 0)
    return offset, limit, page


def _whole(call: Call, name: str, default: int, lowest: int, highest: int = 10**9) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and lowest <= int(text) <= highest):
        raise errors.bad_parameter(name)
    return int(text)


def _instant(text: str) -> datetime:
    for shape in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=STOCKHOLM)
        except ValueError:
            continue
    raise errors.bad_parameter("lastmodified")
