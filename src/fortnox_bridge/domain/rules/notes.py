"""What is written back to the source (F80-F84)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.language import Language


class WriteBackFact(StrEnum):
    """What may be written into a field of the deal (F82)."""

    DOCUMENT_NUMBER = "document_number"
    OCR = "ocr"
    TOTAL = "total"
    STATUS = "status"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class NoteRules:
    """F80, F82. `write_back` names fields of the deal; what is not named is written nowhere."""

    language: Language = Language.SWEDISH
    attach_pdf: bool = True
    note_on_success: bool = True
    note_on_failure: bool = True
    support_contact: str | None = None
    write_back: Mapping[WriteBackFact, FieldPath] = field(default_factory=dict)
