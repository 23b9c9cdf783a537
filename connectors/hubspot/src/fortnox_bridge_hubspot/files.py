"""Files of ours: private, in a folder of their own for each record, shown by the notes that name them (facts 14)."""

from typing import Final
from urllib.parse import quote

from fortnox_bridge.sdk import Clock, FileUpload, SourceDataInvalid, SourceRef, business_date
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import FILES, SYSTEM
from fortnox_bridge_hubspot.records import record_name
from fortnox_bridge_hubspot.wire import WireFile, WireFileStat
from fortnox_bridge_hubspot.wire_requests import file_request, folder_of

_RIGHT: Final = "files"
# The limit of an upload is not told; drafts are far below any figure that is (facts 14).
_MAX_BYTES: Final = 20 * 1024 * 1024


class HubSpotFiles:
    def __init__(self, client: HubSpotClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def find_file(self, ref: SourceRef, file_name: str) -> str | None:
        path = quote(f"{self._folder(ref)}/{file_name}".removeprefix("/"), safe="")
        record = record_name(ref.kind, ref.external_id)
        try:
            answer = await self._client.get(f"{FILES}/files/stat/{path}", record=record, right=_RIGHT)
        except SourceDataInvalid as error:
            if error.code == "source_record_missing":
                return None
            raise
        found = answer.as_model(WireFileStat).file
        return found.id if found is not None and not found.archived else None

    async def attach_file(self, ref: SourceRef, upload: FileUpload) -> str:
        record = record_name(ref.kind, ref.external_id)
        if len(upload.content) > _MAX_BYTES:
            raise SourceDataInvalid("source_file_too_large", system=SYSTEM, record=record, file=upload.file_name)
        request = file_request(upload, self._folder(ref))
        answer = await self._client.upload(f"{FILES}/files", request, record=record, right=_RIGHT)
        return answer.as_model(WireFile).id

    def _folder(self, ref: SourceRef) -> str:
        return folder_of(ref.kind, ref.external_id, business_date(self._clock.now()))
