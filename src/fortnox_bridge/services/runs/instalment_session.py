"""A source session for the run of one instalment: it reads and writes the deal that the instalment is part of (F63)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fortnox_bridge.domain.deal import Deal, DealHead
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.instalment import deal_ref, only_instalment
from fortnox_bridge.sdk import (
    DealSource,
    FieldWriter,
    FileReader,
    FileUpload,
    FileWriter,
    Note,
    NoteWriter,
    Session,
    SourceFile,
)


def for_instalments(session: Session, object_kind: str) -> Session:
    """The same session, whose records may also be instalments; notes, files and fields go to the deal."""
    return replace(
        session,
        deals=_Deals(session.deals, object_kind),
        notes=_Notes(session.notes, object_kind) if session.notes is not None else None,
        files=_Files(session.files, object_kind) if session.files is not None else None,
        field_writer=_Fields(session.field_writer, object_kind) if session.field_writer is not None else None,
        file_reader=_FileReader(session.file_reader, object_kind) if session.file_reader is not None else None,
    )


@dataclass(frozen=True, slots=True)
class _Deals:
    inner: DealSource
    object_kind: str

    async def read_head(self, ref: SourceRef) -> DealHead:
        return replace(await self.inner.read_head(deal_ref(ref, self.object_kind)), ref=ref)

    async def read_deal(self, head: DealHead) -> Deal:
        deal = await self.inner.read_deal(replace(head, ref=deal_ref(head.ref, self.object_kind)))
        if deal.ref == head.ref:
            return deal
        found = only_instalment(deal, head.ref)
        if found is None:
            raise SourceDataInvalid("instalment_missing", where=deal.url, record=deal.title)
        return found


@dataclass(frozen=True, slots=True)
class _Notes:
    inner: NoteWriter
    object_kind: str

    async def find_note(self, ref: SourceRef, reference: str) -> str | None:
        return await self.inner.find_note(deal_ref(ref, self.object_kind), reference)

    async def create_note(self, ref: SourceRef, note: Note) -> str:
        return await self.inner.create_note(deal_ref(ref, self.object_kind), note)

    async def update_note(self, note_id: str, note: Note) -> bool:
        return await self.inner.update_note(note_id, note)


@dataclass(frozen=True, slots=True)
class _Files:
    inner: FileWriter
    object_kind: str

    async def find_file(self, ref: SourceRef, file_name: str) -> str | None:
        return await self.inner.find_file(deal_ref(ref, self.object_kind), file_name)

    async def attach_file(self, ref: SourceRef, upload: FileUpload) -> str:
        return await self.inner.attach_file(deal_ref(ref, self.object_kind), upload)


@dataclass(frozen=True, slots=True)
class _Fields:
    inner: FieldWriter
    object_kind: str

    async def write_fields(self, ref: SourceRef, values: Mapping[str, str]) -> None:
        await self.inner.write_fields(deal_ref(ref, self.object_kind), values)


@dataclass(frozen=True, slots=True)
class _FileReader:
    inner: FileReader
    object_kind: str

    async def list_files(self, ref: SourceRef) -> tuple[SourceFile, ...]:
        return await self.inner.list_files(deal_ref(ref, self.object_kind))

    async def read_file(self, file: SourceFile, *, limit_bytes: int) -> bytes:
        return await self.inner.read_file(file, limit_bytes=limit_bytes)
