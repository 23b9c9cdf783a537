"""Text as Fortnox accepts it (facts: fortnox 1 "Characters").

One forbidden character rejects a whole invoice, so every text from a source goes through here. What can be said
otherwise is said otherwise; the rest is left out. Nothing that looks like a number may turn into another number.
"""

import re
import unicodedata
from dataclasses import dataclass
from html.entities import html5
from typing import Final

ARTICLE_NUMBER_LIMIT: Final = 50
_SIGNS: Final = frozenset(" \n\u00a0–:.,;^¤#%§£$€¢¥©™°&/()=+-*_!?²³®½@\\`´’")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BREAKS: Final = re.compile(r"[ \u00a0]*\n+[ \u00a0\n]*")
_ENTITY: Final = re.compile(r"&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,30});")
_MAX_ROUNDS: Final = 20

_NEAREST: Final[dict[str, str]] = {
    "\t": " ",
    **dict.fromkeys("'‘‚‛‹›′ʹ", "’"),
    **dict.fromkeys('"“”„‟«»″', "’’"),
    **dict.fromkeys("—―", "–"),
    **dict.fromkeys("‐‑‒−~·•‣⁃→←", "-"),
    **dict.fromkeys("|¦÷⁄", "/"),
    **dict.fromkeys("[{<", "("),
    **dict.fromkeys("]}>", ")"),
    "×": "x",
    "±": "+/-",
    "≤": "max ",
    "≥": "min ",
    "‰": " promille",
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`is_changed` says that the text is not what came in, which people are told where it matters."""

    text: str
    is_changed: bool


def is_allowed(character: str) -> bool:
    return (
        character in _SIGNS
        or (character.isascii() and character.isdigit())
        or unicodedata.category(character).startswith("L")
    )


def clean_text(text: str, *, limit: int, keep_newlines: bool = False) -> Cleaned:
    """`text` in Fortnox's alphabet, at most `limit` characters, trimmed.

    Without `keep_newlines` lines are joined by two spaces: row texts lose line breaks silently otherwise.
    """
    cleaned = text
    # Leaving a character out may bring two others together that mean something new (an entity, a composed letter).
    for _ in range(_MAX_ROUNDS):
        before = cleaned
        cleaned = _round(before, limit, keep_newlines=keep_newlines)
        if cleaned == before:
            break
    return Cleaned(cleaned, is_changed=cleaned != text)


def clean_article_number(text: str) -> Cleaned:
    """An article number as Fortnox keeps it (F46)."""
    return clean_text(text, limit=ARTICLE_NUMBER_LIMIT)


def _round(text: str, limit: int, *, keep_newlines: bool) -> str:
    plain = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", _ENTITY.sub(_decode_entity, text)))
    if not keep_newlines:
        plain = _BREAKS.sub("  ", plain.strip())
    out: list[str] = []
    last = ""
    is_gap = False
    for character in plain:
        said = character if is_allowed(character) else _nearest(character, last)
        if not said:
            is_gap = True
            continue
        if not (is_gap and said == " " and last == " "):
            out.append(said)
            last = said[-1]
        is_gap = False
    return "".join(out).strip()[:limit].strip()


def _nearest(character: str, before: str) -> str:
    if character in _NEAREST:
        return _NEAREST[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    tag = unicodedata.decomposition(character).partition(" ")[0]
    plain = "".join(_NEAREST.get(part, part) for part in unicodedata.normalize("NFKC", character))
    if not plain or not all(is_allowed(part) for part in plain):
        return ""
    if tag == "<super>":
        return "^" + plain
    if category == "No" and before.isdigit():
        return " " + plain
    return plain


def _decode_entity(match: re.Match[str]) -> str:
    name = match.group(1)
    if not name.startswith("#"):
        return html5.get(name + ";", match.group(0))
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if 0 < number < 0x110000 else ""
