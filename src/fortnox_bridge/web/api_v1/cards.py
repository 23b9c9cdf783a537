"""Cards for programs: the same figures that people see inside the source system (F100, F101)."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request

from fortnox_bridge.domain.card import Card, CardDocument, CardNotice, CustomerCard, DealCard
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.money import Money
from fortnox_bridge.web.api_v1.schemas import ExternalId, Outgoing, ShortText
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["cards"])

_PATIENCE_S = 8.0


class CardNoticeBody(Outgoing):
    """Something to know: `code` is listed in docs/errors.md."""

    code: str
    what: str
    remedy: str
    url: str | None


class AmountBody(Outgoing):
    amount: str
    currency: str


class CardDocumentBody(Outgoing):
    """`kind` is invoice, order or credit; `balance` is set while something is left to pay."""

    kind: str
    number: str
    state: str
    document_date: date
    due_date: date | None
    total: AmountBody
    balance: AmountBody | None


class CardFiguresBody(Outgoing):
    """One currency. Turnover is booked invoices without VAT, less credits; null while it is being counted."""

    outstanding: AmountBody
    overdue: AmountBody
    turnover_this_year: AmountBody | None
    turnover_last_year: AmountBody | None
    is_balance_assumed: bool


class CustomerCardBody(Outgoing):
    """`as_of` is when Fortnox said so; `is_stale`: older than `cards.max_age_minutes`, and being fetched anew."""

    customer_number: str | None
    name: str
    figures: list[CardFiguresBody]
    documents: list[CardDocumentBody]
    as_of: datetime | None
    is_stale: bool
    notice: CardNoticeBody | None


class DealCardBody(Outgoing):
    documents: list[CardDocumentBody]
    run_state: str | None
    run_at: datetime | None
    problem: CardNoticeBody | None


class CardBody(Outgoing):
    kind: str
    external_id: str
    customer: CustomerCardBody | None
    deal: DealCardBody | None


@router.get("/connections/{connection_id}/cards/{kind}/{external_id}")
async def show_card(
    request: Request, connection_id: UUID, kind: ShortText, external_id: ExternalId, access: CurrentAccess
) -> CardBody:
    """A record's card: finances of a `company` or `contact`, documents and newest run of a deal.

    Answers at once with what is known, however old, and fetches what is older than the settings allow.
    """
    access.require_connection(ConnectionId(connection_id))
    language = language_of(request).value
    services = services_of(request)
    card = await services.cards.of_connection(
        ConnectionId(connection_id), kind, external_id, language, patience_s=_PATIENCE_S
    )
    return _body(card)


def _body(card: Card) -> CardBody:
    return CardBody(
        kind=card.record_kind,
        external_id=card.external_id,
        customer=_customer(card.customer) if card.customer else None,
        deal=_deal(card.deal) if card.deal else None,
    )


def _customer(customer: CustomerCard) -> CustomerCardBody:
    figures = [
        CardFiguresBody(
            outstanding=_amount(each.outstanding),
            overdue=_amount(each.overdue),
            turnover_this_year=_amount_if(each.turnover_this_year),
            turnover_last_year=_amount_if(each.turnover_last_year),
            is_balance_assumed=each.is_balance_assumed,
        )
        for each in customer.figures
    ]
    return CustomerCardBody(
        customer_number=customer.customer_number,
        name=customer.name,
        figures=figures,
        documents=[_document(each) for each in customer.documents],
        as_of=customer.as_of,
        is_stale=customer.is_stale,
        notice=_notice(customer.notice),
    )


def _deal(deal: DealCard) -> DealCardBody:
    return DealCardBody(
        documents=[_document(each) for each in deal.documents],
        run_state=deal.run_state,
        run_at=deal.run_at,
        problem=_notice(deal.problem),
    )


def _document(document: CardDocument) -> CardDocumentBody:
    return CardDocumentBody(
        kind=document.kind,
        number=document.number,
        state=document.state.value,
        document_date=document.document_date,
        due_date=document.due_date,
        total=_amount(document.total),
        balance=_amount_if(document.balance),
    )


def _notice(notice: CardNotice | None) -> CardNoticeBody | None:
    return CardNoticeBody(code=notice.code, what=notice.what, remedy=notice.remedy, url=notice.url) if notice else None


def _amount(money: Money) -> AmountBody:
    return AmountBody(amount=format(money.rounded().amount, "f"), currency=money.currency)


def _amount_if(money: Money | None) -> AmountBody | None:
    return None if money is None else _amount(money)
