"""What Fortnox takes in each customer field: cleaned, checked, or refused by name (F27, F29; facts, fortnox.md 7.1)."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from fortnox_bridge.domain.alphabet import Cleaned, clean_text
from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.customer_keys import comparable
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.normalise import (
    comparable_organisation_number,
    is_organisation,
    is_valid_email,
    is_valid_organisation_number,
    is_valid_personal_number,
    is_valid_vat_number,
    normalise_gln,
    normalise_organisation_number,
    normalise_vat_number,
    written_organisation_number,
)
from fortnox_bridge.domain.rules import CustomerKey

SWEDEN: Final = "SE"
_DEFAULT_LIMIT: Final = 1024
_LIMITS: Final[Mapping[CustomerField, int]] = {
    CustomerField.ZIP_CODE: 10,
    CustomerField.DELIVERY_ZIP_CODE: 10,
    CustomerField.VISITING_ZIP_CODE: 10,
    CustomerField.VISITING_ADDRESS: 128,
    CustomerField.VISITING_CITY: 128,
    CustomerField.OUR_REFERENCE: 50,
    CustomerField.YOUR_REFERENCE: 50,
    CustomerField.WEBSITE: 128,
}
_LONG_TEXTS: Final = frozenset({CustomerField.COMMENTS, CustomerField.REMARKS})
_EXACT: Final[Mapping[CustomerField, re.Pattern[str]]] = {
    CustomerField.SALES_ACCOUNT: re.compile(r"[1-9][0-9]{3}"),
    CustomerField.CURRENCY: re.compile(r"[A-Z]{3}"),
    CustomerField.CUSTOMER_NUMBER: re.compile(r"[0-9A-Za-z]+"),
    CustomerField.INVOICE_DELIVERY_TYPE: re.compile(r"PRINT|EMAIL|PRINTSERVICE|ELECTRONICINVOICE"),
    **dict.fromkeys(
        (CustomerField.COUNTRY_CODE, CustomerField.DELIVERY_COUNTRY_CODE, CustomerField.VISITING_COUNTRY_CODE),
        re.compile(r"[A-Z]{2}"),
    ),
}
_IN_CAPITALS: Final = frozenset(_EXACT) - {CustomerField.CUSTOMER_NUMBER}
_EMAILS: Final = frozenset(
    {
        CustomerField.EMAIL,
        CustomerField.INVOICE_EMAIL,
        CustomerField.INVOICE_EMAIL_CC,
        CustomerField.INVOICE_EMAIL_BCC,
        CustomerField.ORDER_EMAIL,
        CustomerField.OFFER_EMAIL,
    }
)
_KEYS: Final[Mapping[CustomerField, CustomerKey]] = {
    CustomerField.ORGANISATION_NUMBER: CustomerKey.ORGANISATION_NUMBER,
    CustomerField.VAT_NUMBER: CustomerKey.VAT_NUMBER,
    CustomerField.WEBSITE: CustomerKey.WEBSITE,
    **dict.fromkeys(_EMAILS, CustomerKey.EMAIL),
    **dict.fromkeys((CustomerField.PHONE, CustomerField.PHONE2, CustomerField.DELIVERY_PHONE), CustomerKey.PHONE),
}


def checked_value(
    target: CustomerField, text: str, *, label: str, party: Customer, country: str | None = None
) -> Cleaned:
    """The value as Fortnox takes it. `is_changed` tells of characters that were replaced, not of mere formatting.

    `country` is the customer's, where it is known: it decides which organisation numbers can be right.

    Raises:
        SourceDataInvalid: it cannot be right; `label` names the field of the source that holds it.
    """
    if target in _TYPED:
        code, form = _TYPED[target]
        value = form(text.strip())
        if not value:
            raise _refusal(code, target, text, label, party)
        return Cleaned(value, is_changed=False)
    if target is CustomerField.ORGANISATION_NUMBER:
        value = _organisation_number(text, country)
        if not value:
            raise _refusal("organisation_number_invalid", target, text, label, party)
        return Cleaned(value, is_changed=False)
    plain = text.strip().upper() if target in _IN_CAPITALS else text.strip()
    pattern = _EXACT.get(target)
    if pattern is not None:
        if not pattern.fullmatch(plain):
            raise _refusal("customer_field_invalid", target, text, label, party)
        return Cleaned(plain, is_changed=False)
    return clean_text(text, limit=_LIMITS.get(target, _DEFAULT_LIMIT), keep_newlines=target in _LONG_TEXTS)


def is_same_value(target: CustomerField, text: str, other: str) -> bool:
    """Whether two values of the field say the same, however they are written."""
    key = _KEYS.get(target)
    if key is not None and (form := comparable(key, text)):
        return form == comparable(key, other)
    return " ".join(text.split()) == " ".join(other.split())


def _organisation_number(text: str, country: str | None) -> str:
    """A Swedish number by its check digit, a person's by its date too; a foreign one as it is."""
    ten_digits = normalise_organisation_number(text)
    if ten_digits is not None:
        is_right = is_valid_organisation_number if is_organisation(ten_digits) else is_valid_personal_number
        if is_right(ten_digits):
            return written_organisation_number(ten_digits)
    is_foreign = country is not None and country.upper() != SWEDEN
    return comparable_organisation_number(text) if is_foreign else ""


def _email(text: str) -> str:
    return text if is_valid_email(text) else ""


def _vat_number(text: str) -> str:
    return normalise_vat_number(text) if is_valid_vat_number(text) else ""


def _vat_type(text: str) -> str:
    wanted = "_".join(text.casefold().replace("-", " ").split())
    return wanted if wanted in set(VatType) else ""


_TYPED: Final[Mapping[CustomerField, tuple[str, Callable[[str], str]]]] = {
    **dict.fromkeys(_EMAILS, ("email_invalid", _email)),
    CustomerField.VAT_NUMBER: ("vat_number_invalid", _vat_number),
    CustomerField.VAT_TYPE: ("customer_vat_type_invalid", _vat_type),
    CustomerField.GLN: ("gln_invalid", normalise_gln),
    CustomerField.GLN_DELIVERY: ("gln_invalid", normalise_gln),
}


def _refusal(code: str, target: CustomerField, text: str, label: str, party: Customer) -> SourceDataInvalid:
    return SourceDataInvalid(
        code, where=party.url, customer=party.name, field=label, target=target.value, value=text[:100]
    )
