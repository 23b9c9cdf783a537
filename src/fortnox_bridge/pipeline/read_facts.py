"""What the first look gathers: the deal's head, and what we and Fortnox know of its documents."""

from dataclasses import dataclass

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentElsewhere, DocumentKind
from fortnox_bridge.domain.ids import DocumentId
from fortnox_bridge.domain.link import NoteRecord


@dataclass(frozen=True, slots=True)
class Seen:
    """One of our documents as Fortnox shows it now; None when it is not there."""

    document_id: DocumentId
    now: CreatedDocument | None

    @property
    def is_alive(self) -> bool:
        return self.now is not None and not self.now.is_cancelled


@dataclass(frozen=True, slots=True)
class HeadFacts:
    head: DealHead
    documents: tuple[Document, ...]
    note: NoteRecord | None
    seen: tuple[Seen, ...]
    can_note: bool
    elsewhere: tuple[DocumentElsewhere, ...] = ()

    def find(self, kind: DocumentKind) -> Document | None:
        return next((document for document in self.documents if document.kind is kind), None)

    def is_alive(self, document: Document) -> bool:
        return any(seen.is_alive for seen in self.seen if seen.document_id == document.id)
