"""What there may be to do for a deal, decided by read and carried out by the runner."""

from dataclasses import dataclass

from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.pipeline.outcome import Skip


@dataclass(frozen=True, slots=True)
class MakeDraft:
    """Make one draft. `document` is the row an earlier attempt left behind.

    `otherwise` is set when the deal no longer asks for a draft: then only what may already have been sent is
    looked for. `is_detour`: something else is wanted too, and comes after this.
    """

    kind: DocumentKind
    document: Document | None = None
    otherwise: Skip | None = None
    is_detour: bool = False


@dataclass(frozen=True, slots=True)
class ConvertOrder:
    """Turn our living order into its invoice (F10)."""

    order: Document
    invoice: Document | None = None


@dataclass(frozen=True, slots=True)
class FinishNote:
    """The draft stands: tell the source. `is_rewrite`: even if it was told before."""

    document: Document
    is_rewrite: bool = False


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """Make the standing draft say what the deal says now, while nobody touched it (F60, F61).

    `is_asked`: a person wants it and is told if it cannot be. Else it follows an edit; `otherwise` is what there is to
    do when it says so already.
    """

    document: Document
    is_asked: bool = False
    otherwise: FinishNote | Skip | None = None


@dataclass(frozen=True, slots=True)
class WithdrawDraft:
    """Cancel the standing draft in Fortnox, while nobody touched it (F18)."""

    document: Document


Work = MakeDraft | ConvertOrder | FinishNote | UpdateDraft | WithdrawDraft
