"""Cursors of v2 and offsets of v1 (section 5)."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.errors import invalid


def _limit(query: Mapping[str, str], highest: int) -> int:
    text = query.get("limit", "100")
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise invalid(f"limit: must be a whole number from 1 to {highest}")
    return int(text)


def sorted_page(
    rows: Iterable[Record], query: Mapping[str, str], sortable: tuple[str, ...], highest_limit: int = 500
) -> tuple[list[Record], str | None]:
    """One page in the wanted order and the cursor to the next.

    The cursor holds the last row's sort key, so that an edit between two pages can make a walk by `update_time` skip
    or repeat rows, as the vendor's does.
    """
    limit = _limit(query, highest_limit)
    sort_by = query.get("sort_by", "id")
    direction = query.get("sort_direction", "asc")
    if sort_by not in sortable or direction not in {"asc", "desc"}:
        raise invalid("sort_by/sort_direction: Invalid enum value")
    down = direction == "desc"
    ordered = sorted(rows, key=lambda row: _key(row, sort_by), reverse=down)
    cursor = query.get("cursor")
    if cursor:
        last = _decoded(cursor, sort_by, direction)
        ordered = [row for row in ordered if (_key(row, sort_by) < last if down else _key(row, sort_by) > last)]
    page = ordered[:limit]
    more = len(ordered) > limit
    return page, _encoded(_key(page[-1], sort_by), sort_by, direction) if more else None


def _key(row: Record, sort_by: str) -> tuple[bool, int | str, int]:
    value = row.get(sort_by)
    return value is not None, value if value is not None else 0, row["id"]


def _encoded(key: tuple[bool, int | str, int], sort_by: str, direction: str) -> str:
    text = json.dumps([sort_by, direction, *key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, sort_by: str, direction: str) -> tuple[bool, int | str, int]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        used_sort, used_direction, present, value, row_id = parts
    except (ValueError, binascii.Error) as error:
        raise invalid("cursor: Invalid cursor") from error
    if (used_sort, used_direction) != (sort_by, direction):
        raise invalid("cursor: Invalid cursor for this sort order")
    return bool(present), value, int(row_id)


def offset_page(rows: list[Record], query: Mapping[str, str], highest_limit: int = 500) -> tuple[list[Record], Record]:
    """One v1 page and its `pagination` object."""
    start_text = query.get("start", "0")
    start = int(start_text) if start_text.isdecimal() else 0
    limit = min(_limit(query, 10_000), highest_limit)
    page = rows[start : start + limit]
    more = len(rows) > start + limit
    pagination: Record = {"start": start, "limit": limit, "more_items_in_collection": more}
    if more:
        pagination["next_start"] = start + limit
    return page, pagination


def id_list(text: str, name: str, highest: int = 100) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise invalid(f"{name}: expected comma separated ids")
    if len(parts) > highest:
        raise invalid(f"{name}: at most {highest} ids")
    return [int(part) for part in parts]
