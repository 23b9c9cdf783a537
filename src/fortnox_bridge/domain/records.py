"""Records as Fortnox holds them, in our words: customers, articles and register entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, VatType


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer in Fortnox. `vat_type` None: a type we do not know. `external_reference` may hold our marker.

    `card` is every field that settings may map to and that is not empty; empty when only a list row was seen.
    """

    number: str
    name: str
    organisation_number: str | None
    email: str | None
    vat_type: VatType | None
    country_code: str | None
    currency: str | None
    is_active: bool
    is_person: bool | None = None
    vat_number: str | None = None
    external_reference: str | None = None
    city: str | None = None
    card: Mapping[CustomerField, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article in Fortnox. `vat_rate` is percent, None when Fortnox states none.

    `fields` are all fields that settings may map to, as texts, without the empty ones: numbers plain, the type as
    `ProductKind` spells it. None: not read, as in lists. `prices` are those read so far, by price list; None: none set.
    """

    number: str
    description: str
    is_active: bool
    vat_rate: Decimal | None
    unit: str | None = None
    ean: str | None = None
    sales_account: str | None = None
    has_housework: bool = False
    is_service: bool | None = None
    fields: Mapping[ArticleField, str] | None = None
    prices: Mapping[str, Decimal | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One entry of a Fortnox list offered in settings. `facts` are further members for people, as text."""

    code: str
    description: str
    facts: tuple[tuple[str, str], ...] = ()


REGISTERS = (
    "currencies",
    "terms_of_payment",
    "terms_of_delivery",
    "ways_of_delivery",
    "price_lists",
    "units",
    "projects",
    "cost_centres",
    "print_templates",
    "accounts",
    "modes_of_payment",
)
