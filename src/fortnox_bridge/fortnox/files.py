"""Files on documents in Fortnox: uploaded to the inbox, then attached from the archive (facts: fortnox 12)."""

from collections.abc import Mapping, Sequence
from typing import Final

from fortnox_bridge.domain.attachment import FileToAttach
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.errors import unreadable
from fortnox_bridge.fortnox.resources import FILE_ATTACHMENTS, INBOX
from fortnox_bridge.http import FilePart

_FOLDERS: Final[Mapping[DocumentKind, str]] = {DocumentKind.INVOICE: "inbox_kf", DocumentKind.ORDER: "inbox_o"}
_ENTITY_TYPES: Final[Mapping[DocumentKind, str]] = {DocumentKind.INVOICE: "F", DocumentKind.ORDER: "O"}


class Files:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def upload_file(self, kind: DocumentKind, name: str, content_type: str, content: bytes) -> str:
        """Put the file where documents of `kind` take theirs from; answers its id in the archive. Not idempotent."""
        part = FilePart("file", name, content_type, content)
        stored = await self._client.upload(INBOX, part, [("path", _FOLDERS[kind])])
        archive_id = stored.get("ArchiveFileId")
        if not isinstance(archive_id, str) or not archive_id:
            raise unreadable("no ArchiveFileId in it", is_write=True)
        return archive_id

    async def attached_files(self, kind: DocumentKind, number: str) -> frozenset[str]:
        """The archive ids of what is attached to the document now."""
        params = [("entityid", number), ("entitytype", _ENTITY_TYPES[kind])]
        rows = await self._client.get_plain(FILE_ATTACHMENTS, params)
        if not isinstance(rows, list):
            raise unreadable("no list of attachments", is_write=False)
        return frozenset(str(row["fileId"]) for row in rows if isinstance(row, dict) and row.get("fileId"))

    async def attach_files(self, kind: DocumentKind, number: str, files: Sequence[FileToAttach]) -> None:
        """Attach in one call. Not idempotent: look at `attached_files` before repeating it."""
        wanted = [
            {
                "entityId": int(number),
                "entityType": _ENTITY_TYPES[kind],
                "fileId": file.archive_id,
                "includeOnSend": file.is_sent_along,
            }
            for file in files
        ]
        await self._client.post_plain(FILE_ATTACHMENTS, wanted)
