"""A customer's invoices and orders, as lists and one by one, for people to look at (facts: fortnox 7.3, 7.4, 8).

Every search by customer number also finds other customers' documents; only exact ones are answered.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_copy import DocumentCopy
from fortnox_bridge.domain.money import SEK, ZERO, currency
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.customer_lists import as_fortnox_reads_it
from fortnox_bridge.fortnox.errors import unreadable
from fortnox_bridge.fortnox.resources import INVOICES, ORDERS

_RESOURCES: Final = {DocumentKind.INVOICE: (INVOICES, "invoicedate"), DocumentKind.ORDER: (ORDERS, "orderdate")}
_NEWEST_FIRST: Final = "descending"
_NO_REFERENCE: Final = frozenset({"", "0"})


class DocumentCopies:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def unpaid_invoices(self, customer_number: str) -> tuple[DocumentCopy, ...]:
        """Booked invoices that are not settled, credits among them; drafts are not."""
        params = [("customernumber", customer_number), ("filter", "unpaid")]
        return _of(customer_number, DocumentKind.INVOICE, await self._client.list_all(INVOICES, params))

    async def changed_invoices(self, customer_number: str, since: datetime) -> tuple[DocumentCopy, ...]:
        """Those made or changed at `since` or later, and some from just before."""
        params = [("customernumber", customer_number), ("lastmodified", as_fortnox_reads_it(since))]
        return _of(customer_number, DocumentKind.INVOICE, await self._client.list_all(INVOICES, params))

    async def newest_documents(
        self, kind: DocumentKind, customer_number: str, *, count: int, since: date | None = None
    ) -> tuple[DocumentCopy, ...]:
        """At least the newest `count`, if there are so many, and all that are dated `since` or later."""
        resource, sort_key = _RESOURCES[kind]
        params = [("customernumber", customer_number), ("sortby", sort_key), ("sortorder", _NEWEST_FIRST)]
        found: list[DocumentCopy] = []
        page = 1
        while True:
            listed = await self._client.list_page(resource, params, page)
            found += _of(customer_number, kind, listed.rows)
            is_past = since is None or (bool(listed.rows) and _copy(kind, listed.rows[-1]).document_date < since)
            if page >= listed.pages or (is_past and len(found) >= count):
                return tuple(found)
            page += 1

    async def invoiced_orders(self, customer_number: str) -> frozenset[str]:
        """Numbers of the newest orders that became invoices; a list row does not tell."""
        params = [
            ("customernumber", customer_number),
            ("filter", "invoicecreated"),
            ("sortby", "orderdate"),
            ("sortorder", _NEWEST_FIRST),
        ]
        listed = await self._client.list_page(ORDERS, params, 1)
        return frozenset(each.number for each in _of(customer_number, DocumentKind.ORDER, listed.rows))

    async def read_copy(self, kind: DocumentKind, number: str) -> DocumentCopy | None:
        """The whole document: with its net, and whether it is a credit."""
        resource, _ = _RESOURCES[kind]
        content = await self._client.get(resource, number)
        return None if content is None else _copy(kind, content, is_whole=True)


def _of(customer_number: str, kind: DocumentKind, rows: Sequence[JsonObject]) -> tuple[DocumentCopy, ...]:
    copies = (_copy(kind, row) for row in rows)
    return tuple(copy for copy in copies if copy.customer_number == customer_number)


def _copy(kind: DocumentKind, content: JsonObject, *, is_whole: bool = False) -> DocumentCopy:
    found = reading.parse(wire.DocumentCopyRow, content)
    dated = found.InvoiceDate if kind is DocumentKind.INVOICE else found.OrderDate
    if dated is None:
        raise unreadable(f"no date of {kind.value} {found.DocumentNumber}", is_write=False)
    total = found.Total or ZERO
    rate = found.CurrencyRate / (found.CurrencyUnit or 1) if found.CurrencyRate else None
    try:
        code = currency(found.Currency) if found.Currency else SEK
    except ValueError:
        raise unreadable(f"currency of {kind.value} {found.DocumentNumber}", is_write=False) from None
    return DocumentCopy(
        kind=kind,
        number=found.DocumentNumber,
        customer_number=found.CustomerNumber,
        currency=code,
        total=total,
        document_date=dated,
        due_date=found.DueDate,
        balance=found.Balance if kind is DocumentKind.INVOICE else None,
        currency_rate=rate.quantize(ZERO.scaleb(-6)) if rate is not None else None,
        is_booked=bool(found.Booked),
        is_cancelled=bool(found.Cancelled),
        is_paid=found.FinalPayDate is not None,
        is_invoiced=found.InvoiceReference not in _NO_REFERENCE,
        is_credit=found.Credit.lower() == "true" if is_whole else None,
        net=total - (found.TotalVAT or ZERO) if is_whole else None,
    )
