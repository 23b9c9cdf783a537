"""Bodies of webhooks, version 2.0 (section 17.3)."""

from copy import deepcopy
from typing import Any

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.custom_fields import hook_custom_fields
from fortnox_bridge_pipedrive.simulator.instants import millisecond_time
from fortnox_bridge_pipedrive.simulator.state import FIELD_ENTITIES, Company, Event
from fortnox_bridge_pipedrive.simulator.views import deal_value

_DEAL_KEYS = (
    "add_time",
    "channel",
    "channel_id",
    "close_time",
    "creator_user_id",
    "currency",
    "expected_close_date",
    "id",
    "label_ids",
    "lost_reason",
    "lost_time",
    "org_id",
    "origin",
    "origin_id",
    "owner_id",
    "person_id",
    "pipeline_id",
    "probability",
    "stage_change_time",
    "stage_id",
    "status",
    "title",
    "update_time",
    "won_time",
)


def hook_view(company: Company, entity: str, record: Record) -> Record:
    """State of a record as webhooks show it; a copy, so that later changes do not rewrite history."""
    if entity == "deal":
        view: Record = {key: deepcopy(record[key]) for key in _DEAL_KEYS}
        view["first_won_time"] = record["_first_won_time"]
        view["value"] = deal_value(company, record)
    else:
        view = {key: deepcopy(value) for key, value in record.items() if not key.startswith("_")}
        view.pop("is_deleted", None)
    if entity in FIELD_ENTITIES:
        view["custom_fields"] = deepcopy(hook_custom_fields(company, entity, record))
        view["visible_to"] = str(record["visible_to"])
    return view


def changed_keys(before: Record, after: Record) -> Record:
    """`previous` of a change: only what changed, custom fields likewise, null for what was empty."""
    previous: dict[str, Any] = {
        key: before.get(key)
        for key in {**before, **after}
        if key != "custom_fields" and before.get(key) != after.get(key)
    }
    old, new = before.get("custom_fields") or {}, after.get("custom_fields") or {}
    changed = {code: old.get(code) for code in {**old, **new} if old.get(code) != new.get(code)}
    if changed:
        previous["custom_fields"] = changed
    return previous


def payload(
    company: Company, event: Event, *, event_id: str, correlation_id: str, webhook: Record, attempt: int
) -> Record:
    return {
        "meta": {
            "action": event.action,
            "entity": event.entity,
            "entity_id": event.entity_id,
            "id": event_id,
            # Ids in meta are strings, those in data are numbers (section 17.3).
            "company_id": str(company.id),
            "user_id": str(event.actor.user_id),
            "webhook_id": str(webhook["id"]),
            "webhook_owner_id": str(webhook["owner_id"]),
            "correlation_id": correlation_id,
            "timestamp": millisecond_time(event.at),
            "type": webhook["type"],
            "version": "2.0",
            "change_source": event.actor.source,
            "is_bulk_edit": event.actor.is_bulk_edit,
            "attempt": attempt,
            "permitted_user_ids": [str(user.id) for user in company.users.values() if user.active],
            "host": f"{company.domain}.pipedrive.com",
            **event.extras,
        },
        "data": event.data,
        "previous": event.previous,
    }
