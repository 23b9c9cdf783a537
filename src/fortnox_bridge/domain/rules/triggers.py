"""When a deal becomes a document, whose it is, and when it no longer does (F5, F10, F11, F18)."""

from dataclasses import dataclass

from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.fields import FieldPath


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """A deal that stands in `stage_id` becomes a draft of `document_kind` (F10)."""

    pipeline_id: str
    stage_id: str
    document_kind: DocumentKind


@dataclass(frozen=True, slots=True)
class StageRef:
    pipeline_id: str
    stage_id: str


@dataclass(frozen=True, slots=True)
class CancelRule:
    """When an untouched draft of ours is cancelled (F18). Empty: never."""

    statuses: frozenset[DealStatus] = frozenset()
    stages: tuple[StageRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Which deals of the source account belong to this connection (F5). Every condition stated must hold.

    Nothing stated: all of them. `field` is one of the deal's own and matches when its text is among `field_values`,
    whatever the case.
    """

    pipeline_ids: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    field: FieldPath | None = None
    field_values: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        return not (self.pipeline_ids or self.currencies or self.field)
