"""Values of two systems made comparable (F22). Each function answers None or "" when there is nothing to compare."""

import re
from datetime import date
from typing import Final

import phonenumbers
from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.se import orgnr, vat

_SEPARATORS: Final = re.compile(r"[\s\u00a0\-–.+/]")
_SPACES: Final = re.compile(r"[\s\u00a0]+")
_EMAIL: Final = re.compile(r"[^\s@<>\"(),;:\\\[\]]+@[^\s@<>\"(),;:\\\[\]]+\.[^\s@<>\"(),;:\\\[\].]{2,}\Z")
_SWEDISH_VAT: Final = re.compile(r"SE(\d{10})01\Z")
_FOREIGN_VAT: Final = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}\Z")
_COMPANY_SUFFIX: Final = re.compile(
    r"(?:\(publ\)|\b(?:ab|aktiebolag|hb|handelsbolag|kb|ek\.? ?för\.?|as|oy|ltd|gmbh)\b)\.?\Z"
)
_WEB_PREFIX: Final = re.compile(r"\A(?:https?://|www\.|\s)+")
_PHONE_REGION: Final = "SE"
_CENTURIES: Final = frozenset({"16", "18", "19", "20"})


def normalise_organisation_number(text: str) -> str | None:
    """The ten digits of a Swedish organisation or personal number, whatever way it is written; None if it is none.

    Century prefix (16, 19, 20), hyphen and the VAT form SE…01 are taken off. Nothing is said about the check digit.
    """
    plain = _SEPARATORS.sub("", text).upper()
    if found := _SWEDISH_VAT.match(plain):
        return found.group(1)
    if not (plain.isascii() and plain.isdigit()):
        return None
    if len(plain) == 12 and plain[:2] in _CENTURIES:
        return plain[2:]
    return plain if len(plain) == 10 else None


def comparable_organisation_number(text: str) -> str:
    """What two organisation numbers of any country are compared by: ten digits if Swedish, else letters and digits."""
    return normalise_organisation_number(text) or _SEPARATORS.sub("", text).upper()


def written_organisation_number(ten_digits: str) -> str:
    """The form Fortnox shows: `NNNNNN-NNNN`."""
    return f"{ten_digits[:6]}-{ten_digits[6:]}"


def is_valid_organisation_number(text: str) -> bool:
    """Whether it is Swedish and its check digit is right; a personal number of a sole trader counts too."""
    ten_digits = normalise_organisation_number(text)
    if ten_digits is None:
        return False
    try:
        orgnr.validate(ten_digits)
    except ValidationError:
        return False
    return True


def is_organisation(ten_digits: str) -> bool:
    """Whether the number is an organisation's: the third digit is 2-9; 0-1 is a month, that is, a person.

    Sole traders trade under their personal number, so False does not prove a private person.
    """
    return len(ten_digits) == 10 and ten_digits[2] in "23456789"


def is_valid_personal_number(text: str) -> bool:
    """A day that exists and a right check digit. Coordination numbers count: their day is 60 too high."""
    ten_digits = normalise_organisation_number(text)
    if ten_digits is None or is_organisation(ten_digits) or not luhn.is_valid(ten_digits):
        return False
    year, month, day = int(ten_digits[:2]), int(ten_digits[2:4]), int(ten_digits[4:6])
    try:
        # The century is not told; 2000 and 1900 have the same days in every year but their first.
        date(2000 + year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def normalise_vat_number(text: str) -> str:
    """Capital letters and digits without spaces, dots and hyphens."""
    return _SEPARATORS.sub("", text).upper()


def is_valid_vat_number(text: str) -> bool:
    """The form only: Swedish numbers with their check digit, others by country prefix and length."""
    plain = normalise_vat_number(text)
    if plain.startswith("SE"):
        try:
            vat.validate(plain)
        except ValidationError:
            return False
        return True
    return bool(_FOREIGN_VAT.match(plain)) and any(character.isdigit() for character in plain)


def normalise_email(text: str) -> str:
    return text.strip().casefold()


def is_valid_email(text: str) -> bool:
    """One plain address; no promise that somebody reads it."""
    return len(text) <= 254 and bool(_EMAIL.match(text.strip())) and ".." not in text


def normalise_phone(text: str) -> str:
    """E.164, such as `+4613123456`; a number without a country code is read as Swedish. "" if it is none."""
    form = _e164(text)
    # Nothing but zeros loses one each time it is read: it is read until it stays as it is.
    while (again := _e164(form)) != form:
        form = again
    return form


def _e164(text: str) -> str:
    number = _phone_number(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""


def phone_spellings(text: str) -> tuple[str, ...]:
    """The ways in which people write the number, for systems that search what was typed; the given one first."""
    number = _phone_number(text)
    if number is None:
        return ()
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    spelled = (
        " ".join(text.split()),
        national,
        _SEPARATORS.sub("", national),
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    )
    return tuple(dict.fromkeys(spelled))


def _phone_number(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, _PHONE_REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def normalise_gln(text: str) -> str:
    """The thirteen digits of a Global Location Number; "" if it is none."""
    digits = _SEPARATORS.sub("", text)
    return digits if len(digits) == 13 and digits.isascii() and digits.isdigit() else ""


def normalise_website(text: str) -> str:
    """Host and path: scheme, `www.` and the last slash do not count."""
    return _WEB_PREFIX.sub("", text.strip().casefold()).rstrip("/ ")


def normalise_name(text: str) -> str:
    """For exact comparison: case and spacing do not count, every word does."""
    return _SPACES.sub(" ", text).strip().casefold()


def name_without_suffix(text: str) -> str:
    """For suggestions only: also without `AB`, `(publ)` and their like at the end."""
    name = normalise_name(text)
    while (shorter := _COMPANY_SUFFIX.sub("", name).rstrip(" ,")) != name and shorter:
        name = shorter
    return name


def normalise_code(text: str) -> str:
    """Article numbers, EAN and customer numbers: case and outer spaces do not count."""
    return text.strip().casefold()
