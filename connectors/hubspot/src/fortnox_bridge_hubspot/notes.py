"""Notes on deals, companies and contacts (facts 13)."""

import re
from datetime import UTC, datetime
from typing import Final

from fortnox_bridge.sdk import Clock, Note, SourceDataInvalid, SourceRef, note_html, note_mentions
from fortnox_bridge_hubspot.client import PAGE, HubSpotClient
from fortnox_bridge_hubspot.config import ASSOCIATIONS, OBJECTS, SYSTEM
from fortnox_bridge_hubspot.errors import Call, unreadable
from fortnox_bridge_hubspot.records import HubSpotRecords, record_name
from fortnox_bridge_hubspot.values import to_instant
from fortnox_bridge_hubspot.wire import WireBatch, WireLinkBatch, WireRecord
from fortnox_bridge_hubspot.wire_requests import (
    NOTE_BODY,
    NOTED,
    NOTES,
    links_between,
    note_of,
    note_properties,
)

_READ: Final = "crm.objects.contacts.read"
_WRITE: Final = "crm.objects.contacts.write"
# The limit is 65 536 characters (facts 13); longer is refused.
_MAX_CHARS: Final = 60_000
_MAX_PAGES: Final = 50
_ID: Final = re.compile(r"[0-9]{1,20}\Z", re.ASCII)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class HubSpotNotes:
    def __init__(self, client: HubSpotClient, records: HubSpotRecords, clock: Clock) -> None:
        self._client = client
        self._records = records
        self._clock = clock

    async def find_note(self, ref: SourceRef, reference: str) -> str | None:
        """By what hangs on the record, at once: the search of HubSpot lags behind what was written (facts 7.4)."""
        record = _require_noted(ref)
        ids = await self._note_ids(ref, record)
        found: list[WireRecord] = []
        for first in range(0, len(ids), PAGE):
            inputs = [{"id": each} for each in ids[first : first + PAGE]]
            body = {"properties": [NOTE_BODY], "inputs": inputs}
            answer = await self._client.look_up(f"{OBJECTS}/{NOTES}/batch/read", body, record=record, right=_READ)
            found += answer.as_model(WireBatch).results
        ours = [each for each in found if not each.archived and note_mentions(each.text(NOTE_BODY) or "", reference)]
        newest = max(ours, key=lambda each: (to_instant(each.created_at) or _LONG_AGO, int(each.id)), default=None)
        return newest.id if newest is not None else None

    async def create_note(self, ref: SourceRef, note: Note) -> str:
        """A deal that was merged meanwhile is looked up once more, under the id it has now (facts 13)."""
        record = _require_noted(ref)
        try:
            return await self._create(ref.kind, ref.external_id, note, record)
        except SourceDataInvalid:
            living = await self._records.living_id(ref)
            if living == ref.external_id:
                raise
        return await self._create(ref.kind, living, note, record)

    async def update_note(self, note_id: str, note: Note) -> bool:
        if not _ID.match(note_id):
            return False
        body = {"properties": note_properties(_content(note), note.attachments)}
        try:
            answer = await self._client.write(
                "PATCH", f"{OBJECTS}/{NOTES}/{note_id}", body, record=f"note {note_id}", right=_WRITE
            )
        except SourceDataInvalid as error:
            if error.code == "source_record_missing":
                return False
            raise
        return not answer.as_model(WireRecord).archived

    async def _create(self, kind: str, external_id: str, note: Note, record: str) -> str:
        body = note_of(kind, external_id, _content(note), note.attachments, self._clock.now())
        answer = await self._client.write("POST", f"{OBJECTS}/{NOTES}", body, record=record, right=_WRITE)
        return answer.as_model(WireRecord).id

    async def _note_ids(self, ref: SourceRef, record: str) -> list[str]:
        path = f"{ASSOCIATIONS}/{links_between(ref.kind, NOTES)}"
        found: dict[str, None] = {}
        after: str | None = None
        for _ in range(_MAX_PAGES):
            wanted = {"id": ref.external_id, **({"after": after} if after else {})}
            answer = await self._client.look_up(path, {"inputs": [wanted]}, record=record, right=_READ)
            after = None
            for links in answer.as_model(WireLinkBatch).results:
                found |= dict.fromkeys(link.to_object_id for link in links.to)
                after = links.paging.next.after if links.paging and links.paging.next else None
            if after is None:
                return list(found)
        raise unreadable(Call(record), "a list without end", field="paging")


def _content(note: Note) -> str:
    return note_html(note, bold="strong", max_chars=_MAX_CHARS)


def _require_noted(ref: SourceRef) -> str:
    record = record_name(ref.kind, ref.external_id)
    if ref.kind not in NOTED or not _ID.match(ref.external_id):
        raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record)
    return record
