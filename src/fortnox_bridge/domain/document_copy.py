"""What a customer owes and buys, worked out from invoices and orders as Fortnox last showed them (F100)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.card import CardDocument, CardDocumentState, CustomerFigures
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.money import SEK, ZERO, Currency, Money

FORTNOX_URL: Final = "https://apps.fortnox.se/"
_ROUNDING: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class DocumentCopy:
    """One invoice or order. `net` is without VAT and None until the document was read by itself.

    `balance` is what Fortnox states, in a currency it does not tell. `is_credit` None: a list row does not say.
    """

    kind: DocumentKind
    number: str
    customer_number: str
    currency: Currency
    total: Decimal
    document_date: date
    due_date: date | None = None
    balance: Decimal | None = None
    currency_rate: Decimal | None = None
    is_booked: bool = False
    is_cancelled: bool = False
    is_paid: bool = False
    is_invoiced: bool = False
    is_credit: bool | None = None
    net: Decimal | None = None

    @property
    def counts(self) -> bool:
        """Whether it is part of the books: drafts and cancelled documents are not."""
        return self.kind is DocumentKind.INVOICE and self.is_booked and not self.is_cancelled

    @property
    def is_open(self) -> bool:
        return self.counts and bool(self.balance)


@dataclass(frozen=True, slots=True)
class _Left:
    amount: Decimal
    is_assumed: bool = False


def figures_of(documents: Iterable[DocumentCopy], today: date) -> tuple[CustomerFigures, ...]:
    """One entry per currency, Swedish kronor first; a customer without booked invoices has zero kronor of all."""
    booked = [each for each in documents if each.counts]
    years = {today.year, today.year - 1}
    relevant = [each for each in booked if each.is_open or each.document_date.year in years]
    currencies = sorted({each.currency for each in relevant} or {SEK}, key=lambda code: (code != SEK, code))
    return tuple(_figures([each for each in relevant if each.currency == code], code, today) for code in currencies)


def uncounted(documents: Iterable[DocumentCopy], today: date) -> list[DocumentCopy]:
    """Booked invoices of this year and last whose net is not known yet, newest first."""
    missing = [
        each for each in documents if each.counts and each.net is None and each.document_date.year >= today.year - 1
    ]
    return sorted(missing, key=lambda each: each.document_date, reverse=True)


def latest(documents: Iterable[DocumentCopy], today: date, limit: int) -> tuple[CardDocument, ...]:
    """The newest ones, ready to be shown."""
    newest = sorted(documents, key=lambda each: (each.document_date, each.number.zfill(20)), reverse=True)
    return tuple(shown(each, today) for each in newest[:limit])


def shown(document: DocumentCopy, today: date) -> CardDocument:
    is_credit = document.is_credit or document.total < 0
    balance = _left(document).amount if document.is_open else None
    return CardDocument(
        kind="credit" if is_credit else document.kind.value,
        number=document.number,
        state=_state(document, today),
        total=Money(document.total, document.currency),
        document_date=document.document_date,
        due_date=document.due_date,
        balance=None if balance is None else Money(balance, document.currency),
        url=FORTNOX_URL,
    )


def _state(document: DocumentCopy, today: date) -> CardDocumentState:
    if document.is_cancelled:
        return CardDocumentState.CANCELLED
    if document.kind is DocumentKind.ORDER:
        return CardDocumentState.INVOICED if document.is_invoiced else CardDocumentState.OPEN
    if not document.is_booked:
        return CardDocumentState.DRAFT
    if document.is_paid or not document.balance:
        return CardDocumentState.PAID
    if _is_overdue(document, today):
        return CardDocumentState.OVERDUE
    left = _left(document).amount
    return CardDocumentState.OPEN if left == document.total else CardDocumentState.PARTLY_PAID


def _is_overdue(document: DocumentCopy, today: date) -> bool:
    return document.due_date is not None and document.due_date < today and (document.balance or ZERO) > 0


def _figures(documents: Sequence[DocumentCopy], code: Currency, today: date) -> CustomerFigures:
    left = {each.number: _left(each) for each in documents if each.is_open}
    late = [left[each.number].amount for each in documents if each.is_open and _is_overdue(each, today)]
    return CustomerFigures(
        outstanding=Money(sum((each.amount for each in left.values()), ZERO), code),
        overdue=Money(sum(late, ZERO), code),
        turnover_this_year=_turnover(documents, code, today.year),
        turnover_last_year=_turnover(documents, code, today.year - 1),
        is_balance_assumed=any(each.is_assumed for each in left.values()),
    )


def _turnover(documents: Sequence[DocumentCopy], code: Currency, year: int) -> Money | None:
    nets = [_signed_net(each) for each in documents if each.document_date.year == year]
    known = [net for net in nets if net is not None]
    return Money(sum(known, ZERO), code) if len(known) == len(nets) else None


def _signed_net(document: DocumentCopy) -> Decimal | None:
    """A credit lessens the turnover, whichever sign Fortnox gives its sums (facts: fortnox 8)."""
    return -abs(document.net) if document.net is not None and document.is_credit else document.net


def _left(document: DocumentCopy) -> _Left:
    """What is left to pay, in the invoice's currency.

    Whether Fortnox states the balance of a foreign invoice in that currency or in kronor is not known (facts:
    fortnox 8). While nothing is paid, either reading gives the total; a balance above the total can only be kronor.
    """
    balance, total, rate = document.balance or ZERO, document.total, document.currency_rate
    if document.currency == SEK or balance == total:
        return _Left(balance)
    if rate and abs(balance - total * rate) <= _ROUNDING:
        return _Left(total)
    if rate and abs(balance) > abs(total):
        return _Left((balance / rate).quantize(Decimal("0.01")))
    return _Left(balance, is_assumed=True)
