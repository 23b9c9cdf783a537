"""Everything one simulated Fortnox company remembers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fortnox_bridge.sandbox.fortnox.knobs import CompanyKnobs
from fortnox_bridge.sdk.simulator import SimulatedClock

STOCKHOLM = ZoneInfo("Europe/Stockholm")

Record = dict[str, Any]
DocumentKind = Literal["invoice", "order"]


@dataclass(slots=True)
class Stored:
    """A customer, article or register entry, with the times that lists go by."""

    fields: Record
    created_at: datetime
    modified_at: datetime


@dataclass(slots=True)
class Document(Stored):
    """An invoice or order: header fields and rows under the vendor's own names, amounts as Decimal."""

    kind: DocumentKind
    number: int
    rows: list[Record] = field(default_factory=list)
    printed_size: int | None = None


PriceKey = tuple[str, str, Decimal]


@dataclass(slots=True)
class Company:
    number: int
    information: Record
    settings: Record
    clock: SimulatedClock
    knobs: CompanyKnobs = field(default_factory=CompanyKnobs)
    registers: dict[str, dict[str, Stored]] = field(default_factory=dict)
    vat_rate_by_code: dict[str, Decimal] = field(default_factory=dict)
    customers: dict[str, Stored] = field(default_factory=dict)
    deleted_customer_numbers: set[str] = field(default_factory=set)
    articles: dict[str, Stored] = field(default_factory=dict)
    prices: dict[PriceKey, Record] = field(default_factory=dict)
    invoices: dict[int, Document] = field(default_factory=dict)
    orders: dict[int, Document] = field(default_factory=dict)
    archive: dict[str, Record] = field(default_factory=dict)
    attachments: dict[str, Record] = field(default_factory=dict)
    next_customer: int = 1
    next_article: int = 1
    next_invoice: int = 1001
    next_order: int = 501
    next_row_id: int = 1
    next_voucher: int = 1

    def now(self) -> datetime:
        return self.clock.now().astimezone(UTC)

    def today(self) -> date:
        """The Swedish calendar day."""
        return self.clock.now().astimezone(STOCKHOLM).date()

    def documents(self, kind: DocumentKind) -> dict[int, Document]:
        return self.invoices if kind == "invoice" else self.orders

    def register(self, name: str) -> dict[str, Stored]:
        return self.registers.setdefault(name, {})

    def all_documents(self) -> Iterator[Document]:
        yield from self.invoices.values()
        yield from self.orders.values()

    def take_row_id(self) -> int:
        taken = self.next_row_id
        self.next_row_id += 1
        return taken

    def store(self, fields: Record) -> Stored:
        now = self.now()
        return Stored(fields, now, now)

    def touch(self, stored: Stored) -> None:
        stored.modified_at = self.now()
