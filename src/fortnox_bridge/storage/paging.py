"""Pages of rows from the newest to the oldest. A cursor is opaque to callers and names the last row they saw."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Column, Select, literal, tuple_
from sqlalchemy.engine import RowMapping

T = TypeVar("T")


class BadCursor(ValueError):
    """The cursor was not made by us."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next_cursor` None: there is no more."""

    items: tuple[T, ...]
    next_cursor: str | None


def one_page(
    statement: Select[Any], at: Column[Any], row_id: Column[Any], *, limit: int, cursor: str | None
) -> Select[Any]:
    """`statement` from behind the cursor, with one row more than asked for, to know whether more exist."""
    if cursor is not None:
        seen_at, seen_id = _decode(cursor)
        statement = statement.where(
            tuple_(at, row_id) < tuple_(literal(seen_at, at.type), literal(seen_id, row_id.type))
        )
    return statement.order_by(at.desc(), row_id.desc()).limit(limit + 1)


def to_page(
    rows: Sequence[RowMapping], convert: Callable[[RowMapping], T], *, limit: int, at: str, row_id: str = "id"
) -> Page[T]:
    shown = rows[:limit]
    more = len(rows) > limit
    cursor = _encode(shown[-1][at], shown[-1][row_id]) if more else None
    return Page(items=tuple(convert(row) for row in shown), next_cursor=cursor)


def _encode(at: datetime, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, row_id = text.partition(" ")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise BadCursor("not a cursor")
        return instant, UUID(row_id)
    except (ValueError, binascii.Error) as error:
        raise BadCursor("not a cursor") from error
