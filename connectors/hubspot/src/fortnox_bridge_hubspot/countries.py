"""Countries as people write them, in Swedish, English or the country's own language (facts 10)."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from babel import Locale

# No countries, though the register of territories has them.
_NONE: Final = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})
_ALSO: Final = {"usa": "US", "uk": "GB", "england": "GB", "holland": "NL", "norge": "NO", "suomi": "FI"}


def country_code(text: str) -> str | None:
    """ISO 3166 alpha-2, None when the text is no country's code or name."""
    return _by_name().get(" ".join(text.casefold().split()))


@cache
def _by_name() -> Mapping[str, str]:
    names = dict(_ALSO)
    for language in ("da", "de", "en", "fi", "nb", "sv"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NONE:
                names.setdefault(name.casefold(), code)
                names.setdefault(code.casefold(), code)
    return MappingProxyType(names)
