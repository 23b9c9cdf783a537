"""The app card's backend: calls of `hubspot.fetch`, proven by signature, answered in the card's own shape (facts 17.2).

What is signed and trusted: the portal, the user and the app in the query. The record's id is the card's word: the core
reads the record with the portal's tokens before it shows anything.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fortnox_bridge.sdk import (
    Card,
    CardButton,
    CardCall,
    CardDocument,
    CardNotice,
    CardPreview,
    CardSurface,
    CustomerCard,
    CustomerFigures,
    DealCard,
    Money,
    PlatformAnswer,
    RawRequest,
    UnreadableJson,
    UnreadablePayload,
    WebhookSecrets,
    decode_json,
)
from fortnox_bridge_hubspot.signatures import require_own_app, require_signed
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, PATHS

_KINDS: Final = {PATHS[kind]: kind for kind in (DEAL, COMPANY, CONTACT)}
_ID: Final = re.compile(r"[0-9]{1,20}\Z", re.ASCII)
_CLICK: Final = re.compile(r"[\w-]{4,64}\Z", re.ASCII)
# `hubspot.fetch` gives up after 15 s unless told otherwise.
_DEADLINE_S: Final = 15.0


def read(request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime) -> CardCall:
    """`deals|companies|contacts/{id}` shows; `…/{button}` by POST presses. Version 3 alone proves."""
    require_signed(request, secrets, now)
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    require_own_app(query.get("appId"), secrets)
    portal = query.get("portalId", "")
    parts = path.strip("/").split("/")
    kind = _KINDS.get(parts[0])
    if kind is None or not 2 <= len(parts) <= 3 or not _ID.match(parts[1]):
        raise UnreadablePayload("the address names no record")
    if not _ID.match(portal):
        raise UnreadablePayload("portalId")
    said = _members(request.body)
    click, language = said.get("clickId"), said.get("language") or query.get("language")
    return CardCall(
        account=portal,
        record_kind=kind,
        external_id=parts[1],
        button=_button(parts[2]) if len(parts) == 3 else None,
        user=query.get("userEmail") or query.get("userId"),
        language=language if language in {"sv", "en"} else None,
        click_id=click if isinstance(click, str) and _CLICK.match(click) else None,
    )


def render(_call: CardCall, card: Card) -> PlatformAnswer:
    """The members are those of `app/src/app/cards/card.ts`; a test holds the two against each other."""
    return PlatformAnswer(
        {
            "language": card.language,
            "customer": _customer(card.customer) if card.customer else None,
            "deal": _deal(card.deal) if card.deal else None,
            "preview": _preview(card.preview) if card.preview else None,
            "changes": [{"label": label, "value": value} for label, value in card.changes],
            "said": card.said,
            "buttons": [each.value for each in card.buttons],
            "notice": _notice(card.notice),
            "error": None,
        }
    )


def refuse(notice: CardNotice) -> PlatformAnswer:
    """With status 200: the platform would hide the reason of any other behind a gateway error (facts 17.2)."""
    return PlatformAnswer({"error": _notice(notice)})


def _button(name: str) -> CardButton:
    try:
        return CardButton(name)
    except ValueError:
        raise UnreadablePayload("no such button") from None


def _members(body: bytes) -> Mapping[str, object]:
    if not body:
        return {}
    try:
        members = decode_json(body)
    except UnreadableJson:
        raise UnreadablePayload("the body is no JSON") from None
    return members if isinstance(members, dict) else {}


def _customer(customer: CustomerCard) -> dict[str, object]:
    return {
        "customerNumber": customer.customer_number,
        "name": customer.name,
        "figures": [_figures(each) for each in customer.figures],
        "documents": [_document(each) for each in customer.documents],
        "asOf": customer.as_of.isoformat() if customer.as_of else None,
        "isStale": customer.is_stale,
        "url": customer.url,
        "notice": _notice(customer.notice),
    }


def _figures(figures: CustomerFigures) -> dict[str, object]:
    return {
        "outstanding": _money(figures.outstanding),
        "overdue": _money(figures.overdue),
        "turnoverThisYear": _money(figures.turnover_this_year),
        "turnoverLastYear": _money(figures.turnover_last_year),
        "isBalanceAssumed": figures.is_balance_assumed,
    }


def _deal(deal: DealCard) -> dict[str, object]:
    return {
        "documents": [_document(each) for each in deal.documents],
        "runState": deal.run_state,
        "runAt": deal.run_at.isoformat() if deal.run_at else None,
        "problem": _notice(deal.problem),
    }


def _document(document: CardDocument) -> dict[str, object]:
    return {
        "kind": document.kind,
        "number": document.number,
        "state": document.state.value,
        "total": _money(document.total),
        "balance": _money(document.balance),
        "date": document.document_date.isoformat(),
        "dueDate": document.due_date.isoformat() if document.due_date else None,
        "url": document.url,
    }


def _preview(preview: CardPreview) -> dict[str, object]:
    return {
        "kind": preview.document_kind,
        "customer": preview.customer,
        "total": _money(preview.total),
        "lines": [
            {"text": line.text, "quantity": line.quantity, "total": _money(line.total)} for line in preview.lines
        ],
        "warnings": list(preview.warnings),
        "problem": _notice(preview.problem),
    }


def _money(money: Money | None) -> dict[str, str] | None:
    """The amount as text: nothing on its way computes with it."""
    return {"amount": format(money.amount, "f"), "currency": money.currency} if money else None


def _notice(notice: CardNotice | None) -> dict[str, str | None] | None:
    if notice is None:
        return None
    return {"code": notice.code, "what": notice.what, "remedy": notice.remedy, "url": notice.url}


CARDS: Final = CardSurface(read=read, render=render, refuse=refuse, deadline_s=_DEADLINE_S)
