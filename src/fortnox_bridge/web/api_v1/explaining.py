"""How REST tells why each field of a draft says what it says."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.explanation import ExplainedField, Explanation, sentence
from fortnox_bridge.domain.language import Language


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True)


class ExplainedFieldBody(_Body):
    """One field of what is sent to Fortnox.

    `field` is Fortnox's name and `name` ours. `origin` is `source`, `customer_card`, `article`, `connection_default`,
    `fortnox_default` or `decision`; `by` names the source field's path, the settings key or the rule, and `label` what
    users call the field in the source. `because` says all that as a sentence.
    """

    field: str
    name: str
    value: Any
    origin: str | None
    by: str
    label: str | None
    because: str


class ExplanationBody(_Body):
    """Every field of the document and of each of its rows, and of the customer's card where it is written.

    `vat` says why the sale is taxed as it is.
    """

    document: list[ExplainedFieldBody]
    rows: list[list[ExplainedFieldBody]]
    card: list[ExplainedFieldBody]
    vat: list[str] = Field(default_factory=list)


def explanation_body(explanation: Explanation | None, language: Language) -> ExplanationBody | None:
    if explanation is None:
        return None

    def told(field: ExplainedField) -> ExplainedFieldBody:
        origin = field.origin
        return ExplainedFieldBody(
            field=field.field,
            name=field.name,
            value=field.value,
            origin=origin.kind if origin else None,
            by=origin.by if origin else "",
            label=field.label,
            because=sentence(field, explanation, language),
        )

    return ExplanationBody(
        document=[told(field) for field in explanation.document],
        rows=[[told(field) for field in row] for row in explanation.rows],
        card=[told(field) for field in explanation.card],
        vat=[describe(each.code, each.params, language).what for each in explanation.vat],
    )
