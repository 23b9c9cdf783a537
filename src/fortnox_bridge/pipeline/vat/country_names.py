"""Countries by what people call them, in Swedish or English. Pure."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from fortnox_bridge.domain.vat import Place, territory_of


def country_code_of(text: str) -> str | None:
    """ISO 3166 alpha-2 of a code or a name; None when it is neither."""
    plain = " ".join(text.split())
    found = territory_of(Place(plain))
    return found.country if found is not None else _names().get(plain.casefold())


@cache
def _names() -> Mapping[str, str]:
    return {
        name.casefold(): code
        for language in ("en", "sv")
        for code, name in Locale(language).territories.items()
        if territory_of(Place(code)) is not None
    }
