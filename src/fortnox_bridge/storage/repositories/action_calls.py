"""Calls of workflow actions, remembered by the platform's own id of the call."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.action_call import RememberedCall
from fortnox_bridge.domain.ids import RunId, SourceAccountId
from fortnox_bridge.domain.run import RunState
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import action_call, run

_ENDED = (RunState.DONE, RunState.SKIPPED, RunState.PARKED)


class ActionCallRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def find(self, account_id: SourceAccountId, call_id: str) -> RememberedCall | None:
        row = await self._db.first(
            self._db.select(action_call).where(
                action_call.c.source_account_id == account_id, action_call.c.call_id == call_id
            )
        )
        return None if row is None else _to_call(row)

    async def add(self, new: RememberedCall) -> None:
        """`AlreadyExists` when the same call was remembered in the meantime."""
        await self._db.add(
            action_call,
            {
                "id": new.id,
                "source_account_id": new.source_account_id,
                "call_id": new.call_id,
                "run_id": new.run_id,
                "waits": new.waits,
                "created_at": new.created_at,
                "due_at": new.due_at,
                "attempt": new.attempt,
                "told_at": new.told_at,
            },
        )

    async def owed(self, now: datetime, limit: int = 50) -> tuple[RememberedCall, ...]:
        """Calls whose work has ended and whose platform waits to hear of it, the longest due first."""
        rows = await self._db.all(
            self._db.select(action_call)
            .join(run, run.c.id == action_call.c.run_id)
            .where(
                action_call.c.waits.is_(True),
                action_call.c.told_at.is_(None),
                action_call.c.due_at <= now,
                run.c.state.in_(_ENDED),
            )
            .order_by(action_call.c.due_at)
            .limit(limit)
        )
        return tuple(_to_call(row) for row in rows)

    async def settle(self, call_id: UUID, at: datetime) -> None:
        """The platform knows, or can be told no more."""
        await self._db.execute(update(action_call).where(action_call.c.id == call_id).values(told_at=at))

    async def postpone(self, call_id: UUID, attempt: int, until: datetime) -> None:
        values = {"attempt": attempt, "due_at": until}
        await self._db.execute(update(action_call).where(action_call.c.id == call_id).values(values))

    async def follow(self, call_id: UUID, run_id: RunId) -> None:
        """Another run does the work now."""
        await self._db.execute(update(action_call).where(action_call.c.id == call_id).values(run_id=run_id))


def _to_call(row: RowMapping) -> RememberedCall:
    return RememberedCall(
        id=row["id"],
        source_account_id=SourceAccountId(row["source_account_id"]),
        call_id=row["call_id"],
        run_id=RunId(row["run_id"]),
        waits=row["waits"],
        created_at=row["created_at"],
        due_at=row["due_at"],
        attempt=row["attempt"],
        told_at=row["told_at"],
    )
