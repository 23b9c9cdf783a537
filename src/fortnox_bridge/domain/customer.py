"""Who buys: a company or a person as the source system knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.money import Currency
from fortnox_bridge.domain.values import FieldValue


class PartyKind(StrEnum):
    COMPANY = "company"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Customer:
    """A company or a person in the source system.

    Numbers the source has no field of its own for stay None; users map them from `custom_fields`, which is
    keyed by the source's stable field key. `former_ids` are ids the record had before others were merged into it.
    """

    ref: SourceRef
    kind: PartyKind
    name: str
    first_name: str | None = None
    last_name: str | None = None
    organisation_number: str | None = None
    personal_number: str | None = None
    vat_number: str | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    language: str | None = None
    currency: Currency | None = None
    address: Address | None = None
    delivery_address: Address | None = None
    tax_exempt: bool | None = None
    is_deleted: bool = False
    url: str | None = None
    former_ids: tuple[str, ...] = ()
    custom_fields: Mapping[str, FieldValue] = field(default_factory=dict)
