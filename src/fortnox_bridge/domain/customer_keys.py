"""The fields that customers are found by, in the form in which two systems are compared (F20, F22)."""

from collections.abc import Callable, Mapping
from typing import Final

from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.normalise import (
    comparable_organisation_number,
    normalise_code,
    normalise_email,
    normalise_gln,
    normalise_name,
    normalise_phone,
    normalise_vat_number,
    normalise_website,
)
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey

_FORMS: Final[Mapping[CustomerKey, Callable[[str], str]]] = {
    CustomerKey.ORGANISATION_NUMBER: comparable_organisation_number,
    CustomerKey.EMAIL: normalise_email,
    CustomerKey.NAME: normalise_name,
    CustomerKey.CUSTOMER_NUMBER: normalise_code,
    CustomerKey.PHONE: normalise_phone,
    CustomerKey.VAT_NUMBER: normalise_vat_number,
    CustomerKey.INVOICE_EMAIL: normalise_email,
    CustomerKey.GLN: normalise_gln,
    CustomerKey.EXTERNAL_REFERENCE: normalise_code,
    CustomerKey.YOUR_REFERENCE: normalise_name,
    CustomerKey.WEBSITE: normalise_website,
}
_ON_THE_CARD: Final[Mapping[CustomerKey, CustomerField]] = {
    CustomerKey.PHONE: CustomerField.PHONE,
    CustomerKey.INVOICE_EMAIL: CustomerField.INVOICE_EMAIL,
    CustomerKey.GLN: CustomerField.GLN,
    CustomerKey.YOUR_REFERENCE: CustomerField.YOUR_REFERENCE,
    CustomerKey.WEBSITE: CustomerField.WEBSITE,
}


def comparable(key: CustomerKey, text: str) -> str:
    """`text` in the one form that equal values of this field share; "" when there is nothing to compare."""
    return _FORMS[key](text)


def value_of(record: CustomerRecord, key: CustomerKey) -> str:
    """What the customer has in this field, comparable; "" when nothing."""
    match key:
        case CustomerKey.ORGANISATION_NUMBER:
            text = record.organisation_number
        case CustomerKey.EMAIL:
            text = record.email
        case CustomerKey.NAME:
            text = record.name
        case CustomerKey.CUSTOMER_NUMBER:
            text = record.number
        case CustomerKey.VAT_NUMBER:
            text = record.vat_number
        case CustomerKey.EXTERNAL_REFERENCE:
            text = record.external_reference
        case _:
            text = record.card.get(_ON_THE_CARD[key])
    return comparable(key, text or "")
