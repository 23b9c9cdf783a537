"""What a mapping's target takes: values of which types, and codes of which of Fortnox's registers (F27)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, DocumentField, RowField
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.sync_settings.v2.names import HEAD_OBJECTS, LINE_OBJECTS

MappingTarget = CustomerField | ArticleField | DocumentField | RowField


class Wanted(StrEnum):
    """The kinds of value that Fortnox's fields hold, as people call them."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    EMAIL = "e-mail"
    PHONE = "phone"
    ID = "id"
    CHOICE = "choice"


_TEXTS: Final = frozenset({FieldType.TEXT, FieldType.CHOICE})
TAKES: Final[Mapping[Wanted, frozenset[FieldType]]] = MappingProxyType(
    {
        # Whatever reads as a text; a reference is no more than another record's number.
        Wanted.TEXT: frozenset(FieldType) - {FieldType.REFERENCE},
        Wanted.NUMBER: _TEXTS | {FieldType.NUMBER, FieldType.MONEY},
        Wanted.DATE: frozenset({FieldType.DATE, FieldType.DATETIME}),
        Wanted.EMAIL: frozenset({FieldType.EMAIL, FieldType.TEXT}),
        Wanted.PHONE: frozenset({FieldType.PHONE, FieldType.TEXT, FieldType.NUMBER}),
        Wanted.ID: frozenset({FieldType.TEXT, FieldType.NUMBER, FieldType.PHONE, FieldType.REFERENCE}),
        Wanted.CHOICE: _TEXTS | {FieldType.NUMBER},
    }
)

_WANTED: Final[Mapping[str, Wanted]] = MappingProxyType(
    dict.fromkeys(("price", "currency_rate", "vat_rate"), Wanted.NUMBER)
    | dict.fromkeys(("due_date", "delivery_date"), Wanted.DATE)
    | dict.fromkeys(
        ("email", "invoice_email", "invoice_email_cc", "invoice_email_bcc", "order_email", "offer_email"), Wanted.EMAIL
    )
    | dict.fromkeys(("phone", "phone2", "fax", "delivery_phone"), Wanted.PHONE)
    | dict.fromkeys(
        ("customer_number", "organisation_number", "vat_number", "gln", "gln_delivery", "number", "ean"), Wanted.ID
    )
    | dict.fromkeys(
        (
            "country_code",
            "delivery_country_code",
            "visiting_country_code",
            "vat_type",
            "invoice_delivery_type",
            "type",
            "language",
        ),
        Wanted.CHOICE,
    )
)
_REGISTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "currency": "currencies",
        "terms_of_payment": "terms_of_payment",
        "terms_of_delivery": "terms_of_delivery",
        "way_of_delivery": "ways_of_delivery",
        "price_list": "price_lists",
        "unit": "units",
        "project": "projects",
        "cost_centre": "cost_centres",
        "invoice_template": "print_templates",
        "print_template": "print_templates",
    }
)


def wanted(target: MappingTarget) -> Wanted:
    """What the target holds; most hold any text."""
    return Wanted.CHOICE if register_of(target) else _WANTED.get(target.value, Wanted.TEXT)


def register_of(target: MappingTarget) -> str | None:
    """The register whose codes the target takes, None when it takes anything."""
    return "accounts" if target.value.endswith("account") else _REGISTERS.get(target.value)


def readable_objects(target: MappingTarget) -> tuple[str, ...]:
    """Whose fields can fill the target: only what belongs to a line knows the line."""
    match target:
        case RowField() | ArticleField():
            return (*HEAD_OBJECTS, *LINE_OBJECTS)
        case CustomerField() | DocumentField():
            return HEAD_OBJECTS
