"""Whose turn it is: regular work is done by one process at a time, and by another when that one has vanished."""

from datetime import timedelta

from sqlalchemy import or_, select, update

from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.tables import turn


class Turns:
    """Leases by name, on the database's clock. Taking, keeping and giving back are one short transaction each."""

    def __init__(self, database: Database, holder: str) -> None:
        self._database = database
        self._holder = holder

    async def take(self, name: str, *, lease_s: float) -> bool:
        """Whether the work is due and this process may do it, for `lease_s` at first."""
        if not await self._is_free(name):
            return False
        async with self._database.writing() as connection:
            now = await self._database.now(connection)
            lease = {"holder": self._holder, "held_until": now + timedelta(seconds=lease_s)}
            first = self._database.insert(turn).values(name=name, due_at=now, **lease).on_conflict_do_nothing()
            if (await connection.execute(first)).rowcount == 1:
                return True
            taken = await connection.execute(
                update(turn)
                .where(
                    turn.c.name == name,
                    turn.c.due_at <= now,
                    or_(turn.c.held_until.is_(None), turn.c.held_until <= now),
                )
                .values(**lease)
            )
            return taken.rowcount == 1

    async def _is_free(self, name: str) -> bool:
        """Looked at without a lock: most of the time it is not due, and looking costs the others nothing."""
        async with self._database.reading() as connection:
            now = await self._database.now(connection)
            row = (
                await connection.execute(select(turn.c.due_at, turn.c.held_until).where(turn.c.name == name))
            ).first()
        return row is None or (row.due_at <= now and (row.held_until is None or row.held_until <= now))

    async def keep(self, name: str, *, lease_s: float) -> bool:
        """Go on holding it. False: it was taken over meanwhile."""
        async with self._database.writing() as connection:
            until = await self._database.now(connection) + timedelta(seconds=lease_s)
            kept = await connection.execute(
                update(turn).where(turn.c.name == name, turn.c.holder == self._holder).values(held_until=until)
            )
            return kept.rowcount == 1

    async def give_back(self, name: str, *, again_in_s: float) -> None:
        """Done: nobody does it again before `again_in_s` have passed."""
        async with self._database.writing() as connection:
            now = await self._database.now(connection)
            await connection.execute(
                update(turn)
                .where(turn.c.name == name, turn.c.holder == self._holder)
                .values(due_at=now + timedelta(seconds=again_in_s), holder=None, held_until=None)
            )
