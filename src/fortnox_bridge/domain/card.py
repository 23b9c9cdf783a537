"""What a card inside a CRM shows: a customer's finances in Fortnox, and how a deal stands (F100-F102).

Computed once for every connector; how a platform wants it laid out is the connector's business.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from fortnox_bridge.domain.money import Money


class CardDocumentState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    OVERDUE = "overdue"
    PAID = "paid"
    CANCELLED = "cancelled"
    INVOICED = "invoiced"


@dataclass(frozen=True, slots=True)
class CardDocument:
    """One document in Fortnox. `kind` is `invoice`, `order` or `credit`; `due_date` None: an order."""

    kind: str
    number: str
    state: CardDocumentState
    total: Money
    document_date: date
    due_date: date | None = None
    balance: Money | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerFigures:
    """One currency's sums. Turnover is booked invoices without VAT, less credits, by calendar year.

    `turnover_*` None: not known yet; it is being counted. `is_balance_assumed`: a partly paid invoice in a foreign
    currency is among them, whose balance Fortnox states without saying in which currency.
    """

    outstanding: Money
    overdue: Money
    turnover_this_year: Money | None = None
    turnover_last_year: Money | None = None
    is_balance_assumed: bool = False


@dataclass(frozen=True, slots=True)
class CardNotice:
    """Something the user should read: what is wrong, and what to do about it. Both in the card's language."""

    code: str
    what: str
    remedy: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer in Fortnox. `customer_number` None: the record is no customer there yet.

    Attributes:
        as_of: when Fortnox said so, aware and UTC; None when it was never asked.
        is_stale: older than the connection wants it; a refresh is under way or failed (then `notice` says why).
    """

    customer_number: str | None
    name: str
    figures: tuple[CustomerFigures, ...] = ()
    documents: tuple[CardDocument, ...] = ()
    as_of: datetime | None = None
    is_stale: bool = False
    url: str | None = None
    notice: CardNotice | None = None


class CardButton(StrEnum):
    """What a user may press on a card."""

    REFRESH = "refresh"
    UPDATE_CUSTOMER = "update_customer"
    PREVIEW = "preview"
    CREATE_INVOICE = "create_invoice"
    CREATE_ORDER = "create_order"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class DealCard:
    """How a deal stands. `run_state` is the newest run's state, None when there was none."""

    documents: tuple[CardDocument, ...] = ()
    run_state: str | None = None
    run_at: datetime | None = None
    problem: CardNotice | None = None


@dataclass(frozen=True, slots=True)
class PreviewLine:
    text: str
    quantity: str
    total: Money | None


@dataclass(frozen=True, slots=True)
class CardPreview:
    """A document as it would be made now; nothing was written."""

    document_kind: str
    customer: str
    total: Money | None
    lines: tuple[PreviewLine, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: CardNotice | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One card of one record, ready to be laid out.

    Attributes:
        record_kind: the source record's kind: the connector's own `object_kind`, `company` or `contact`.
        customer: the finances of the record's customer; of a deal, of its customer when it is known.
        deal: only on a deal's card.
        preview: only in the answer to `CardButton.PREVIEW`.
        changes: what `CardButton.UPDATE_CUSTOMER` changed in Fortnox, as label and value.
        said: one sentence about what the press of a button did.
        buttons: what the user may press now.
    """

    record_kind: str
    external_id: str
    language: str
    customer: CustomerCard | None = None
    deal: DealCard | None = None
    preview: CardPreview | None = None
    changes: tuple[tuple[str, str], ...] = ()
    said: str | None = None
    buttons: tuple[CardButton, ...] = ()
    notice: CardNotice | None = None
