"""`triggers`: when a deal becomes a document, whose deals they are, and when a draft is taken back."""

from typing import Literal

from pydantic import Field, model_validator

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.routing import is_in_head
from fortnox_bridge.sync_settings.v2.base import CurrencyCode, DealField, Id, Pipeline, Section, Stage


class Rule(Section):
    """A deal that stands in this stage becomes a draft (F10)."""

    pipeline_id: Pipeline = Field(description="The pipeline's id, from `GET …/pipelines`")
    stage_id: Stage = Field(description="The stage's id")
    document: DocumentKind = Field(
        default=DocumentKind.INVOICE,
        description="`invoice` or `order`. An invoice rule on a deal whose order we made, and that still stands, "
        "converts that order",
    )


class StagePlace(Section):
    """One stage of one pipeline."""

    pipeline_id: Pipeline = Field(description="The pipeline's id")
    stage_id: Stage = Field(description="The stage's id")


class Cancel(Section):
    """When the untouched draft of a deal is cancelled in Fortnox (F18). Empty: never."""

    statuses: tuple[Literal["lost", "cancelled", "deleted"], ...] = Field(
        default=(), max_length=3, description="A deal in one of these states: `lost`, `cancelled`, `deleted` (F18)"
    )
    stages: tuple[StagePlace, ...] = Field(
        default=(), max_length=100, description="A deal in one of these stages (F18)"
    )


class FieldIs(Section):
    """A field of the deal and the values it may have."""

    source: DealField = Field(description="A field of the deal itself, such as `deal.custom:…`")
    values: tuple[Id, ...] = Field(
        min_length=1, max_length=100, description="Values by their text, whatever the case; one of them must be there"
    )

    @model_validator(mode="after")
    def _known_early(self) -> "FieldIs":
        if not is_in_head(FieldPath.parse(self.source)):
            raise ValueError("`source` must be a field of the deal's own: a deal is routed before all of it is read")
        return self


class Route(Section):
    """Which deals of the source account belong to this connection, where several connections share one (F5)."""

    pipelines: tuple[Pipeline, ...] = Field(
        default=(), max_length=100, description="Only deals of these pipelines, by id. None: of all (F5)"
    )
    currencies: tuple[CurrencyCode, ...] = Field(
        default=(), max_length=50, description="Only deals in these currencies. None: in all (F5)"
    )
    field: FieldIs | None = Field(default=None, description="Only deals whose field has one of the values (F5)")


class Triggers(Section):
    """When a deal qualifies. The first rule that fits decides."""

    rules: tuple[Rule, ...] = Field(
        default=(),
        max_length=100,
        description="At most one rule for each stage; the first that fits decides (F10). A deal created directly in "
        "the stage counts too (F11)",
    )
    cancel: Cancel = Field(default=Cancel(), description="When an untouched draft is cancelled (F18)")
    route: Route = Field(default=Route(), description="Which deals are this connection's (F5)")

    @model_validator(mode="after")
    def _one_rule_per_stage(self) -> "Triggers":
        seen: set[tuple[str, str]] = set()
        for rule in self.rules:
            place = (rule.pipeline_id, rule.stage_id)
            if place in seen:
                raise ValueError(f"stage {rule.stage_id} of pipeline {rule.pipeline_id} has two rules")
            seen.add(place)
        clash = seen & {(stage.pipeline_id, stage.stage_id) for stage in self.cancel.stages}
        if clash:
            stages = ", ".join(sorted(stage for _, stage in clash))
            raise ValueError(f"stage {stages} both makes and cancels a draft")
        return self
