"""The card as a page of its own, for platforms that show a frame. Works without script, in a frame 320 px wide."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.responses import HTMLResponse

from fortnox_bridge.domain.card import Card, CardButton, CardDocument, CardDocumentState, CardNotice, CustomerFigures
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.words import DOCUMENT_KIND_WORDS, DOCUMENT_STATE_WORDS, RUN_STATE_WORDS, Words, in_language
from fortnox_bridge.sdk import CardSurface
from fortnox_bridge.web.cards.words import (
    BUTTONS,
    LABELS,
    age_text,
    day_text,
    field_label,
    sum_text,
)
from fortnox_bridge.web.pages.render import render

_TONES: Final = {
    CardDocumentState.DRAFT: "calm",
    CardDocumentState.OPEN: "open",
    CardDocumentState.PARTLY_PAID: "open",
    CardDocumentState.OVERDUE: "bad",
    CardDocumentState.PAID: "good",
    CardDocumentState.CANCELLED: "calm",
    CardDocumentState.INVOICED: "good",
}
_RUN_TONES: Final = {"parked": "bad", "done": "good", "queued": "open", "running": "open"}
_UNDER_WAY: Final = frozenset({"queued", "running"})
_BEING_FETCHED: Final = "card_being_fetched"
_MAIN: Final = (CardButton.CREATE_INVOICE, CardButton.UPDATE_CUSTOMER)


@dataclass(frozen=True, slots=True)
class FiguresView:
    """`turnover_*` None: still being counted."""

    outstanding: str
    overdue: str | None
    this_year: str | None
    last_year: str | None


@dataclass(frozen=True, slots=True)
class LineView:
    kind: str
    number: str
    state: str
    tone: str
    when: str
    total: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ButtonView:
    value: str
    text: str
    is_main: bool


def panel_page(surface: CardSurface, connector: str, card: Card, now: datetime) -> HTMLResponse:
    language = Language(card.language)
    customer, deal = card.customer, card.deal
    main = next((each for each in _main_buttons(card) if each in card.buttons), None)
    view = {
        "card": card,
        "figures": [_figures(each, language) for each in customer.figures] if customer else [],
        "documents": [_line(each, language) for each in customer.documents] if customer else [],
        "deal_documents": [_line(each, language) for each in deal.documents] if deal else [],
        "run": _run(card, language),
        "age": age_text(customer.as_of, now, language) if customer else None,
        "changes": [(field_label(name, language), value) for name, value in card.changes],
        "preview_lines": _preview_lines(card, language),
        "preview_total": sum_text(card.preview.total, language) if card.preview else None,
        "buttons": [
            ButtonView(each.value, in_language(language, BUTTONS[each]), each is main)
            for each in card.buttons
            if each is not CardButton.REFRESH
        ],
        "refresh": in_language(language, BUTTONS[CardButton.REFRESH]),
        "can_refresh": CardButton.REFRESH in card.buttons,
        "click": secrets.token_urlsafe(12),
        "is_moving": _is_moving(card),
    }
    return _page(surface, connector, "card.html", language, 200, view)


def refusal_page(
    surface: CardSurface, connector: str, notice: CardNotice, language: Language, *, status: int
) -> HTMLResponse:
    return _page(surface, connector, "card_refusal.html", language, status, {"notice": notice})


def _page(
    surface: CardSurface, connector: str, template: str, language: Language, status: int, view: dict[str, object]
) -> HTMLResponse:
    words = {name: in_language(language, each) for name, each in LABELS.items()}
    scripts = [f"/cards/{connector}/assets/{name}" for name in surface.scripts]
    text = render(template, language, w=words, scripts=scripts, **view)
    ancestors = " ".join(surface.frame_ancestors) or "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        f"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors {ancestors}"
    )
    headers = {"Content-Language": language.value, "Content-Security-Policy": policy}
    return HTMLResponse(text, status, headers=headers)


def _figures(figures: CustomerFigures, language: Language) -> FiguresView:
    return FiguresView(
        outstanding=sum_text(figures.outstanding, language) or "",
        overdue=sum_text(figures.overdue, language) if figures.overdue.amount > 0 else None,
        this_year=sum_text(figures.turnover_this_year, language),
        last_year=sum_text(figures.turnover_last_year, language),
    )


def _line(document: CardDocument, language: Language) -> LineView:
    is_due = document.due_date is not None and document.balance is not None
    day = day_text(document.due_date if is_due else document.document_date, language) or ""
    due = in_language(language, LABELS["due"])
    return LineView(
        kind=in_language(language, DOCUMENT_KIND_WORDS.get(document.kind, (document.kind, document.kind))),
        number=document.number,
        state=in_language(language, DOCUMENT_STATE_WORDS[document.state]),
        tone=_TONES[document.state],
        when=f"{due} {day}" if is_due else day,
        total=sum_text(document.total, language) or "",
        url=document.url,
    )


def _main_buttons(card: Card) -> tuple[CardButton, ...]:
    is_parked = card.deal is not None and card.deal.problem is not None
    return (CardButton.REPLAY, *_MAIN) if is_parked else _MAIN


def _is_moving(card: Card) -> bool:
    """Whether the card will say more in a moment: something is being fetched, counted or run."""
    customer, deal = card.customer, card.deal
    if deal is not None and deal.run_state in _UNDER_WAY:
        return True
    if customer is None or customer.customer_number is None:
        return False
    is_counting = any(None in {each.turnover_this_year, each.turnover_last_year} for each in customer.figures)
    return is_counting or (customer.is_stale and (customer.notice is None or customer.notice.code == _BEING_FETCHED))


def _run(card: Card, language: Language) -> dict[str, str] | None:
    deal = card.deal
    if deal is None or deal.run_state is None:
        return None
    words: Words = RUN_STATE_WORDS.get(deal.run_state, (deal.run_state, deal.run_state))
    return {"state": in_language(language, words), "tone": _RUN_TONES.get(deal.run_state, "calm")}


def _preview_lines(card: Card, language: Language) -> list[tuple[str, str, str]]:
    lines = card.preview.lines if card.preview else ()
    return [(each.text, each.quantity, sum_text(each.total, language) or "") for each in lines]
