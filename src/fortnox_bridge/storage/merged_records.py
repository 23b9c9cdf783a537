"""What was remembered of records that the source merged, brought under the id they have now."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from fortnox_bridge.domain.errors import LockHeld
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.run import RunState, RunTask
from fortnox_bridge.storage.document_rows import source_values
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import document, note, run

_WAIT_S: Final = 5.0


async def adopt_documents(binding: RunBinding, source: SourceRef, former_ids: Sequence[str]) -> int:
    """See `DocumentLedger.adopt`. One transaction, so that a document is found under one id at any time."""
    async with binding.writing() as db:
        await _refuse_busy(db, binding, source, former_ids)
        await _move_documents(db, binding, source, former_ids)
        await _move_notes(db, binding, source, former_ids)
        latest = await db.first(
            select(func.max(document.c.generation)).where(
                document.c.company_id == binding.company.id,
                *(document.c[name] == value for name, value in source_values(source).items()),
            )
        )
    return int(next(iter(latest.values())) or 1) if latest is not None else 1


async def _refuse_busy(db: ScopedConnection, binding: RunBinding, source: SourceRef, former_ids: Sequence[str]) -> None:
    """A run that is not under way yet will read the merged record, and hand its work over."""
    running = await db.first(
        db.select(run, run.c.external_id).where(
            run.c.source_account_id == binding.run.key.source_account_id,
            run.c.object_kind == source.kind,
            run.c.external_id.in_(former_ids),
            run.c.task == RunTask.DOCUMENT,
            run.c.state == RunState.RUNNING,
            run.c.id != binding.run.id,
        )
    )
    if running is not None:
        record = f"{source.kind} {running['external_id']}"
        raise LockHeld("merged_record_busy", retry_after_s=_WAIT_S, record=record)


async def _move_documents(
    db: ScopedConnection, binding: RunBinding, source: SourceRef, former_ids: Sequence[str]
) -> None:
    """Of several of one kind the oldest: the others stay where they are, for a person to see."""
    rows = await db.all(
        db.select(document)
        .where(
            document.c.company_id == binding.company.id,
            document.c.connector == source.connector,
            document.c.account == source.account,
            document.c.object_kind == source.kind,
            document.c.external_id.in_((source.external_id, *former_ids)),
        )
        .order_by(document.c.created_at, document.c.id)
        .with_for_update()
    )
    taken = {(row["kind"], row["generation"]) for row in rows if row["external_id"] == source.external_id}
    for row in rows:
        place = (row["kind"], row["generation"])
        if place not in taken:
            taken.add(place)
            await db.execute(
                db.update(document).where(document.c.id == row["id"]).values(external_id=source.external_id)
            )


async def _move_notes(db: ScopedConnection, binding: RunBinding, source: SourceRef, former_ids: Sequence[str]) -> None:
    """The note about the draft goes on being its note: it hangs on the merged record by now."""
    key = binding.run.key
    rows = await db.all(
        db.select(note)
        .where(
            note.c.source_account_id == key.source_account_id,
            note.c.object_kind == source.kind,
            note.c.external_id.in_((source.external_id, *former_ids)),
            note.c.task == RunTask.DOCUMENT,
        )
        .order_by(note.c.note_id.is_(None), note.c.id)
        .with_for_update()
    )
    taken = {row["generation"] for row in rows if row["external_id"] == source.external_id}
    for row in rows:
        if row["generation"] not in taken:
            taken.add(row["generation"])
            await db.execute(db.update(note).where(note.c.id == row["id"]).values(external_id=source.external_id))
