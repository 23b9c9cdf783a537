"""Postal addresses: components where the map's autocomplete gave them, the typed line always (facts 9)."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from babel import Locale

from fortnox_bridge.sdk import Address
from fortnox_bridge_pipedrive.wire import WireAddress

_ALSO_CALLED: Final = {
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "skottland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "nordirland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "turkey": "TR",
    "republic of ireland": "IE",
    "aland": "AX",
    "åland": "AX",
    "norge": "NO",
    "danmark": "DK",
    "suomi": "FI",
    "deutschland": "DE",
}


def to_address(wire: WireAddress | None) -> Address | None:
    """The neutral address, None when there is nothing in it."""
    if wire is None:
        return None
    country = _clean(wire.country)
    address = Address(
        line1=_joined(wire.route, wire.street_number) if _clean(wire.route) else None,
        line2=_clean(wire.subpremise),
        zip_code=_clean(wire.postal_code),
        city=_clean(wire.locality) or _clean(wire.sublocality),
        region=_clean(wire.admin_area_level_1),
        country_code=country_code(country) if country else None,
        country_name=country,
        text=_clean(wire.value) or _clean(wire.formatted_address),
    )
    return None if address == Address() else address


def country_code(name: str) -> str | None:
    """ISO 3166 alpha-2 for a country's name in Swedish or English, None when it is neither.

    The language of the name follows the user who picked the address (facts 9).
    """
    return _countries().get(" ".join(name.casefold().split()))


@cache
def _countries() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "sv"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}:
                names[name.casefold()] = code
                names[code.casefold()] = code
    return MappingProxyType(names | _ALSO_CALLED)


def _joined(*parts: str | None) -> str | None:
    return " ".join(text for part in parts if (text := _clean(part))) or None


def _clean(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None
