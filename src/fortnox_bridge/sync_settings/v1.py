"""Version 1 of the settings document.

Public: administrators write it as JSON by REST and from the command line. Source fields are field paths such as
`company.custom:1b6f…` (see the connector's field catalogue); Fortnox fields and registers go by our names.
Money is text with a point. A document says its `schema_version`, so that older ones can be upgraded when read.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from fortnox_bridge.domain.document import CustomerField, DocumentKind
from fortnox_bridge.domain.fields import FieldPath, UnknownField
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import Basis
from fortnox_bridge.domain.rules import (
    ArticleKey,
    CustomerKey,
    EmptyMatchField,
    MissingArticle,
    MissingCustomer,
    MissingLines,
    RowRate,
)


def _known_path(text: str) -> str:
    try:
        FieldPath.parse(text)
    except UnknownField as error:
        raise ValueError(f"{text!r} names no field; see the connector's field catalogue") from error
    return text


SourceField = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_known_path)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class Section(BaseModel):
    """Unknown keys are refused: a misspelt setting must not be ignored silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Section):
    """A deal that stands in this stage becomes a draft (F10)."""

    pipeline_id: Id
    stage_id: Id
    document: DocumentKind = DocumentKind.INVOICE


class Triggers(Section):
    """When a deal qualifies. The first rule that fits decides."""

    rules: tuple[Rule, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _one_rule_per_stage(self) -> "Triggers":
        seen: set[tuple[str, str]] = set()
        for rule in self.rules:
            place = (rule.pipeline_id, rule.stage_id)
            if place in seen:
                raise ValueError(f"stage {rule.stage_id} of pipeline {rule.pipeline_id} has two rules")
            seen.add(place)
        return self


class Match(Section):
    """Compare one source field with one Fortnox field (F20)."""

    source: SourceField
    key: CustomerKey


class Mapping(Section):
    """A Fortnox field and the source fields that may fill it; the first that is not empty wins (F27)."""

    target: CustomerField
    sources: tuple[SourceField, ...] = Field(min_length=1, max_length=10)


class Number(Section):
    """Where customer numbers come from and go to (F25). `read_from` empty: Fortnox issues them."""

    read_from: SourceField | None = None
    write_to: SourceField | None = None


class Party(Section):
    """How companies, or persons, are found and made in Fortnox (F20-F27)."""

    match: tuple[Match, ...] = Field(min_length=1, max_length=10)
    when_match_field_is_empty: EmptyMatchField = EmptyMatchField.PARK
    when_missing: MissingCustomer = MissingCustomer.CREATE
    mapping: tuple[Mapping, ...] = Field(max_length=100)
    number: Number = Number()

    @model_validator(mode="after")
    def _sound_mapping(self) -> "Party":
        targets = [row.target for row in self.mapping]
        if CustomerField.NAME not in targets:
            raise ValueError("the mapping needs a row for `name`: Fortnox has no customer without one")
        doubles = sorted({target.value for target in targets if targets.count(target) > 1})
        if doubles:
            raise ValueError(f"mapped twice: {', '.join(doubles)}; list further source fields in one row")
        if CustomerField.CUSTOMER_NUMBER in targets:
            raise ValueError("the customer number is set by `number.read_from`, not by the mapping")
        return self


class CustomerDefaults(Section):
    """Values for new customers where the source has none (F26). Existing customers keep what their card says."""

    terms_of_payment: Code | None = None
    terms_of_delivery: Code | None = None
    way_of_delivery: Code | None = None
    price_list: Code | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    sales_account: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None
    invoice_template: Code | None = None
    invoice_delivery_type: Literal["PRINT", "EMAIL", "PRINTSERVICE"] | None = None
    our_reference: Annotated[str, StringConstraints(max_length=50)] | None = None


class Customers(Section):
    """Companies, persons, and what new customers start with."""

    company: Party
    contact: Party
    contacts_as_customers: bool = False
    defaults: CustomerDefaults = CustomerDefaults()
    default_country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None


class Products(Section):
    """Which article a line becomes (F40-F42)."""

    source: SourceField = "product.code"
    key: ArticleKey = ArticleKey.NUMBER
    when_missing: MissingArticle = MissingArticle.STOP
    default_article: Code | None = None
    when_no_lines: MissingLines = MissingLines.STOP
    no_lines_article: Code | None = None
    no_lines_value_is: Basis = Basis.NET

    @model_validator(mode="after")
    def _articles_named(self) -> "Products":
        if self.when_missing is MissingArticle.DEFAULT and self.default_article is None:
            raise ValueError("`when_missing` is `default`, so `default_article` must name the article")
        if self.when_no_lines is MissingLines.ONE_LINE and self.no_lines_article is None:
            raise ValueError("`when_no_lines` is `one_line`, so `no_lines_article` must name the article")
        return self


class Vat(Section):
    """VAT of rows and prices (F55, F56). Rates are percent."""

    row_rate: RowRate = RowRate.ARTICLE
    fallback_rate: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    prices_include_vat: bool | None = None


class Document(Section):
    """How the draft is made (F50)."""

    mark_not_completed: bool = False


class Notes(Section):
    """What is written back to the source (F80)."""

    language: Language = Language.SWEDISH
    attach_pdf: bool = True
    on_success: bool = True
    on_failure: bool = True
    support_contact: Annotated[str, StringConstraints(max_length=200)] | None = None


class SettingsV1(Section):
    """The whole document."""

    schema_version: Literal["1.0"] = "1.0"
    triggers: Triggers = Triggers()
    customers: Customers
    products: Products = Products()
    vat: Vat = Vat()
    document: Document = Document()
    notes: Notes = Notes()
