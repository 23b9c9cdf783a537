"""The deals of backfills, each with what looking at it said and what became of its run (F17)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.backfill import BackfillItem, ItemState
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import RunState
from fortnox_bridge.storage.repositories.run_queue import SUPERSEDED
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import backfill_item, run

_ENDS: Mapping[RunState, ItemState] = {
    RunState.DONE: ItemState.DONE,
    RunState.SKIPPED: ItemState.SKIPPED,
    RunState.PARKED: ItemState.PARKED,
}


class BackfillItemRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, backfill_id: UUID, found: Sequence[tuple[str, str]]) -> None:
        """Deals as (id, title), behind those that are there; one that is there already stays as it is."""
        last = await self._db.first(
            self._db.select(backfill_item, func.coalesce(func.max(backfill_item.c.position), 0).label("last")).where(
                backfill_item.c.backfill_id == backfill_id
            )
        )
        begin = 1 if last is None else last["last"] + 1
        rows = [
            {
                "backfill_id": backfill_id,
                "position": position,
                "external_id": external_id,
                "title": title,
                "state": ItemState.FOUND,
            }
            for position, (external_id, title) in enumerate(dict(found).items(), begin)
        ]
        statement = self._db.database.insert(backfill_item).on_conflict_do_nothing(
            index_elements=[backfill_item.c.backfill_id, backfill_item.c.external_id]
        )
        await self._db.execute_many(statement, rows)

    async def in_state(self, backfill_id: UUID, state: ItemState, *, limit: int) -> tuple[BackfillItem, ...]:
        """The next ones, in the order they were found."""
        rows = await self._db.all(
            self._db.select(backfill_item)
            .where(backfill_item.c.backfill_id == backfill_id, backfill_item.c.state == state)
            .order_by(backfill_item.c.position)
            .limit(limit)
        )
        return tuple(_to_item(row) for row in rows)

    async def page(
        self, backfill_id: UUID, *, state: ItemState | None, after: int, limit: int
    ) -> tuple[BackfillItem, ...]:
        """Those behind position `after`."""
        statement = self._db.select(backfill_item).where(
            backfill_item.c.backfill_id == backfill_id, backfill_item.c.position > after
        )
        if state is not None:
            statement = statement.where(backfill_item.c.state == state)
        rows = await self._db.all(statement.order_by(backfill_item.c.position).limit(limit))
        return tuple(_to_item(row) for row in rows)

    async def keep_preview(
        self, backfill_id: UUID, external_id: str, state: ItemState, title: str, preview: Mapping[str, object]
    ) -> None:
        """What looking said. Only of one that was found: what has gone on meanwhile stays."""
        await self._db.execute(
            self._db.update(backfill_item)
            .where(
                backfill_item.c.backfill_id == backfill_id,
                backfill_item.c.external_id == external_id,
                backfill_item.c.state == ItemState.FOUND,
            )
            .values(state=state, title=title, preview=preview)
        )

    async def queue(self, backfill_id: UUID, external_id: str, run_id: RunId) -> bool:
        """The deal has a run now. False: it is not waiting for one any more."""
        result = await self._db.execute(
            self._db.update(backfill_item)
            .where(
                backfill_item.c.backfill_id == backfill_id,
                backfill_item.c.external_id == external_id,
                backfill_item.c.state == ItemState.PREVIEWED,
            )
            .values(state=ItemState.QUEUED, run_id=run_id)
        )
        return result.rowcount == 1

    async def settle(self, backfill_id: UUID) -> int:
        """Take over how runs ended; a run that gave way to another is followed, one that was deleted counts as skipped.

        Answers how many there were.
        """
        rows = await self._db.all(
            self._db.select(
                backfill_item,
                backfill_item.c.external_id,
                run.c.state.label("run_state"),
                run.c.reason,
                run.c.reason_params,
            )
            .outerjoin(run, run.c.id == backfill_item.c.run_id)
            .where(
                backfill_item.c.backfill_id == backfill_id,
                backfill_item.c.state == ItemState.QUEUED,
                run.c.state.in_(tuple(_ENDS)) | backfill_item.c.run_id.is_(None),
            )
        )
        for row in rows:
            successor = _successor(row)
            end = _ENDS.get(row["run_state"], ItemState.SKIPPED)
            values: dict[str, object] = {"state": end} if successor is None else {"run_id": successor}
            await self._db.execute(
                update(backfill_item)
                .where(backfill_item.c.backfill_id == backfill_id, backfill_item.c.external_id == row["external_id"])
                .values(**values)
            )
        return len(rows)


def _successor(row: RowMapping) -> UUID | None:
    if row["run_state"] is not RunState.SKIPPED or row["reason"] != SUPERSEDED:
        return None
    return UUID(row["reason_params"]["run"])


def _to_item(row: RowMapping) -> BackfillItem:
    return BackfillItem(
        external_id=row["external_id"],
        title=row["title"],
        state=row["state"],
        position=row["position"],
        preview=row["preview"],
        run_id=row["run_id"],
    )
