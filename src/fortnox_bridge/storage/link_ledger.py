"""The link ledger: remembered pairings, and the right of one run at a time to create a missing counterpart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, select

from fortnox_bridge.domain.errors import InvariantBroken, LockHeld
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.records import ArticleRecord, CustomerRecord
from fortnox_bridge.storage.document_rows import source_values, to_link
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import link, run

Record = CustomerRecord | ArticleRecord


class StoredLinkLedger:
    def __init__(self, binding: RunBinding, new_id: Callable[[], UUID]) -> None:
        self._binding = binding
        self._new_id = new_id

    async def find(self, kind: LinkKind, source: SourceRef) -> Link | None:
        async with self._binding.reading() as db:
            return await self._find(db, kind, source)

    async def adopt(self, kind: LinkKind, source: SourceRef, former_ids: Sequence[str]) -> None:
        async with self._binding.writing() as db:
            if await self._find(db, kind, source, is_locked=True) is not None:
                return
            former = [replace(source, external_id=external_id) for external_id in former_ids]
            found = [each for each in [await self._find(db, kind, ref, is_locked=True) for ref in former] if each]
            chosen = next(iter(sorted(found, key=lambda each: each.state is not LinkState.LINKED)), None)
            if chosen is not None:
                statement = db.update(link).where(*self._is(kind, chosen.source))
                await db.execute(statement.values(external_id=source.external_id))

    async def claim(self, kind: LinkKind, source: SourceRef, marker: Marker) -> Link:
        """Also takes over from a run that has ended, with what is known of its POST: it may still have landed."""
        async with self._binding.writing() as db:
            values = await self._new_row(db, kind, source) | {
                "state": LinkState.INTENDED,
                "marker": marker,
                "owner": self._binding.run.id,
            }
            await db.execute(db.upsert(link, values).on_conflict_do_nothing())
            standing = await self._require(db, kind, source)
            if standing.state is LinkState.LINKED or standing.owner == self._binding.run.id:
                return standing
            if not await self._has_ended(db, standing):
                return standing
            kept = standing.marker if standing.state is LinkState.SENDING else marker
            return await self._change(db, kind, source, {"owner": self._binding.run.id, "marker": kept})

    async def mark_sending(self, kind: LinkKind, source: SourceRef) -> Link:
        async with self._binding.writing() as db:
            await self._require_own(db, kind, source)
            return await self._change(
                db,
                kind,
                source,
                {"state": LinkState.SENDING, "sent_at": await db.now(), "first_missed_at": None},
            )

    async def mark_missed(self, kind: LinkKind, source: SourceRef) -> Link:
        async with self._binding.writing() as db:
            await self._require_own(db, kind, source)
            return await self._change(db, kind, source, {"first_missed_at": await db.now()})

    async def release(self, kind: LinkKind, source: SourceRef) -> None:
        async with self._binding.writing() as db:
            await db.execute(
                db.delete(link).where(
                    *self._is(kind, source), link.c.owner == self._binding.run.id, link.c.state != LinkState.LINKED
                )
            )

    async def link(self, kind: LinkKind, source: SourceRef, record: Record, *, is_picked: bool = False) -> Link:
        """A pick by a person is remembered as one for as long as the number stays the same."""
        async with self._binding.writing() as db:
            standing = await self._find(db, kind, source, is_locked=True)
            was_picked = standing is not None and standing.is_picked_by_user and standing.number == record.number
            values = {
                "state": LinkState.LINKED,
                "number": record.number,
                "record": record,
                "verified_at": await db.now(),
                "owner": None,
                "first_missed_at": None,
                "is_picked_by_user": is_picked or was_picked,
            }
            inserted = await self._new_row(db, kind, source) | values
            await db.execute(
                db.upsert(link, inserted).on_conflict_do_update(
                    index_elements=[
                        link.c.connection_id,
                        link.c.company_id,
                        link.c.kind,
                        link.c.connector,
                        link.c.account,
                        link.c.object_kind,
                        link.c.external_id,
                    ],
                    set_=values,
                )
            )
            return await self._require(db, kind, source)

    async def forget(self, kind: LinkKind, source: SourceRef) -> None:
        async with self._binding.writing() as db:
            await db.execute(db.delete(link).where(*self._is(kind, source), link.c.state == LinkState.LINKED))

    def _is(self, kind: LinkKind, source: SourceRef) -> tuple[ColumnElement[bool], ...]:
        return (
            link.c.connection_id == self._binding.connection.id,
            link.c.company_id == self._binding.company.id,
            link.c.kind == kind,
            *(link.c[name] == value for name, value in source_values(source).items()),
        )

    async def _new_row(self, db: ScopedConnection, kind: LinkKind, source: SourceRef) -> dict[str, object]:
        return {
            "id": self._new_id(),
            "connection_id": self._binding.connection.id,
            "company_id": self._binding.company.id,
            "kind": kind,
            **source_values(source),
            "is_picked_by_user": False,
            "created_at": await db.now(),
        }

    async def _find(
        self, db: ScopedConnection, kind: LinkKind, source: SourceRef, *, is_locked: bool = False
    ) -> Link | None:
        statement = db.select(link).where(*self._is(kind, source))
        row = await db.first(statement.with_for_update() if is_locked else statement)
        return None if row is None else to_link(row)

    async def _require(self, db: ScopedConnection, kind: LinkKind, source: SourceRef) -> Link:
        standing = await self._find(db, kind, source, is_locked=True)
        if standing is None:
            raise InvariantBroken("ledger_broken", detail=f"no link for {source.kind} {source.external_id}")
        return standing

    async def _require_own(self, db: ScopedConnection, kind: LinkKind, source: SourceRef) -> None:
        """`LockHeld` when another run linked the record meanwhile: the next attempt uses what it found."""
        standing = await self._find(db, kind, source, is_locked=True)
        if standing is None or standing.owner != self._binding.run.id:
            raise LockHeld(f"{kind.value}_being_created", customer=source.external_id)

    async def _has_ended(self, db: ScopedConnection, standing: Link) -> bool:
        if standing.owner is None:
            return True
        owner = await db.first(select(run.c.state).where(run.c.id == standing.owner))
        return owner is None or owner["state"].is_final

    async def _change(
        self, db: ScopedConnection, kind: LinkKind, source: SourceRef, values: Mapping[str, object]
    ) -> Link:
        await db.execute(db.update(link).where(*self._is(kind, source)).values(dict(values)))
        return await self._require(db, kind, source)
