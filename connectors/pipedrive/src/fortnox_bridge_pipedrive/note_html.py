"""A note in the HTML that survives Pipedrive's sanitizer (facts 15): b, br, p, ul, li and a, nothing else.

Every text is escaped. The whole stays far below the limit of about 100 000 characters: what does not fit is left out
visibly, but the heading, the links and the reference are always there.
"""

from html import escape, unescape
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from fortnox_bridge.sdk import Link, Note

_MAX_CHARS: Final = 50_000
_MAX_TEXT: Final = 4_000
_MAX_REFERENCE: Final = 200
_MAX_LINKS: Final = 20
_LEFT_OUT: Final = "<p>…</p>"


def render(note: Note) -> str:
    head = f"<p><b>{_text(note.heading)}</b></p>"
    links = "<br>".join(_link(link) for link in note.links[:_MAX_LINKS])
    tail = (f"<p>{links}</p>" if links else "") + f"<p>{_text(note.reference, _MAX_REFERENCE)}</p>"
    room = _MAX_CHARS - len(head) - len(tail) - len(_LEFT_OUT)
    return head + _middle(note, room) + tail


def mentions(content: str, reference: str) -> bool:
    """Whether a note's HTML holds `reference`, however the sanitizer wrote its characters."""
    return reference in unescape(content)


def _middle(note: Note, room: int) -> str:
    items = [f"<li><b>{_text(label)}:</b> {_text(value)}</li>" for label, value in note.facts]
    kept, room, is_whole = _fitting(items, room - len("<ul></ul>"))
    facts = f"<ul>{kept}</ul>" if kept else ""
    paragraphs, _, has_all = _fitting([f"<p>{_text(text)}</p>" for text in note.paragraphs if text.strip()], room)
    return facts + paragraphs + ("" if is_whole and has_all else _LEFT_OUT)


def _fitting(parts: list[str], room: int) -> tuple[str, int, bool]:
    kept: list[str] = []
    for part in parts:
        if len(part) > room:
            return "".join(kept), 0, False
        kept.append(part)
        room -= len(part)
    return "".join(kept), room, True


def _link(link: Link) -> str:
    if not _is_safe(link.url):
        return _text(link.label)
    return f'<a href="{escape(link.url, quote=True)}">{_text(link.label)}</a>'


def _is_safe(url: str) -> bool:
    """Https everywhere; http only to this machine, where a demonstration runs."""
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _text(text: str, limit: int = _MAX_TEXT) -> str:
    """Escaped, without control characters or lone surrogates, line breaks kept, cut visibly."""
    lines = "".join(char if char.isprintable() or char == "\n" else " " for char in text.strip())
    cut = lines if len(lines) <= limit else lines[: limit - 1] + "…"
    return "<br>".join(escape(line, quote=True) for line in cut.split("\n"))
