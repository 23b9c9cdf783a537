"""Backfills: what was asked for, how far it has come, and what a person wants of it (F17)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.backfill import Backfill, BackfillRequest, BackfillState, ItemState
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.storage.paging import Page, one_page, to_page
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import backfill, backfill_item

_ENDED = frozenset({BackfillState.DONE, BackfillState.CANCELLED})
_AT_WORK = (BackfillState.PREVIEWING, BackfillState.RUNNING)


class BackfillRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, new: Backfill) -> None:
        await self._db.add(
            backfill,
            {
                "id": new.id,
                "connection_id": new.connection_id,
                "state": new.state,
                "request": new.request,
                "author": new.author,
                "cursor": new.cursor,
                "is_listed": new.is_listed,
                "created_at": new.created_at,
            },
        )

    async def get(self, backfill_id: UUID) -> Backfill | None:
        row = await self._db.first(self._db.select(backfill).where(backfill.c.id == backfill_id))
        return None if row is None else _to_backfill(row, await self._counts([row["id"]]))

    async def list_page(
        self, connection_id: ConnectionId, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Backfill]:
        """Newest first. Raises `BadCursor` for a cursor that is not ours."""
        statement = self._db.select(backfill).where(backfill.c.connection_id == connection_id)
        rows = await self._db.all(one_page(statement, backfill.c.created_at, backfill.c.id, limit=limit, cursor=cursor))
        counts = await self._counts([row["id"] for row in rows])
        return to_page(rows, lambda row: _to_backfill(row, counts), limit=limit, at="created_at")

    async def unfinished(self, limit: int = 50) -> tuple[Backfill, ...]:
        """Those with work of their own, and those whose runs are still under way, oldest first."""
        queued = self._db.select(backfill_item, backfill_item.c.backfill_id).where(
            backfill_item.c.state == ItemState.QUEUED
        )
        rows = await self._db.all(
            self._db.select(backfill)
            .where(backfill.c.state.in_(_AT_WORK) | backfill.c.id.in_(queued))
            .order_by(backfill.c.created_at, backfill.c.id)
            .limit(limit)
        )
        counts = await self._counts([row["id"] for row in rows])
        return tuple(_to_backfill(row, counts) for row in rows)

    async def move(self, backfill_id: UUID, before: BackfillState, after: BackfillState, *, at: datetime) -> bool:
        """Change the state; False when it is another by now."""
        values: dict[str, object] = {"state": after}
        if after is BackfillState.RUNNING and before is BackfillState.READY:
            values["started_at"] = at
        if after in _ENDED:
            values["ended_at"] = at
        result = await self._db.execute(
            self._db.update(backfill).where(backfill.c.id == backfill_id, backfill.c.state == before).values(**values)
        )
        return result.rowcount == 1

    async def set_listing(self, backfill_id: UUID, *, cursor: str | None, is_listed: bool) -> None:
        await self._db.execute(
            self._db.update(backfill).where(backfill.c.id == backfill_id).values(cursor=cursor, is_listed=is_listed)
        )

    async def set_reason(self, backfill_id: UUID, reason: str | None, params: Mapping[str, str] | None) -> None:
        """Why it stands still; None: it does not."""
        await self._db.execute(
            self._db.update(backfill).where(backfill.c.id == backfill_id).values(reason=reason, reason_params=params)
        )

    async def _counts(self, ids: list[UUID]) -> Mapping[UUID, Mapping[ItemState, int]]:
        if not ids:
            return {}
        rows = await self._db.all(
            self._db.select(
                backfill_item, backfill_item.c.backfill_id, backfill_item.c.state, func.count().label("number")
            )
            .where(backfill_item.c.backfill_id.in_(ids))
            .group_by(backfill_item.c.backfill_id, backfill_item.c.state)
        )
        counts: dict[UUID, dict[ItemState, int]] = {}
        for row in rows:
            counts.setdefault(row["backfill_id"], {})[row["state"]] = row["number"]
        return counts


def _to_backfill(row: RowMapping, counts: Mapping[UUID, Mapping[ItemState, int]]) -> Backfill:
    return Backfill(
        id=row["id"],
        connection_id=row["connection_id"],
        state=row["state"],
        request=_to_request(row["request"]),
        author=row["author"],
        created_at=row["created_at"],
        is_listed=row["is_listed"],
        counts=counts.get(row["id"], {}),
        cursor=row["cursor"],
        reason=row["reason"],
        reason_params=row["reason_params"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


def _to_request(plain: Mapping[str, Any]) -> BackfillRequest:
    def instant(name: str) -> datetime | None:
        return datetime.fromisoformat(plain[name]) if plain[name] else None

    return BackfillRequest(
        external_ids=tuple(plain["external_ids"]),
        stage_ids=tuple(plain["stage_ids"]),
        changed_since=instant("changed_since"),
        changed_before=instant("changed_before"),
        document=plain["document"],
    )
