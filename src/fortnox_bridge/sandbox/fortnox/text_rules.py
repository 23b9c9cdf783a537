"""Fortnox's alphabet: facts/fortnox.md section 1, "Characters"."""

import unicodedata

_SYMBOLS = frozenset(" \n\u00a0–:.,;^¤#%§£$€¢¥©™°&/()=+-*_!?²³®½@\\`´’")


def has_forbidden_characters(text: str) -> bool:
    return any(not _is_allowed(character) for character in text)


def _is_allowed(character: str) -> bool:
    # Letters of any script with the marks that belong to them; digits are decimal digits.
    return character in _SYMBOLS or unicodedata.category(character)[0] in {"L", "M"} or character.isdecimal()
