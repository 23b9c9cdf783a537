"""A part of the header as it is decided: what is sent, where each field came from, what people are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fortnox_bridge.domain.alphabet import clean_text
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.run import Notice

CARD: Final = Origin(ValueOrigin.CUSTOMER_CARD)
FORTNOX: Final = Origin(ValueOrigin.FORTNOX_DEFAULT)
# The ellipsis character is not in Fortnox's alphabet (facts, fortnox.md 1).
_CUT: Final = "..."
_LONGEST: Final = 20_000
# As Fortnox's users see them.
_TITLES: Final[Mapping[DocumentField, str]] = {
    DocumentField.OUR_REFERENCE: "Vår referens",
    DocumentField.YOUR_REFERENCE: "Er referens",
    DocumentField.YOUR_ORDER_NUMBER: "Ert ordernummer",
    DocumentField.REMARKS: "Fritext",
    DocumentField.COMMENTS: "Kommentar",
    DocumentField.EXTERNAL_REFERENCE2: "Extern referens 2",
    DocumentField.FIRST_TEXT_ROW: "Textrad",
    DocumentField.PHONE: "Telefon",
}


@dataclass(frozen=True, slots=True)
class Part:
    """`origins` is keyed by our names of header fields and names also those that are left to Fortnox."""

    fields: Mapping[DocumentField, str] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def __or__(self, other: "Part") -> "Part":
        """Both; where both say something, the other one does."""
        return Part({**self.fields, **other.fields}, {**self.origins, **other.origins}, self.notices + other.notices)


def left(target: DocumentField, origin: Origin) -> Part:
    """The field is not sent: whoever `origin` names fills it."""
    return Part(origins={target: origin})


def text_part(
    target: DocumentField, text: str, origin: Origin, deal: Deal, *, limit: int, keep_newlines: bool = False
) -> Part:
    """The text in Fortnox's alphabet and length; what was changed or cut is told. Nothing left of it: no field."""
    cleaned = clean_text(text, limit=_LONGEST, keep_newlines=keep_newlines)
    params = {"field": _TITLES[target], "record": deal.title}
    notices = [Notice("document_field_cleaned", params)] if _says_otherwise(text, cleaned.text) else []
    if len(cleaned.text) > limit:
        notices.append(Notice("document_field_cut", {**params, "limit": str(limit)}))
    shown = cut(cleaned.text, limit)
    return Part({target: shown} if shown else {}, {target: origin}, tuple(notices))


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - len(_CUT)].rstrip() + _CUT


def _says_otherwise(text: str, cleaned: str) -> bool:
    """Whether more than spaces and line breaks was changed."""
    return text.split() != cleaned.split()
