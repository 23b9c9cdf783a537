"""Pipedrive's app extensions: the JSON panel, and the panel that is a page of ours (facts 20).

One address of each serves deals, organizations and people: `resource` says which. The JSON panel's members are those
of `app/*.schema.json`, since one too many breaks the whole panel.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fortnox_bridge.sdk import (
    Card,
    CardAsset,
    CardButton,
    CardCall,
    CardNotice,
    CardShape,
    CardSurface,
    NotAuthentic,
    PlatformAnswer,
    RawRequest,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge_pipedrive.card_panel import panel_data
from fortnox_bridge_pipedrive.card_proof import prove

_KINDS: Final[Mapping[str, str]] = MappingProxyType({"deal": "deal", "organization": "company", "person": "contact"})
_SHAPES: Final[Mapping[str, CardShape]] = MappingProxyType({"json": CardShape.DATA, "panel": CardShape.PANEL})
_ID: Final = re.compile(r"[1-9][0-9]{0,18}\Z", re.ASCII)
_CLICK: Final = re.compile(r"[\w-]{8,64}\Z", re.ASCII)
_MOST_MEMBERS: Final = 30
_TITLE_LENGTH: Final = 30


def read(request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime) -> CardCall:
    try:
        query = _members(urlsplit(request.url).query)
    except UnreadablePayload:
        raise NotAuthentic from None
    company, user = prove(query, secrets, now)
    shape, kind = _SHAPES.get(path.strip("/")), _KINDS.get(query.get("resource", ""))
    if shape is None:
        raise UnreadablePayload("the address ends neither in json nor in panel")
    if kind is None:
        raise UnreadablePayload("resource is none of deal, organization and person")
    record = query.get("selectedIds", "")
    if not _ID.match(record):
        raise UnreadablePayload("selectedIds is not one id")
    button, click = _press(request)
    return CardCall(
        account=company, record_kind=kind, external_id=record, button=button, user=user, click_id=click, shape=shape
    )


def render(call: CardCall, card: Card) -> PlatformAnswer:
    return PlatformAnswer(panel_data(call, card))


def refuse(notice: CardNotice) -> PlatformAnswer:
    subtitle = escaped(" ".join(part for part in (notice.what, notice.remedy) if part))
    return PlatformAnswer({"error": {"title": "Fortnox"[:_TITLE_LENGTH], "subtitle": subtitle}}, 422)


def escaped(text: str) -> str:
    """Text where Pipedrive reads markdown: nothing of it may become a link or a heading."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~])", r"\\\1", text)


def _press(request: RawRequest) -> tuple[CardButton | None, str | None]:
    """What the page's form says; anything else that is posted presses nothing."""
    if request.method != "POST":
        return None, None
    form = _members(request.body.decode("utf-8", "replace"))
    try:
        button = CardButton(form.get("button", ""))
    except ValueError:
        raise UnreadablePayload("the form names no button") from None
    click = form.get("click", "")
    return button, click if _CLICK.match(click) else None


def _members(text: str) -> dict[str, str]:
    """Each name once: what is said twice could be read otherwise elsewhere."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_MEMBERS)
    except ValueError:
        raise UnreadablePayload("too many members") from None
    if len(dict(pairs)) != len(pairs):
        raise UnreadablePayload("a member occurs twice")
    return dict(pairs)


def _script() -> CardAsset:
    script = files("fortnox_bridge_pipedrive") / "card_assets" / "panel.js"
    return CardAsset("text/javascript; charset=utf-8", script.read_bytes())


CARDS: Final = CardSurface(
    read=read,
    render=render,
    refuse=refuse,
    deadline_s=10,
    frame_ancestors=("https://*.pipedrive.com",),
    scripts=("panel.js",),
    assets=MappingProxyType({"panel.js": _script()}),
)
