"""Files of the deal on their way to a document: the intent before the upload, Fortnox's id right after it (F62)."""

from collections.abc import Sequence

from fortnox_bridge.domain.attachment import AttachedFile
from fortnox_bridge.domain.ids import DocumentId
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.tables import document_attachment


class StoredAttachmentLedger:
    def __init__(self, binding: RunBinding) -> None:
        self._binding = binding

    async def of(self, document_id: DocumentId) -> tuple[AttachedFile, ...]:
        async with self._binding.reading() as db:
            rows = await db.all(
                db.select(document_attachment)
                .where(document_attachment.c.document_id == document_id)
                .order_by(document_attachment.c.file_id)
            )
        return tuple(
            AttachedFile(row["file_id"], row["file_name"], row["archive_id"], row["attached_at"]) for row in rows
        )

    async def mark_uploading(self, document_id: DocumentId, file_id: str, file_name: str) -> None:
        row = {"document_id": document_id, "file_id": file_id, "file_name": file_name}
        async with self._binding.writing() as db:
            await db.execute(
                db.upsert(document_attachment, row).on_conflict_do_update(
                    index_elements=[document_attachment.c.document_id, document_attachment.c.file_id],
                    set_={"file_name": file_name},
                )
            )

    async def mark_uploaded(self, document_id: DocumentId, file_id: str, archive_id: str) -> None:
        async with self._binding.writing() as db:
            await db.execute(
                db.update(document_attachment)
                .where(document_attachment.c.document_id == document_id, document_attachment.c.file_id == file_id)
                .values(archive_id=archive_id, uploaded_at=await db.now())
            )

    async def mark_attached(self, document_id: DocumentId, file_ids: Sequence[str]) -> None:
        async with self._binding.writing() as db:
            await db.execute(
                db.update(document_attachment)
                .where(
                    document_attachment.c.document_id == document_id,
                    document_attachment.c.file_id.in_(file_ids),
                )
                .values(attached_at=await db.now())
            )
