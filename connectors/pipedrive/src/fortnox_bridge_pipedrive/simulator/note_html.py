"""What the server leaves of a note's HTML (section 15; the list itself is not published)."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from typing_extensions import override

_KEPT = frozenset({"b", "strong", "i", "em", "u", "br", "p", "div", "ul", "ol", "li", "a"})
_VOID = frozenset({"br"})
# These go with everything inside; other unknown tags go and leave their text.
_REMOVED_WHOLE = frozenset({"script", "style", "form", "button", "iframe"})
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})


class _Sanitizer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._removing: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _REMOVED_WHOLE:
            self._removing.append(tag)
        if self._removing or tag not in _KEPT:
            return
        href = dict(attrs).get("href") if tag == "a" else None
        is_link = href is not None and urlsplit(href).scheme.lower() in _LINK_SCHEMES
        self.parts.append(f'<{tag} href="{escape(href or "")}">' if is_link else f"<{tag}>")
        if tag not in _VOID:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._removing:
            if tag == self._removing[-1]:
                self._removing.pop()
            return
        if tag in self._open:
            while self._open:
                last = self._open.pop()
                self.parts.append(f"</{last}>")
                if last == tag:
                    break

    @override
    def handle_data(self, data: str) -> None:
        if not self._removing:
            self.parts.append(escape(data, quote=False))

    def finish(self) -> str:
        self.close()
        self.parts += [f"</{tag}>" for tag in reversed(self._open)]
        return "".join(self.parts)


def sanitized(content: str) -> str:
    sanitizer = _Sanitizer()
    sanitizer.feed(content)
    return sanitizer.finish()
