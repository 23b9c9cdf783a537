"""Row texts within Fortnox's limits: 255 characters, one text row for what is over, then a visible cut (F46).

Never two text rows in a row: the second would turn into a priced row (facts, fortnox.md 6.1).
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.alphabet import Cleaned, clean_text
from fortnox_bridge.domain.draft_plan import PlannedRow

LIMIT: Final = 255
# The ellipsis character is not in Fortnox's alphabet (facts, fortnox.md 1).
_CUT: Final = "..."
_LONGEST: Final = 20_000
# Fortnox drops line breaks silently; two spaces keep the parts apart (facts, fortnox.md 1).
_JOINT: Final = "  "


def cleaned(text: str) -> Cleaned:
    return clean_text(text, limit=_LONGEST)


def split_text(text: str) -> tuple[str, str]:
    """The row's own text and what goes on in a text row, empty when it fits. Words stay whole where they can."""
    if len(text) <= LIMIT:
        return text, ""
    at = text.rfind(" ", LIMIT // 2, LIMIT + 1)
    at = at if at > 0 else LIMIT
    return text[:at].rstrip(), cut(text[at:].strip())


def cut(text: str) -> str:
    return text if len(text) <= LIMIT else text[: LIMIT - len(_CUT)].rstrip() + _CUT


def append_text(rows: list[PlannedRow], text: str) -> None:
    """Add a text row, or lengthen the one that is last already."""
    if not text:
        return
    if rows and rows[-1].is_text:
        rows[-1] = replace(rows[-1], description=cut(rows[-1].description + _JOINT + text))
    else:
        rows.append(PlannedRow(description=cut(text), is_text=True))


def is_cut(rows: Sequence[PlannedRow]) -> bool:
    return any(row.is_text and row.description.endswith(_CUT) for row in rows)


def number_text(value: Decimal) -> str:
    """A number as Swedes write it, with all its decimals."""
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.replace(".", ",")
