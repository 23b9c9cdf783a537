"""What an administrator decided, in the form the pipeline works with. Sync settings are turned into these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.document import CustomerField, DocumentKind
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import Basis


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """A deal that stands in `stage_id` becomes a draft of `document_kind` (F10)."""

    pipeline_id: str
    stage_id: str
    document_kind: DocumentKind


class CustomerKey(StrEnum):
    """Fortnox fields a customer can be found by (F20); the others are not searchable there."""

    ORGANISATION_NUMBER = "organisation_number"
    EMAIL = "email"
    NAME = "name"
    CUSTOMER_NUMBER = "customer_number"


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
class FieldMapping:
    """One Fortnox field and the source fields that may fill it: the first that is not empty wins (F27)."""

    target: CustomerField
    sources: tuple[FieldPath, ...]


@dataclass(frozen=True, slots=True)
class PartyRules:
    """How companies, or persons, become customers. `write_number_to` is a source field key, None for nowhere (F25)."""

    match: tuple[MatchPair, ...]
    mapping: tuple[FieldMapping, ...]
    when_empty: EmptyMatchField = EmptyMatchField.PARK
    when_missing: MissingCustomer = MissingCustomer.CREATE
    number_from: FieldPath | None = None
    write_number_to: FieldPath | None = None


@dataclass(frozen=True, slots=True)
class CustomerRules:
    """`defaults` are for new customers only (F26): existing ones keep what is agreed on their card."""

    company: PartyRules
    contact: PartyRules
    contacts_as_customers: bool = False
    defaults: Mapping[CustomerField, str] = field(default_factory=dict)
    default_country_code: str | None = None


class ArticleKey(StrEnum):
    NUMBER = "number"
    NAME = "name"
    EAN = "ean"


class MissingArticle(StrEnum):
    STOP = "stop"
    DEFAULT = "default"
    CREATE = "create"


class MissingLines(StrEnum):
    STOP = "stop"
    ONE_LINE = "one_line"


@dataclass(frozen=True, slots=True)
class ProductRules:
    """F40-F42. `source` and `key` pair the source's field with the article's.

    `no_lines_basis` says whether the value of a deal without lines is net or gross.
    """

    source: FieldPath
    key: ArticleKey = ArticleKey.NUMBER
    when_missing: MissingArticle = MissingArticle.STOP
    default_article: str | None = None
    when_no_lines: MissingLines = MissingLines.STOP
    no_lines_article: str | None = None
    no_lines_basis: Basis = Basis.NET


class RowRate(StrEnum):
    """Where a row's VAT rate comes from first (F56)."""

    ARTICLE = "article"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class VatRules:
    """`fallback_rate` is percent, used when neither the source nor the article states a rate; None parks."""

    row_rate: RowRate = RowRate.ARTICLE
    fallback_rate: Decimal | None = None
    prices_include_vat: bool | None = None


@dataclass(frozen=True, slots=True)
class DocumentRules:
    mark_not_completed: bool = False


@dataclass(frozen=True, slots=True)
class NoteRules:
    """F80, F82. `document_number_to` and its like name source fields, None for nowhere."""

    language: Language = Language.SWEDISH
    attach_pdf: bool = True
    note_on_success: bool = True
    note_on_failure: bool = True
    support_contact: str | None = None


@dataclass(frozen=True, slots=True)
class SyncRules:
    """One revision of a connection's settings, resolved."""

    revision: int
    triggers: tuple[TriggerRule, ...]
    customers: CustomerRules
    products: ProductRules
    vat: VatRules
    document: DocumentRules
    notes: NoteRules
