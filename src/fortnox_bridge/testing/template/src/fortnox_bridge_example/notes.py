"""Notes on deals, as HTML. All texts come plain: what the vendor would read as markup is escaped."""

import html

from fortnox_bridge.sdk import Note, SourceDataInvalid, SourceRef
from fortnox_bridge_example.client import ExampleClient
from fortnox_bridge_example.wire import WireNote, WireNotes


class ExampleNotes:
    """Implements `NoteWriter`. Who calls remembers ids and looks before it repeats."""

    def __init__(self, client: ExampleClient) -> None:
        self._client = client

    async def find_note(self, ref: SourceRef, reference: str) -> str | None:
        found = await self._client.read(_path(ref), WireNotes, record=f"deal {ref.external_id}")
        marked = [note.id for note in found.notes if _escaped(reference) in note.html]
        return marked[-1] if marked else None

    async def create_note(self, ref: SourceRef, note: Note) -> str:
        body = {"html": to_html(note)}
        made = await self._client.write("POST", _path(ref), body, WireNote, record=f"deal {ref.external_id}")
        return made.id

    async def update_note(self, note_id: str, note: Note) -> bool:
        try:
            await self._client.write("PUT", f"/notes/{note_id}", {"html": to_html(note)}, WireNote, record="note")
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
            return False
        return True


def to_html(note: Note) -> str:
    texts = [note.heading, *(f"{label}: {value}" for label, value in note.facts), *note.paragraphs]
    links = [f'<a href="{_escaped(link.url)}">{_escaped(link.label)}</a>' for link in note.links]
    return "".join(f"<p>{part}</p>" for part in [*map(_escaped, texts), *links, _escaped(note.reference)])


def _escaped(text: str) -> str:
    return html.escape("".join(char for char in text if char.isprintable() or char == "\n"))


def _path(ref: SourceRef) -> str:
    return f"/deals/{ref.external_id}/notes"
