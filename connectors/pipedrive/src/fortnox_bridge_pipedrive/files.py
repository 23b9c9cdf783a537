"""Files on records, version 1 (facts 16). A note and a file are two separate things on the timeline."""

from typing import Final

from fortnox_bridge.sdk import FileUpload, SourceDataInvalid, SourceRef
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.wire import WireFile
from fortnox_bridge_pipedrive.wire_requests import NEWEST_FIRST, file_request, path_of, record_name

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
