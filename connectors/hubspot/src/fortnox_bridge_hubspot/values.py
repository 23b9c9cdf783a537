"""Property values, all of them text, in neutral shapes; and neutral values as text for writing (facts 7.1 and 15.1).

A property is converted by its `type`, never by its `fieldType`; an unknown type stays text.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

from fortnox_bridge.sdk import Choice, FieldType, FieldValue
from fortnox_bridge_hubspot.wire import WireProperty

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z", re.ASCII)
_MILLISECONDS: Final = re.compile(r"-?[0-9]{9,14}\Z", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Longer tails are what is left of binary fractions: 0.2000000000000000111… was typed as 0.2.
_PLACES: Final = Decimal("1e-12")
_MULTI_SELECT: Final = "checkbox"


class NotADecimal(ValueError):
    """The text is no plain decimal number: thousands separators, exponents and words are nobody's to guess."""


def to_decimal(text: str) -> Decimal:
    """An exact decimal with at most twelve places."""
    if not _NUMBER.match(text.strip()) or len(text) > 400:
        raise NotADecimal(text[:40])
    value = Decimal(text.strip())
    if -value.as_tuple().exponent <= 12:  # type: ignore[operator]  # a number has a whole exponent
        return value
    rounded = value.quantize(_PLACES).normalize()
    return rounded if rounded.as_tuple().exponent <= 0 else rounded.quantize(Decimal(1))  # type: ignore[operator]


def to_instant(text: str | None) -> datetime | None:
    """ISO 8601, or milliseconds since 1970 as older properties hold them; aware and UTC."""
    if not text:
        return None
    try:
        if _MILLISECONDS.match(text):
            return _EPOCH + timedelta(milliseconds=int(text))
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def field_type(wire: WireProperty) -> FieldType:
    if wire.referenced_object_type:
        return FieldType.REFERENCE
    match wire.type:
        case "number":
            return FieldType.NUMBER
        case "bool":
            return FieldType.BOOLEAN
        case "date":
            return FieldType.DATE
        case "datetime":
            return FieldType.DATETIME
        case "enumeration":
            return FieldType.CHOICES if wire.field_type == _MULTI_SELECT else FieldType.CHOICE
        case "phone_number":
            return FieldType.PHONE
        case _:
            return FieldType.TEXT


def to_value(wire: WireProperty, text: str) -> FieldValue | None:
    """The value in its neutral shape; as text where it does not look like what the definition says."""
    match field_type(wire):
        case FieldType.NUMBER:
            try:
                return to_decimal(text)
            except NotADecimal:
                return text
        case FieldType.BOOLEAN:
            return {"true": True, "false": False}.get(text, text)
        case FieldType.DATE:
            return _day(text) or text
        case FieldType.DATETIME:
            return to_instant(text) or text
        case FieldType.CHOICE:
            return _choice(wire, text)
        case FieldType.CHOICES:
            return tuple(_choice(wire, part) for part in text.split(";") if part)
        case _:
            return plain_text(text) if wire.field_type == "html" else text


def plain_text(markup: str) -> str:
    """What a reader sees of a rich text."""
    reader = _TextReader()
    reader.feed(markup)
    reader.close()
    return reader.text()


def _choice(wire: WireProperty, value: str) -> Choice:
    labels: Mapping[str, str] = {option.value: option.label for option in wire.options}
    return Choice(value, labels.get(value, value))


def _day(text: str) -> date | None:
    if _MILLISECONDS.match(text):
        instant = to_instant(text)
        return instant.date() if instant else None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


class _TextReader(HTMLParser):
    _BLOCKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3"})
    _UNSEEN: Final = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._unseen = 0

    def text(self) -> str:
        lines = ("".join(self._parts)).splitlines()
        return "\n".join(line for each in lines if (line := " ".join(each.split())))

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN
        if tag in self._BLOCKS:
            self._parts.append("\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in self._BLOCKS:
            self._parts.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(data)
