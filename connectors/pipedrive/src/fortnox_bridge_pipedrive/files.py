"""Files on records, version 1 (facts 16). A note and a file are two separate things on the timeline."""

import mimetypes
from typing import Final

from fortnox_bridge.sdk import FileUpload, SourceDataInvalid, SourceFile, SourceRef
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.wire import WireFile
from fortnox_bridge_pipedrive.wire_requests import NEWEST_FIRST, OLDEST_FIRST, file_request, path_of, record_name

# The limit is not in the vendor's description; facts 16 advises to keep under this.
_MAX_BYTES: Final = 10 * 1024 * 1024
_RIGHT: Final = "deals:full"


class PipedriveFiles:
    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def find_file(self, ref: SourceRef, file_name: str) -> str | None:
        record = record_name(ref.kind, ref.external_id)
        path = path_of(ref.kind, ref.external_id) + "/files"
        start: str | None = None
        while True:
            files, start = await self._client.page_v1(path, WireFile, NEWEST_FIRST, start, record=record, right=_RIGHT)
            found = [file.id for file in files if file.active_flag and file_name in {file.name, file.file_name}]
            if found or start is None:
                return found[0] if found else None

    async def attach_file(self, ref: SourceRef, upload: FileUpload) -> str:
        record = record_name(ref.kind, ref.external_id)
        if len(upload.content) > _MAX_BYTES:
            raise SourceDataInvalid("source_file_too_large", system=SYSTEM, record=record, file=upload.file_name)
        answer = await self._client.upload_v1("/files", file_request(upload, ref), record=record, right=_RIGHT)
        return answer.one(WireFile).id

    async def list_files(self, ref: SourceRef) -> tuple[SourceFile, ...]:
        """Oldest first, without the pictures inside e-mails."""
        record = record_name(ref.kind, ref.external_id)
        path = path_of(ref.kind, ref.external_id) + "/files"
        found: list[WireFile] = []
        start: str | None = None
        while True:
            page, start = await self._client.page_v1(path, WireFile, OLDEST_FIRST, start, record=record, right=_RIGHT)
            found += [file for file in page if file.active_flag and not file.inline_flag]
            if start is None:
                return tuple(_source_file(file) for file in found)

    async def read_file(self, file: SourceFile, *, limit_bytes: int) -> bytes:
        record = record_name("file", file.id)
        content = await self._client.download_v1(f"/files/{file.id}/download", record=record, right=_RIGHT)
        if len(content) > limit_bytes:
            raise SourceDataInvalid("source_file_too_large", system=SYSTEM, record=record, file=file.file_name)
        return content


def _source_file(file: WireFile) -> SourceFile:
    name = file.name or file.file_name or f"fil-{file.id}"
    return SourceFile(file.id, name, mimetypes.guess_type(name)[0], file.file_size)
