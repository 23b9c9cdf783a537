"""What every section is made of: strictness, and the types that settings share."""

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from fortnox_bridge.domain.fields import FieldPath, UnknownField
from fortnox_bridge.domain.rules import Overwrite
from fortnox_bridge.domain.template import MAX_TEXT, InvalidTemplate, Template
from fortnox_bridge.sync_settings.v2.names import (
    HEAD_OBJECTS,
    ArticleNumber,
    PipelineId,
    RegisterCode,
    SourceFieldPath,
    StageId,
    TemplateFields,
)


def _known_path(text: str) -> str:
    try:
        FieldPath.parse(text)
    except UnknownField as error:
        raise ValueError(f"{text!r} names no field; see the connector's field catalogue") from error
    return text


def _sound_template(text: str) -> str:
    try:
        Template.parse(text)
    except InvalidTemplate as error:
        raise ValueError(str(error)) from error
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("only printable characters are allowed")
    return text


_Path = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_known_path)]
SourceField = Annotated[_Path, SourceFieldPath()]
HeadField = Annotated[_Path, SourceFieldPath(HEAD_OBJECTS)]
DealField = Annotated[_Path, SourceFieldPath(("deal",))]
WrittenDealField = Annotated[_Path, SourceFieldPath(("deal",), is_written=True)]
WrittenPartyField = Annotated[_Path, SourceFieldPath(("company", "contact"), is_written=True)]
TemplateText = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(_sound_template), TemplateFields()
]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(_printable)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1024, strip_whitespace=True)]
Article = Annotated[Id, ArticleNumber()]
Pipeline = Annotated[Id, PipelineId()]
Stage = Annotated[Id, StageId()]
TermsOfPayment = Annotated[Id, RegisterCode("terms_of_payment")]
TermsOfDelivery = Annotated[Id, RegisterCode("terms_of_delivery")]
WayOfDelivery = Annotated[Id, RegisterCode("ways_of_delivery")]
PriceList = Annotated[Id, RegisterCode("price_lists")]
PrintTemplate = Annotated[Id, RegisterCode("print_templates")]
Unit = Annotated[Id, RegisterCode("units")]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), RegisterCode("currencies")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
AccountNumber = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{3}$"), RegisterCode("accounts")]

TargetT = TypeVar("TargetT", bound=StrEnum)


def _title(name: str) -> str:
    """What a form writes beside the setting."""
    return name.replace("_", " ").capitalize()


class Section(BaseModel):
    """Unknown keys are refused: a misspelt setting must not be ignored silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, field_title_generator=lambda name, _: _title(name))


class Mapping(Section, Generic[TargetT]):
    """A Fortnox field and what fills it: source fields, the first that is not empty wins, or a template (F27)."""

    target: TargetT = Field(description="The Fortnox field, by our name")
    sources: tuple[SourceField, ...] = Field(
        default=(), max_length=10, description="Source fields, 1 to 10; the first that is not empty wins (F27)"
    )
    template: TemplateText | None = Field(
        default=None,
        description="Instead of `sources`: a text with fields, such as `{{ company.name }} / {{ deal.title }}` (F27)",
    )
    overwrite: Overwrite = Field(
        default=Overwrite.ON_CREATION,
        description="For what exists in Fortnox already: `always`, `if_empty` there, or only `on_creation` (F28)",
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Mapping[TargetT]":
        if bool(self.sources) == (self.template is not None):
            raise ValueError("a row needs `sources` or a `template`, and not both")
        return self


def refuse_doubles(rows: tuple[Mapping[TargetT], ...]) -> None:
    """One row for each target, since the first of two would silently win."""
    targets = [row.target for row in rows]
    doubles = sorted({target.value for target in targets if targets.count(target) > 1})
    if doubles:
        raise ValueError(f"mapped twice: {', '.join(doubles)}; list further source fields in one row")
