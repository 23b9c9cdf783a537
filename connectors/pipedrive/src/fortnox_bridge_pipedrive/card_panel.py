"""A card as Pipedrive's JSON panel wants it: typed members, every one of the schema and no other (facts 20.1)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from fortnox_bridge.sdk import (
    DOCUMENT_KIND_WORDS,
    DOCUMENT_STATE_WORDS,
    RUN_STATE_WORDS,
    Card,
    CardCall,
    CardDocument,
    CardNotice,
    CustomerFigures,
    Money,
)

MOST_DOCUMENTS: Final = 5
_MOST_TEXT: Final = 255
_MOST_LABEL: Final = 40
_SWEDISH: Final = "sv"

_COLORS: Final[Mapping[str, str]] = {
    "queued": "blue", "running": "blue", "done": "green", "skipped": "grey", "parked": "red",
}  # fmt: skip


def panel_data(call: CardCall, card: Card) -> dict[str, object]:
    fields = _deal(card) if card.deal is not None else _customer(card)
    answer: dict[str, object] = {"data": {"id": int(call.external_id), **fields}}
    url = card.customer.url if card.customer else None
    if url:
        answer["external_link"] = {"url": url, "label": _in(card, "Öppna Fortnox", "Open Fortnox")}
    return answer


def _customer(card: Card) -> dict[str, object]:
    customer = card.customer
    first, others = _split(customer.figures if customer else ())
    documents = customer.documents if customer else ()
    return {
        "status": _standing(card),
        "customer_number": customer.customer_number if customer else None,
        **_sums(first),
        "other_currencies": _cut("; ".join(_line_of(each, card) for each in others)),
        **_documents(documents, card),
        "message": _message(card.notice or (customer.notice if customer else None)),
        "updated": customer.as_of.isoformat() if customer and customer.as_of else None,
    }


def _deal(card: Card) -> dict[str, object]:
    deal, customer = card.deal, card.customer
    first, _ = _split(customer.figures if customer else ())
    assert deal is not None
    state = deal.run_state or ""
    return {
        "status": _label(_COLORS.get(state, "grey"), _in(card, *RUN_STATE_WORDS.get(state, ("Inte körd", "Not run")))),
        **_documents(deal.documents, card),
        "message": _message(card.notice or deal.problem),
        "customer_number": customer.customer_number if customer else None,
        "outstanding": _currency(first.outstanding) if first else None,
        "overdue": _currency(first.overdue) if first else None,
        "updated": customer.as_of.isoformat() if customer and customer.as_of else None,
    }


def _standing(card: Card) -> dict[str, str]:
    customer = card.customer
    if customer is None or customer.customer_number is None:
        return _label("grey", _in(card, "Inte kund än", "No customer yet"))
    if customer.as_of is None:
        return _label("blue", _in(card, "Hämtas", "Being fetched"))
    if any(each.overdue.amount > 0 for each in customer.figures):
        return _label("red", _in(card, "Förfallet", "Overdue"))
    if customer.is_stale:
        return _label("yellow", _in(card, "Uppdateras", "Being refreshed"))
    return _label("green", _in(card, "Inget förfallet", "Nothing overdue"))


def _sums(figures: CustomerFigures | None) -> dict[str, object]:
    return {
        "outstanding": _currency(figures.outstanding) if figures else None,
        "overdue": _currency(figures.overdue) if figures else None,
        "turnover_this_year": _currency(figures.turnover_this_year) if figures else None,
        "turnover_last_year": _currency(figures.turnover_last_year) if figures else None,
    }


def _split(figures: Sequence[CustomerFigures]) -> tuple[CustomerFigures | None, Sequence[CustomerFigures]]:
    """A member holds one currency: the first has members of its own, the others share a text."""
    return (figures[0], figures[1:]) if figures else (None, ())


def _documents(documents: Sequence[CardDocument], card: Card) -> dict[str, object]:
    lines = [_document(each, card) for each in documents[:MOST_DOCUMENTS]]
    return {f"document_{place}": lines[place - 1] if place <= len(lines) else None for place in range(1, 6)}


def _document(document: CardDocument, card: Card) -> str:
    kind = _in(card, *DOCUMENT_KIND_WORDS.get(document.kind, (document.kind, document.kind)))
    state = _in(card, *DOCUMENT_STATE_WORDS[document.state]).lower()
    due = f", {_in(card, 'förfaller', 'due')} {document.due_date}" if document.due_date and document.balance else ""
    return _cut(f"{kind} {document.number}: {_amount(document.total)}, {state}{due}") or ""


def _line_of(figures: CustomerFigures, card: Card) -> str:
    outstanding = f"{_in(card, 'att betala', 'outstanding')} {_amount(figures.outstanding)}"
    return f"{outstanding}, {_in(card, 'förfallet', 'overdue')} {_amount(figures.overdue)}"


def _amount(money: Money) -> str:
    return f"{money.rounded().amount:,.2f}".replace(",", "\N{NO-BREAK SPACE}") + f" {money.currency}"


def _currency(money: Money | None) -> dict[str, object] | None:
    return None if money is None else {"code": money.currency, "value": _number(money.rounded().amount)}


def _number(amount: Decimal) -> Decimal:
    return amount.normalize() if amount else Decimal(0)


def _message(notice: CardNotice | None) -> str | None:
    return None if notice is None else _cut(" ".join(part for part in (notice.what, notice.remedy) if part))


def _label(color: str, text: str) -> dict[str, str]:
    return {"color": color, "label": text[:_MOST_LABEL]}


def _cut(text: str) -> str | None:
    return text[:_MOST_TEXT] or None


def _in(card: Card, swedish: str, english: str) -> str:
    return swedish if card.language == _SWEDISH else english
