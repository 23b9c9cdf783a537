"""Notes on records, version 1 (facts 15)."""

from fortnox_bridge.sdk import Note, OutcomeUnknown, SourceDataInvalid, SourceRef, note_mentions
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.note_html import render
from fortnox_bridge_pipedrive.wire import WireNote
from fortnox_bridge_pipedrive.wire_requests import NEWEST_FIRST, is_id, note_body, pointing_at, record_name

_RIGHT = "deals:full"


class PipedriveNotes:
    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def find_note(self, ref: SourceRef, reference: str) -> str | None:
        record = record_name(ref.kind, ref.external_id)
        query = (pointing_at(ref), *NEWEST_FIRST)
        start: str | None = None
        while True:
            notes, start = await self._client.page_v1("/notes", WireNote, query, start, record=record, right=_RIGHT)
            found = [note.id for note in notes if note.active_flag and note_mentions(note.content or "", reference)]
            if found or start is None:
                return found[0] if found else None

    async def create_note(self, ref: SourceRef, note: Note) -> str:
        record = record_name(ref.kind, ref.external_id)
        body = note_body(render(note), ref)
        answer = await self._client.write_v1("POST", "/notes", body, record=record, right=_RIGHT)
        return answer.one(WireNote).id

    async def update_note(self, note_id: str, note: Note) -> bool:
        """A deleted note is answered like a living one for a while, only marked as inactive."""
        if not is_id(note_id):
            return False
        try:
            answer = await self._client.write_v1(
                "PUT", f"/notes/{note_id}", note_body(render(note)), record=f"note {note_id}", right=_RIGHT
            )
        except SourceDataInvalid as error:
            if error.code == "source_record_missing":
                return False
            raise
        if answer.data is None:
            raise OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=f"note {note_id}", detail="no data")
        return answer.one(WireNote).active_flag
