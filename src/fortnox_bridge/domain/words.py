"""The field's words for what is shown again and again, in Swedish and English: documents, and how runs stand."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.card import CardDocumentState
from fortnox_bridge.domain.language import Language

Words = tuple[str, str]

DOCUMENT_STATE_WORDS: Final[Mapping[CardDocumentState, Words]] = {
    CardDocumentState.DRAFT: ("Utkast", "Draft"),
    CardDocumentState.OPEN: ("Öppen", "Open"),
    CardDocumentState.PARTLY_PAID: ("Delbetald", "Partly paid"),
    CardDocumentState.OVERDUE: ("Förfallen", "Overdue"),
    CardDocumentState.PAID: ("Betald", "Paid"),
    CardDocumentState.CANCELLED: ("Makulerad", "Cancelled"),
    CardDocumentState.INVOICED: ("Fakturerad", "Invoiced"),
}
DOCUMENT_KIND_WORDS: Final[Mapping[str, Words]] = {
    "invoice": ("Faktura", "Invoice"),
    "order": ("Order", "Order"),
    "credit": ("Kredit", "Credit"),
}
RUN_STATE_WORDS: Final[Mapping[str, Words]] = {
    "queued": ("I kö", "Queued"),
    "running": ("Pågår", "Running"),
    "done": ("Klar", "Done"),
    "skipped": ("Inget att göra", "Nothing to do"),
    "parked": ("Väntar på åtgärd", "Needs attention"),
}


def in_language(language: Language, words: Words) -> str:
    swedish, english = words
    return swedish if language is Language.SWEDISH else english
