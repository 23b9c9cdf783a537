"""How companies and persons become customers (F20-F31)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.rules.mapping import FieldMapping, Schedule, WhenChanged


class CustomerKey(StrEnum):
    """Fortnox fields a customer can be found by (F20)."""

    ORGANISATION_NUMBER = "organisation_number"
    EMAIL = "email"
    NAME = "name"
    CUSTOMER_NUMBER = "customer_number"
    PHONE = "phone"
    VAT_NUMBER = "vat_number"
    INVOICE_EMAIL = "invoice_email"
    GLN = "gln"
    EXTERNAL_REFERENCE = "external_reference"
    YOUR_REFERENCE = "your_reference"
    WEBSITE = "website"

    @property
    def is_searchable(self) -> bool:
        """Whether Fortnox itself can search by it; the others need the local copy of the register."""
        return self in _SEARCHABLE


_SEARCHABLE = frozenset(
    {
        CustomerKey.ORGANISATION_NUMBER,
        CustomerKey.EMAIL,
        CustomerKey.NAME,
        CustomerKey.CUSTOMER_NUMBER,
        CustomerKey.PHONE,
        CustomerKey.GLN,
    }
)


@dataclass(frozen=True, slots=True)
class MatchPair:
    source: FieldPath
    key: CustomerKey


class EmptyMatchField(StrEnum):
    PARK = "park"
    NEXT = "next"


class MissingCustomer(StrEnum):
    CREATE = "create"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class PartyRules:
    """How companies, or persons, become customers. `write_number_to` is a source field key, None for nowhere (F25)."""

    match: tuple[MatchPair, ...]
    mapping: tuple[FieldMapping[CustomerField], ...]
    when_empty: EmptyMatchField = EmptyMatchField.PARK
    when_missing: MissingCustomer = MissingCustomer.CREATE
    number_from: FieldPath | None = None
    write_number_to: FieldPath | None = None

    @property
    def needs_copy(self) -> bool:
        """Whether some pair can only be looked up in the local copy of the customer register."""
        return any(not pair.key.is_searchable for pair in self.match)


@dataclass(frozen=True, slots=True)
class CustomerRules:
    """`defaults` and `default_vat_type` are for new customers only (F26): existing ones keep what their card says.

    `default_vat_type` is what a new customer gets where the VAT decision itself leaves a choice; None: the decision's.
    `trusted_for_h` is for how many hours a remembered customer number is believed without asking Fortnox (F31).
    """

    company: PartyRules
    contact: PartyRules
    contacts_as_customers: bool = False
    defaults: Mapping[CustomerField, str] = field(default_factory=dict)
    default_vat_type: VatType | None = None
    default_country_code: str | None = None
    when_changed: WhenChanged = WhenChanged.NEXT_USE
    schedule: Schedule = Schedule.NEVER
    trusted_for_h: int = 24
