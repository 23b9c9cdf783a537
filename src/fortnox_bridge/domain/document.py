"""The draft plan: one document, decided to the last field, before anything is written.

Field names are ours; only the Fortnox package knows how Fortnox calls them. Amounts are in the plan's currency.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.ids import ConnectionId, DocumentId, FortnoxCompanyId, RunId, SourceRef
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.money import Currency
from fortnox_bridge.domain.run import Notice


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    ORDER = "order"


class DocumentState(StrEnum):
    """`intended`: nothing sent. `sending`: a write may be under way or lost. `created`: the number is known.

    `rejected`: Fortnox refused it for certain. `removed`: cancelled in Fortnox by somebody. `withdrawn`: cancelled by
    ourselves, or about to be; the number is that of the cancelled one until a new draft takes its place.
    """

    INTENDED = "intended"
    SENDING = "sending"
    CREATED = "created"
    REJECTED = "rejected"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Document:
    """Our record of one Fortnox draft. `first_missed_at` is the first look-up after quarantine that found nothing.

    `plan_hash` is of what we sent last, `fingerprint` what Fortnox then showed; None: nothing of ours is known to
    stand. `pending_plan_hash`: an update with this plan may be half done. `revision` counts how often it was written.
    """

    id: DocumentId
    connection_id: ConnectionId
    company_id: FortnoxCompanyId
    source: SourceRef
    kind: DocumentKind
    generation: int
    marker: Marker
    state: DocumentState
    attempt: int = 0
    sent_at: datetime | None = None
    first_missed_at: datetime | None = None
    number: str | None = None
    customer_number: str | None = None
    customer_name: str | None = None
    total: Decimal | None = None
    currency: Currency | None = None
    created_at: datetime | None = None
    run_id: RunId | None = None
    converted_from: DocumentId | None = None
    is_verified: bool = False
    ocr: str | None = None
    notices: tuple[Notice, ...] = ()
    plan_hash: str | None = None
    fingerprint: str | None = None
    pending_plan_hash: str | None = None
    revision: int = 1

    @property
    def is_being_withdrawn(self) -> bool:
        """We decided to cancel it, and do not know yet whether that was done."""
        return self.state is DocumentState.WITHDRAWN and self.fingerprint is not None


@dataclass(frozen=True, slots=True)
class DocumentElsewhere:
    """A document of the same deal in another Fortnox company (F4, F5)."""

    company: str
    kind: DocumentKind
    number: str


@dataclass(frozen=True, slots=True)
class CreatedRow:
    """A row as Fortnox has it, text rows included."""

    description: str
    article_number: str | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class CreatedDocument:
    """What Fortnox says of a document. Sums are Fortnox's own; `round_off` is included in `payable` only.

    `fingerprint` is of everything that we or a person may set (see `fortnox_bridge.domain.fingerprint`).
    """

    kind: DocumentKind
    number: str
    marker: str | None
    customer_number: str
    customer_name: str
    organisation_number: str | None
    currency: str
    net: Decimal
    vat: Decimal
    total: Decimal
    round_off: Decimal
    payable: Decimal
    is_cancelled: bool
    is_booked: bool
    is_sent: bool
    is_not_completed: bool
    order_invoice_number: str | None = None
    ocr: str | None = None
    created_on: date | None = None
    is_warehouse_ready: bool = False
    rows: tuple[CreatedRow, ...] = ()
    is_paid: bool = False
    fingerprint: str | None = None
