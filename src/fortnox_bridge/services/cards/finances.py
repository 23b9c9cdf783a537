"""A customer's finances: answered from what is stored, and fetched from Fortnox beside it (F100).

The first time everything is listed; after that what changed, and all that is unpaid, since a payment need not show as
a change of the invoice. What a list does not say, the net of a booked invoice, is read once for each.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.connection import FortnoxCompany
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_copy import DocumentCopy, uncounted
from fortnox_bridge.domain.errors import BridgeError, PermissionMissing
from fortnox_bridge.fortnox.limiter import Priority
from fortnox_bridge.services.cards.flights import Flights, at_most
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import CachedCustomer, Failure, Storage, StoredCardCache

MOST_SHOWN: Final = 20
_COUNTED_AT_ONCE: Final = 10
_COUNTED_IN_PEACE: Final = 400


class FinanceReader(Protocol):
    """What is asked of a Fortnox company. See `fortnox_bridge.fortnox.document_copies`."""

    async def unpaid_invoices(self, customer_number: str) -> tuple[DocumentCopy, ...]: ...

    async def changed_invoices(self, customer_number: str, since: datetime) -> tuple[DocumentCopy, ...]: ...

    async def newest_documents(
        self, kind: DocumentKind, customer_number: str, *, count: int, since: date | None = None
    ) -> tuple[DocumentCopy, ...]: ...

    async def invoiced_orders(self, customer_number: str) -> frozenset[str]: ...

    async def read_copy(self, kind: DocumentKind, number: str) -> DocumentCopy | None: ...


Readers = Callable[[FortnoxCompany, Priority], FinanceReader]


class CustomerFinances:
    """Lives as long as the service. Several processes may ask for the same customer: that costs calls, no more."""

    def __init__(self, *, storage: Storage, readers: Readers, flights: Flights, deployment: Deployment) -> None:
        self._storage = storage
        self._readers = readers
        self._flights = flights
        self._deployment = deployment

    async def of(
        self, company: FortnoxCompany, number: str, *, max_age: timedelta, is_wanted_now: bool, patience_s: float
    ) -> CachedCustomer:
        """What is known, at once if anything is; fetched within `patience_s` if nothing is, or it is wanted now."""
        cache = self._storage.card_cache(company.id)
        known = await cache.customer(number)
        now = self._deployment.clock.now()
        if is_wanted_now or (not is_fresh(known.as_of, now, max_age) and not self._rests(known, now)):
            task = self._flights.join((company.id, number), self._fetch(company, number))
            if (is_wanted_now or known.as_of is None) and await at_most(task, patience_s):
                return await cache.customer(number)
        return known

    def _rests(self, known: CachedCustomer, now: datetime) -> bool:
        """Not asked again at once after a failure: every card that is opened would."""
        rest = timedelta(seconds=self._deployment.timing.card_rest_s)
        return known.failed_at is not None and now - known.failed_at < rest

    async def _fetch(self, company: FortnoxCompany, number: str) -> None:
        cache, asked_at = self._storage.card_cache(company.id), self._deployment.clock.now()
        try:
            kept = await self._list(cache, self._readers(company, Priority.PERSON), number, asked_at)
        except BridgeError as error:
            await cache.keep_failure(number, Failure(error.code, dict(error.params)), at=self._deployment.clock.now())
            raise
        missing = uncounted(kept.documents, business_date(asked_at))
        await self._count(cache, self._readers(company, Priority.RECONCILE), missing[:_COUNTED_AT_ONCE])
        rest = missing[_COUNTED_AT_ONCE:][:_COUNTED_IN_PEACE]
        if rest:
            counting = self._count(cache, self._readers(company, Priority.BACKGROUND), rest)
            self._flights.join((company.id, number, "count"), counting)

    async def _list(
        self, cache: StoredCardCache, reader: FinanceReader, number: str, asked_at: datetime
    ) -> CachedCustomer:
        known = await cache.customer(number)
        whole_again = timedelta(seconds=self._deployment.timing.card_list_s)
        is_all = known.as_of is None or not is_fresh(known.listed_at, asked_at, whole_again)
        unpaid = await reader.unpaid_invoices(number)
        if is_all or known.as_of is None:
            since = date(business_date(asked_at).year - 1, 1, 1)
            invoices = await reader.newest_documents(DocumentKind.INVOICE, number, count=MOST_SHOWN, since=since)
        else:
            invoices = await reader.changed_invoices(number, known.as_of)
        orders = await self._orders(reader, number)
        return await cache.keep_customer(
            number,
            (*unpaid, *invoices, *orders),
            unpaid={each.number for each in unpaid},
            asked_at=asked_at,
            is_all=is_all,
        )

    async def _orders(self, reader: FinanceReader, number: str) -> tuple[DocumentCopy, ...]:
        """None where the company has no orders, or did not grant them."""
        if not self._deployment.ask_for_orders:
            return ()
        try:
            orders = await reader.newest_documents(DocumentKind.ORDER, number, count=MOST_SHOWN)
            invoiced = await reader.invoiced_orders(number) if orders else frozenset()
        except PermissionMissing:
            return ()
        return tuple(replace(each, is_invoiced=each.number in invoiced) for each in orders[:MOST_SHOWN])

    async def _count(self, cache: StoredCardCache, reader: FinanceReader, documents: Sequence[DocumentCopy]) -> None:
        for document in documents:
            asked_at = self._deployment.clock.now()
            whole = await reader.read_copy(document.kind, document.number)
            if whole is not None:
                await cache.keep_document(whole, asked_at=asked_at)


def is_fresh(instant: datetime | None, now: datetime, max_age: timedelta) -> bool:
    return instant is not None and now - instant <= max_age
