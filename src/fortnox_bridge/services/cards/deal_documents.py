"""A deal's documents as they stand in Fortnox now, and not only as we made them (F101)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from fortnox_bridge.domain.card import CardDocument, CardDocumentState
from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.connection import FortnoxCompany
from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.document_copy import FORTNOX_URL, DocumentCopy, shown
from fortnox_bridge.domain.money import SEK, Money
from fortnox_bridge.fortnox.limiter import Priority
from fortnox_bridge.services.cards.finances import Readers, is_fresh
from fortnox_bridge.services.cards.flights import Flights, at_most
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import Storage

_Copies = dict[tuple[DocumentKind, str], tuple[DocumentCopy, datetime]]


@dataclass(frozen=True, slots=True)
class SeenDocuments:
    """`as_of` is when the one longest unseen was seen; None: Fortnox was not asked about all of them yet."""

    documents: tuple[CardDocument, ...] = ()
    as_of: datetime | None = None


class DealDocuments:
    def __init__(self, *, storage: Storage, readers: Readers, flights: Flights, deployment: Deployment) -> None:
        self._storage = storage
        self._readers = readers
        self._flights = flights
        self._deployment = deployment

    async def of(
        self,
        company: FortnoxCompany,
        made: Sequence[Document],
        *,
        max_age: timedelta,
        is_wanted_now: bool,
        patience_s: float,
    ) -> SeenDocuments:
        """As Fortnox last showed them; looked at within `patience_s` where they were never seen."""
        names = [(each.kind, each.number) for each in made if each.number]
        if not names:
            return SeenDocuments()
        copies, now = await self._copies(company, names), self._deployment.clock.now()
        oldest = _oldest(copies, names)
        if is_wanted_now or not is_fresh(oldest, now, max_age):
            task = self._flights.join((company.id, tuple(names)), self._look(company, names))
            if (is_wanted_now or oldest is None) and await at_most(task, patience_s):
                copies = await self._copies(company, names)
        today = business_date(now)
        newest_first = sorted(made, key=lambda each: (each.generation, each.kind is DocumentKind.INVOICE), reverse=True)
        return SeenDocuments(
            tuple(_line(each, copies.get((each.kind, each.number or "")), today) for each in newest_first),
            _oldest(copies, names),
        )

    async def _copies(self, company: FortnoxCompany, names: Sequence[tuple[DocumentKind, str]]) -> _Copies:
        found = await self._storage.card_cache(company.id).documents(names)
        return {(copy.kind, copy.number): (copy, seen_at) for copy, seen_at in found}

    async def _look(self, company: FortnoxCompany, names: Sequence[tuple[DocumentKind, str]]) -> None:
        reader, cache = self._readers(company, Priority.PERSON), self._storage.card_cache(company.id)
        for kind, number in names:
            asked_at = self._deployment.clock.now()
            copy = await reader.read_copy(kind, number)
            if copy is not None:
                await cache.keep_document(copy, asked_at=asked_at)


def _oldest(copies: _Copies, names: Sequence[tuple[DocumentKind, str]]) -> datetime | None:
    seen = [copies[name][1] for name in names if name in copies]
    return min(seen) if len(seen) == len(names) else None


def _line(made: Document, known: tuple[DocumentCopy, datetime] | None, today: date) -> CardDocument:
    if known is not None:
        return shown(known[0], today)
    is_standing = made.state is DocumentState.CREATED
    return CardDocument(
        kind=made.kind.value,
        number=made.number or "",
        state=CardDocumentState.DRAFT if is_standing else CardDocumentState.CANCELLED,
        total=Money(made.total if made.total is not None else Decimal(0), made.currency or SEK),
        document_date=business_date(made.created_at) if made.created_at else today,
        url=FORTNOX_URL,
    )
