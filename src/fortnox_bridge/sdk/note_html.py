"""A note in HTML that survives sanitizers: paragraphs, line breaks, lists, bold text and links, nothing else."""

from html import escape, unescape
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from fortnox_bridge.sdk.notes import Link, Note

_MAX_TEXT: Final = 4_000
_MAX_REFERENCE: Final = 200
_MAX_LINKS: Final = 20
_LEFT_OUT: Final = "<p>…</p>"


def note_html(note: Note, *, bold: str, max_chars: int) -> str:
    """The note as HTML, every text escaped.

    What does not fit is left out visibly; the heading, the links and the reference are always there. A link that is
    not https (or http to this machine) is shown as its label only.

    Args:
        note: what to say.
        bold: the element for emphasis that the platform keeps, such as `b` or `strong`.
        max_chars: the most characters of HTML; 45 000 or more.
    """
    head = f"<p><{bold}>{_text(note.heading)}</{bold}></p>"
    links = "<br>".join(_link(link) for link in note.links[:_MAX_LINKS])
    tail = (f"<p>{links}</p>" if links else "") + f"<p>{_text(note.reference, _MAX_REFERENCE)}</p>"
    room = max_chars - len(head) - len(tail) - len(_LEFT_OUT)
    return head + _middle(note, bold, room) + tail


def note_mentions(content: str, reference: str) -> bool:
    """Whether a note's HTML holds `reference`, however a sanitizer wrote its characters."""
    return reference in unescape(content)


def _middle(note: Note, bold: str, room: int) -> str:
    items = [f"<li><{bold}>{_text(label)}:</{bold}> {_text(value)}</li>" for label, value in note.facts]
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
