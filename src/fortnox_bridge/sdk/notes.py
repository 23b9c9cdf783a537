"""Notes as the pipeline writes them: neutral parts that each connector renders in its platform's way."""

from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """One note. All texts are plain: the connector escapes them for its platform.

    Attributes:
        tone: whether it tells of success or failure.
        heading: one line.
        facts: label and value pairs, in order.
        paragraphs: further sentences.
        links: links to show, in order.
        reference: short text that is part of the note and finds it again; unique per business key.
        attachments: ids of files that `FileWriter` stored, for platforms where a file hangs on the note.
    """

    tone: Tone
    heading: str
    reference: str
    facts: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileUpload:
    file_name: str
    content_type: str
    content: bytes = field(repr=False)
