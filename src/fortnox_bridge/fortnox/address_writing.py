"""From an address to the fields a document has for it: all of them, the empty ones blanked (facts: fortnox 6.1)."""

from collections.abc import Mapping
from typing import Final

from babel import Locale

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.alphabet import clean_text
from fortnox_bridge.fortnox.payloads import BLANK

# The description says 1024, a measurement says that 60 are kept (facts: fortnox 6.1).
_ADDRESS_LIMIT: Final = 60
_TEXT_LIMIT: Final = 1024
_ZIP_LIMIT: Final = 10


def delivery_fields(address: Address | None) -> Mapping[str, str]:
    """All or nothing: a field not sent is filled from the customer's card and mixed with the rest."""
    address = address or Address()
    return {"DeliveryName": _text(address.name) or BLANK, **_place(address, "Delivery")}


def billing_fields(address: Address) -> Mapping[str, str]:
    """As `delivery_fields`, but a document without a customer's name would be nobody's: then the card's is left."""
    name = _text(address.name)
    return {**({"CustomerName": name} if name else {}), **_place(address, "")}


def _place(address: Address, prefix: str) -> Mapping[str, str]:
    line1, line2 = _lines(address)
    texts = {
        "Address1": line1,
        "Address2": line2,
        "ZipCode": clean_text(address.zip_code or "", limit=_ZIP_LIMIT).text,
        "City": _text(address.city),
        "Country": _country_name(address),
    }
    return {f"{prefix}{name}": text or BLANK for name, text in texts.items()}


def _lines(address: Address) -> tuple[str, str]:
    is_unparsed = not (address.line1 or address.zip_code or address.city)
    line1, line2 = _text(address.text if is_unparsed else address.line1), _text(address.line2)
    if len(line1) > _ADDRESS_LIMIT:
        cut = line1.rfind(" ", 0, _ADDRESS_LIMIT + 1)
        cut = cut if cut > 0 else _ADDRESS_LIMIT
        line1, line2 = line1[:cut].strip(), ", ".join(part for part in (line1[cut:].strip(), line2) if part)
    return line1, line2


def _country_name(address: Address) -> str:
    """Documents hold a country by name, customers by code (facts: fortnox 6.4)."""
    territories: Mapping[str, str] = Locale("sv").territories
    return _text(territories.get((address.country_code or "").upper()) or address.country_name)


def _text(text: str | None) -> str:
    return clean_text(text or "", limit=_TEXT_LIMIT).text
