"""Which document a deal asks for now, by the rules or by a person (F10). Pure."""

from collections.abc import Iterable
from typing import Final

from fortnox_bridge.domain.deal import DealStatus, Stage
from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.rules import SyncRules, TriggerRule
from fortnox_bridge.domain.run import Run, TriggerKind

CLOSED: Final = frozenset({DealStatus.LOST, DealStatus.CANCELLED, DealStatus.DELETED, DealStatus.ARCHIVED})
BY_A_PERSON: Final = frozenset({TriggerKind.MANUAL, TriggerKind.REPLAY})


def rule_for(stage: Stage | None, rules: SyncRules) -> TriggerRule | None:
    """The first rule for the stage; stages have ids of their own, so a source need not name the pipeline."""
    if stage is None:
        return None
    fitting = (rule for rule in rules.triggers if rule.stage_id == stage.id)
    return next((rule for rule in fitting if stage.pipeline_id in {None, rule.pipeline_id}), None)


def wanted_kind(stage: Stage | None, documents: Iterable[Document], run: Run, rules: SyncRules) -> DocumentKind | None:
    """What a person asked for, else the first rule for the stage; a person's Replay falls back to what was made."""
    if run.requested_kind is not None:
        try:
            return DocumentKind(run.requested_kind)
        except ValueError as error:
            raise SettingsInvalid("document_kind_unknown", kind=run.requested_kind) from error
    rule = rule_for(stage, rules)
    if rule is not None:
        return rule.document_kind
    if run.trigger in BY_A_PERSON:
        made = sorted(document.kind for document in documents)
        return made[0] if made else None
    return None
