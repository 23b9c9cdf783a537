"""Files of the deal on the Fortnox document: what is remembered of each, and how much Fortnox takes (F62)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

# What Fortnox takes of files that are sent along (facts: fortnox 12); the rest is told, not tried.
MOST_FILES: Final = 5
MOST_BYTES_EACH: Final = 5 * 1024 * 1024
MOST_BYTES_TOGETHER: Final = 15 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file of the source and its way to a document. `archive_id` is Fortnox's own, known once it is uploaded."""

    file_id: str
    file_name: str
    archive_id: str | None = None
    attached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileToAttach:
    """An uploaded file. `is_sent_along`: it goes with the document when a person sends that; PDFs only."""

    archive_id: str
    is_sent_along: bool
