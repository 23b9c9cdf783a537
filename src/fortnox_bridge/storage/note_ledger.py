"""The note ledger: one note and one file per business key, known before they are sent (facts: reliability 4.4)."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.errors import InvariantBroken
from fortnox_bridge.domain.link import LinkState, NoteRecord
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import note


class StoredNoteLedger:
    def __init__(self, binding: RunBinding, new_id: Callable[[], UUID]) -> None:
        self._binding = binding
        self._new_id = new_id

    async def find(self) -> NoteRecord | None:
        async with self._binding.reading() as db:
            return await self._find(db)

    async def mark_sending(self, reference: str, content_hash: str) -> NoteRecord:
        async with self._binding.writing() as db:
            return await self._put(
                db,
                {
                    "reference": reference,
                    "state": LinkState.SENDING,
                    "content_hash": content_hash,
                    "sent_at": await db.now(),
                },
            )

    async def mark_written(self, note_id: str, content_hash: str) -> NoteRecord:
        async with self._binding.writing() as db:
            if await self._find(db) is None:
                raise InvariantBroken("ledger_broken", detail="a note was written that nobody announced")
            return await self._put(db, {"state": LinkState.LINKED, "note_id": note_id, "content_hash": content_hash})

    async def mark_file(self, reference: str, file_name: str, file_id: str | None) -> NoteRecord:
        async with self._binding.writing() as db:
            return await self._put(db, {"reference": reference, "file_name": file_name, "file_id": file_id})

    def _is_ours(self) -> tuple[ColumnElement[bool], ...]:
        return tuple(note.c[name] == value for name, value in self._key().items())

    def _key(self) -> Mapping[str, object]:
        key = self._binding.run.key
        return {
            "source_account_id": key.source_account_id,
            "object_kind": key.object_kind,
            "external_id": key.external_id,
            "task": key.task,
            "generation": key.generation,
        }

    async def _find(self, db: ScopedConnection) -> NoteRecord | None:
        row = await db.first(db.select(note).where(*self._is_ours()))
        return None if row is None else _to_record(row)

    async def _put(self, db: ScopedConnection, values: Mapping[str, object]) -> NoteRecord:
        key = self._key()
        fresh = {
            "id": self._new_id(),
            "connection_id": self._binding.connection.id,
            "state": LinkState.INTENDED,
            "reference": "",
            **key,
            **values,
        }
        await db.execute(
            db.upsert(note, fresh).on_conflict_do_update(
                index_elements=[note.c[name] for name in key], set_=dict(values)
            )
        )
        record = await self._find(db)
        if record is None:
            raise InvariantBroken("ledger_broken", detail="the note's row is gone")
        return record


def _to_record(row: RowMapping) -> NoteRecord:
    return NoteRecord(
        state=row["state"],
        reference=row["reference"],
        note_id=row["note_id"],
        content_hash=row["content_hash"],
        file_id=row["file_id"],
        file_name=row["file_name"],
        sent_at=row["sent_at"],
    )
