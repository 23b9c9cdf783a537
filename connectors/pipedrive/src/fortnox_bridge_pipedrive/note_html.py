"""A note in the HTML that survives Pipedrive's sanitizer (facts 15): b, br, p, ul, li and a, nothing else."""

from typing import Final

from fortnox_bridge.sdk import Note, note_html

# Far below the limit of about 100 000 characters.
_MAX_CHARS: Final = 50_000


def render(note: Note) -> str:
    return note_html(note, bold="b", max_chars=_MAX_CHARS)
