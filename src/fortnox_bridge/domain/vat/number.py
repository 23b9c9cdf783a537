"""VAT numbers of the EU: whether the form is right, and whose number it is. Whether it is in force, VIES knows."""

import re
from dataclasses import dataclass
from typing import Final

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from fortnox_bridge.domain.vat.territories import EU_MEMBERS, NORTHERN_IRELAND, SWEDEN

_SHAPE: Final = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")
_SEPARATORS: Final = re.compile(r"[\s\u00a0\-–./]")
# Greece writes EL in front of its numbers, and its country is GR.
_PREFIX_OF: Final = {"GR": "EL"}
_COUNTRY_OF: Final = {"EL": "GR"}


@dataclass(frozen=True, slots=True)
class VatNumber:
    """A number right in form. `text` is as invoices show it, `country` who issued it: a member state or `XI`."""

    text: str
    country: str

    @property
    def prefix(self) -> str:
        return self.text[:2]

    @property
    def digits(self) -> str:
        """What stands after the prefix; in some states there are letters in it."""
        return self.text[2:]

    @property
    def is_foreign(self) -> bool:
        return self.country != SWEDEN


def read_vat_number(text: str | None, country: str | None = None, *, is_trusted: bool = False) -> VatNumber | None:
    """An EU VAT number, or None if it is none. A missing prefix is taken from the country.

    Check digits count, unless somebody who should know `is_trusted`: then the shape is enough.
    """
    plain = _SEPARATORS.sub("", text or "").upper()
    if plain.startswith("GR"):
        plain = "EL" + plain[2:]
    prefix = _PREFIX_OF.get(country or "", country or "")
    candidates = [plain] if country is None else [plain, prefix + plain]
    for candidate in candidates:
        issuer = _COUNTRY_OF.get(candidate[:2], candidate[:2])
        if issuer not in EU_MEMBERS and issuer != NORTHERN_IRELAND:
            continue
        if _is_valid(candidate) or (is_trusted and _SHAPE.fullmatch(candidate)):
            return VatNumber(candidate, issuer)
    return None


def _is_valid(number: str) -> bool:
    try:
        vat.validate(number)
    except ValidationError:
        return False
    return number.isascii()
