"""Field paths: how settings name a field of the source, such as `company.name` or `deal.custom:1b6f…`.

A path has an object (`deal`, `company`, `contact`, `owner`, `line`, `product`) and a name. Names of the neutral
model are listed here; `custom:<key>` is a field of the source's own, by its stable key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import override

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import Deal, LineItem, Owner
from fortnox_bridge.domain.money import SEK
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.values import FieldType, FieldValue, as_text

CUSTOM = "custom:"
PRICE = "price"

Subject = Deal | Customer | Product
"""What paths are read from: a deal with all that hangs on it, or a customer or product by itself."""

T = TypeVar("T")

_DEAL: Mapping[str, tuple[FieldType, Callable[[Deal], FieldValue | None]]] = {
    "id": (FieldType.TEXT, lambda deal: deal.ref.external_id),
    "title": (FieldType.TEXT, lambda deal: deal.title),
    "number": (FieldType.TEXT, lambda deal: deal.number),
    "message": (FieldType.TEXT, lambda deal: deal.message),
    "amount": (FieldType.MONEY, lambda deal: deal.amount),
    "currency": (FieldType.TEXT, lambda deal: deal.currency),
    "created_at": (FieldType.DATETIME, lambda deal: deal.created_at),
    "updated_at": (FieldType.DATETIME, lambda deal: deal.updated_at),
    "stage_changed_at": (FieldType.DATETIME, lambda deal: deal.stage_changed_at),
    "closed_at": (FieldType.DATETIME, lambda deal: deal.closed_at),
    "expected_close_on": (FieldType.DATE, lambda deal: deal.expected_close_on),
    "due_on": (FieldType.DATE, lambda deal: deal.due_on),
    "url": (FieldType.TEXT, lambda deal: deal.url),
    "tags": (FieldType.TEXT, lambda deal: ", ".join(deal.tags)),
    "billing_address": (FieldType.ADDRESS, lambda deal: deal.billing_address),
    "delivery_address": (FieldType.ADDRESS, lambda deal: deal.delivery_address),
}

_CUSTOMER: Mapping[str, tuple[FieldType, Callable[[Customer], FieldValue | None]]] = {
    "id": (FieldType.TEXT, lambda customer: customer.ref.external_id),
    "name": (FieldType.TEXT, lambda customer: customer.name),
    "first_name": (FieldType.TEXT, lambda customer: customer.first_name),
    "last_name": (FieldType.TEXT, lambda customer: customer.last_name),
    "organisation_number": (FieldType.TEXT, lambda customer: customer.organisation_number),
    "personal_number": (FieldType.TEXT, lambda customer: customer.personal_number),
    "vat_number": (FieldType.TEXT, lambda customer: customer.vat_number),
    "email": (FieldType.EMAIL, lambda customer: customer.email),
    "phone": (FieldType.PHONE, lambda customer: customer.phone),
    "website": (FieldType.TEXT, lambda customer: customer.website),
    "currency": (FieldType.TEXT, lambda customer: customer.currency),
    "address": (FieldType.ADDRESS, lambda customer: customer.address),
    "delivery_address": (FieldType.ADDRESS, lambda customer: customer.delivery_address),
}

_ADDRESS: Mapping[str, Callable[[Address], str | None]] = {
    "name": lambda address: address.name,
    "line1": lambda address: address.line1 or address.text,
    "line2": lambda address: address.line2,
    "zip_code": lambda address: address.zip_code,
    "city": lambda address: address.city,
    "country_code": lambda address: address.country_code,
    "country_name": lambda address: address.country_name,
    "phone": lambda address: address.phone,
}

_OWNER: Mapping[str, tuple[FieldType, Callable[[Owner], FieldValue | None]]] = {
    "id": (FieldType.TEXT, lambda owner: owner.external_id),
    "name": (FieldType.TEXT, lambda owner: owner.name),
    "email": (FieldType.EMAIL, lambda owner: owner.email),
}

_PRODUCT: Mapping[str, tuple[FieldType, Callable[[Product], FieldValue | None]]] = {
    "id": (FieldType.TEXT, lambda product: product.ref.external_id),
    "name": (FieldType.TEXT, lambda product: product.name),
    "code": (FieldType.TEXT, lambda product: product.code),
    "variant_code": (FieldType.TEXT, lambda product: product.variant_code),
    "ean": (FieldType.TEXT, lambda product: product.ean),
    "unit": (FieldType.TEXT, lambda product: product.unit),
    "description": (FieldType.TEXT, lambda product: product.description),
    "category": (FieldType.TEXT, lambda product: product.category),
    "kind": (FieldType.TEXT, lambda product: product.kind.value if product.kind else None),
    "vat_rate": (FieldType.NUMBER, lambda product: product.vat_rate),
    PRICE: (FieldType.MONEY, lambda product: product.price_in(SEK)),
}

_LINE: Mapping[str, tuple[FieldType, Callable[[LineItem], FieldValue | None]]] = {
    "name": (FieldType.TEXT, lambda line: line.name),
    "comment": (FieldType.TEXT, lambda line: line.comment),
    "unit": (FieldType.TEXT, lambda line: line.unit),
}

OBJECTS = ("deal", "company", "contact", "owner", "line", "product")


class UnknownField(ValueError):
    """A path that names no object or field of the neutral model."""


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A parsed path. `parse` refuses what can never be read, so that settings fail on save and not in a run."""

    object: str
    name: str

    @classmethod
    def parse(cls, text: str) -> "FieldPath":
        head, dot, name = text.partition(".")
        if not dot or head not in OBJECTS or not name:
            raise UnknownField(text)
        path = cls(head, name)
        if not path.is_custom and name not in neutral_fields(head):
            raise UnknownField(text)
        return path

    @property
    def is_custom(self) -> bool:
        return self.name.startswith(CUSTOM)

    @property
    def custom_key(self) -> str:
        return self.name.removeprefix(CUSTOM)

    @override
    def __str__(self) -> str:
        return f"{self.object}.{self.name}"


def neutral_fields(kind: str) -> Mapping[str, FieldType]:
    """The neutral model's own fields of one object, with their types."""
    table: Mapping[str, tuple[FieldType, object]] = {
        "deal": _DEAL,
        "company": _CUSTOMER,
        "contact": _CUSTOMER,
        "owner": _OWNER,
        "product": _PRODUCT,
        "line": _LINE,
    }[kind]
    names = {name: entry[0] for name, entry in table.items()}
    addresses = [name for name, type_ in names.items() if type_ is FieldType.ADDRESS]
    return names | {f"{address}.{part}": FieldType.TEXT for address in addresses for part in _ADDRESS}


def read_field(path: FieldPath, subject: Subject, line: LineItem | None = None) -> FieldValue | None:
    """The value at `path`, or None when the object or the value is missing. An empty text counts as missing."""
    value = _read(path, subject, line)
    if value is None or (isinstance(value, str | tuple) and not as_text(value)):
        return None
    return value


def _read(path: FieldPath, subject: Subject, line: LineItem | None) -> FieldValue | None:
    deal = subject if isinstance(subject, Deal) else None
    match path.object:
        case "deal":
            return _of(deal, deal.custom_fields if deal else {}, _DEAL, path)
        case "company" | "contact":
            customer = _party(path, subject)
            return _of(customer, customer.custom_fields if customer else {}, _CUSTOMER, path)
        case "owner":
            return _of(deal.owner if deal else None, {}, _OWNER, path)
        case "product":
            product = subject if isinstance(subject, Product) else line.product if line else None
            if product is not None and deal is not None and path.name == PRICE:
                return product.price_in(deal.currency) or product.price_in(SEK)
            return _of(product, product.custom_fields if product else {}, _PRODUCT, path)
        case _:
            return _of(line, line.custom_fields if line else {}, _LINE, path)


def _party(path: FieldPath, subject: Subject) -> Customer | None:
    match subject:
        case Deal():
            return subject.company if path.object == "company" else subject.contact
        case Customer():
            return subject if (path.object == "company") is (subject.kind is PartyKind.COMPANY) else None
        case _:
            return None


def _of(
    record: T | None,
    custom: Mapping[str, FieldValue],
    table: Mapping[str, tuple[FieldType, Callable[[T], FieldValue | None]]],
    path: FieldPath,
) -> FieldValue | None:
    if record is None:
        return None
    if path.is_custom:
        return custom.get(path.custom_key)
    name, dot, part = path.name.partition(".")
    value = table[name][1](record)
    if not dot:
        return value
    return _ADDRESS[part](value) if isinstance(value, Address) else None
