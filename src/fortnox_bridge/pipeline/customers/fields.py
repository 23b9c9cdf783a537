"""What Fortnox takes in each customer field: cleaned, checked, or refused by name (F27, F29; facts, fortnox.md 7.1)."""

import re
from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.alphabet import Cleaned, clean_text
from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.normalise import (
    is_valid_email,
    is_valid_organisation_number,
    normalise_organisation_number,
    written_organisation_number,
)

_LIMITS: Final[Mapping[CustomerField, int]] = {
    CustomerField.CUSTOMER_NUMBER: 1024,
    CustomerField.ZIP_CODE: 10,
    CustomerField.DELIVERY_ZIP_CODE: 10,
    CustomerField.OUR_REFERENCE: 50,
    CustomerField.YOUR_REFERENCE: 50,
    CustomerField.WEBSITE: 128,
}
_DEFAULT_LIMIT: Final = 1024
_EMAILS: Final = frozenset({CustomerField.EMAIL, CustomerField.INVOICE_EMAIL, CustomerField.INVOICE_EMAIL_CC})
_COUNTRIES: Final = frozenset({CustomerField.COUNTRY_CODE, CustomerField.DELIVERY_COUNTRY_CODE})
_EXACT: Final[Mapping[CustomerField, re.Pattern[str]]] = {
    CustomerField.GLN: re.compile(r"[0-9]{13}"),
    CustomerField.SALES_ACCOUNT: re.compile(r"[0-9]{4}"),
    CustomerField.CURRENCY: re.compile(r"[A-Z]{3}"),
    CustomerField.CUSTOMER_NUMBER: re.compile(r"[0-9A-Za-z]+"),
}


def checked_value(target: CustomerField, text: str, *, label: str, party: Customer) -> Cleaned:
    """The value as Fortnox takes it. `is_changed` tells of characters that were replaced, not of mere formatting.

    Raises:
        SourceDataInvalid: it cannot be right; `label` names the field of the source that holds it.
    """
    if target is CustomerField.ORGANISATION_NUMBER:
        number = normalise_organisation_number(text)
        if number is None or not is_valid_organisation_number(number):
            raise _refusal("organisation_number_invalid", target, text, label, party)
        return Cleaned(written_organisation_number(number), is_changed=False)
    if target in _EMAILS:
        if not is_valid_email(text):
            raise _refusal("email_invalid", target, text, label, party)
        return Cleaned(text.strip(), is_changed=False)
    if target in _COUNTRIES:
        code = text.strip().upper()
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise _refusal("customer_field_invalid", target, text, label, party)
        return Cleaned(code, is_changed=False)
    pattern = _EXACT.get(target)
    if pattern is not None and not pattern.fullmatch(text.strip()):
        raise _refusal("customer_field_invalid", target, text, label, party)
    limit = _LIMITS.get(target, _DEFAULT_LIMIT)
    return clean_text(text, limit=limit, keep_newlines=target is CustomerField.COMMENTS)


def _refusal(code: str, target: CustomerField, text: str, label: str, party: Customer) -> SourceDataInvalid:
    return SourceDataInvalid(
        code, where=party.url, customer=party.name, field=label, target=target.value, value=text[:100]
    )
