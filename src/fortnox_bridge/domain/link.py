"""Links: remembered pairings of source records and Fortnox records, also while they are being made."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fortnox_bridge.domain.ids import RunId, SourceRef
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.records import ArticleRecord, CustomerRecord


class LinkKind(StrEnum):
    CUSTOMER = "customer"
    ARTICLE = "article"


class LinkState(StrEnum):
    """`intended`: a run holds the right to create; `sending`: its POST may have happened; `linked`: number known."""

    INTENDED = "intended"
    SENDING = "sending"
    LINKED = "linked"


@dataclass(frozen=True, slots=True)
class Link:
    """One pairing. `record` is the Fortnox record as last seen, at `verified_at`.

    `owner` is the run that may create it; others wait. `first_missed_at`: the first late look-up without a hit.
    """

    kind: LinkKind
    source: SourceRef
    state: LinkState
    number: str | None = None
    record: CustomerRecord | ArticleRecord | None = None
    verified_at: datetime | None = None
    marker: Marker | None = None
    owner: RunId | None = None
    sent_at: datetime | None = None
    first_missed_at: datetime | None = None
    is_picked_by_user: bool = False


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """Our record of the note and the file of one business key in the source."""

    state: LinkState
    reference: str
    note_id: str | None = None
    content_hash: str | None = None
    file_id: str | None = None
    file_name: str | None = None
    sent_at: datetime | None = None
