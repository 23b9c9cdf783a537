"""Which connection of a source account a deal belongs to (F5): decided from the cheap head, before all is read."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.rules import Route
from fortnox_bridge.domain.values import Choice, FieldValue, as_text

# What of the deal's own is known before it is read whole; custom fields are too.
HEAD_FIELDS: Final = ("id", "title", "currency", "url")


def is_in_head(path: FieldPath) -> bool:
    """Whether a route may ask for this field."""
    return path.object == "deal" and (path.is_custom or path.name in HEAD_FIELDS)


def fits(route: Route, head: DealHead) -> bool:
    """Every condition of the route holds; what the deal does not say fits no condition."""
    stage = head.stage
    if route.pipeline_ids and (stage is None or stage.pipeline_id not in route.pipeline_ids):
        return False
    if route.currencies and head.currency not in route.currencies:
        return False
    if route.field is None:
        return True
    return bool(_texts(_value(route.field, head)) & route.field_values)


def place_of(head: DealHead) -> Mapping[str, str]:
    """The deal's pipeline and currency, for sentences."""
    stage = head.stage
    pipeline = (stage.pipeline_name or stage.pipeline_id) if stage is not None else None
    return {"record": head.title, "pipeline": pipeline or "–", "currency": head.currency or "–"}


def _value(path: FieldPath, head: DealHead) -> FieldValue | None:
    if path.is_custom:
        return head.custom_fields.get(path.custom_key)
    own = {"id": head.ref.external_id, "title": head.title, "currency": head.currency, "url": head.url}
    return own.get(path.name)


def _texts(value: FieldValue | None) -> frozenset[str]:
    """What the value may be called: a choice by its label or its id, several choices by each of theirs."""
    if value is None:
        return frozenset()
    choices = [value] if isinstance(value, Choice) else list(value) if isinstance(value, tuple) else []
    names = {name for choice in choices for name in (choice.id, choice.label) if name} or {as_text(value)}
    return frozenset(name.casefold() for name in names if name)
