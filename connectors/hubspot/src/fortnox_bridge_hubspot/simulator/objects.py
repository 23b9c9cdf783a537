"""CRM objects one by one: read, list, create, update, archive, merge (facts 7.1)."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import Response

from fortnox_bridge_hubspot.simulator import writing
from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, invalid, json_response, no_content, not_found
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint
from fortnox_bridge_hubspot.simulator.names import LINE_ITEMS, NOTES, PLAIN, PRIMARY, kind_of
from fortnox_bridge_hubspot.simulator.state import CrmRecord, Portal
from fortnox_bridge_hubspot.simulator.views import associations_view, record_view

_MOST: Final = 100
READ: Final = ("crm.objects.{kind}.read",)
WRITE: Final = ("crm.objects.{kind}.write",)


def both(path: str) -> tuple[str, ...]:
    """The path under each dated version and the numbered one."""
    return (f"/crm/objects/2026-09{path}", f"/crm/objects/2026-03{path}", f"/crm/v3/objects{path}")


def shown(call: Call, record: CrmRecord) -> Record:
    """The record with the properties and associations that the query asks for."""
    view = record_view(call.portal, record, call.names("properties"))
    kinds = [kind for name in call.names("associations") if (kind := kind_of(name)) is not None]
    found = associations_view(call.portal, record, kinds, call.vendor.knobs.inline_associations)
    return {**view, **({"associations": found} if found else {})}


def find(portal: Portal, kind: str, external_id: str, id_property: str | None, *, is_archived: bool) -> CrmRecord:
    """By id, an id that was merged into it, or the value of a unique property."""
    if id_property:
        record = next(
            (each for each in portal.records[kind].values() if each.properties.get(id_property) == external_id), None
        )
    else:
        record = portal.find(kind, external_id)
    if record is None or (record.archived_at is not None) is not is_archived:
        raise not_found()
    return record


def _read(call: Call) -> Response:
    is_archived = call.query.get("archived") == "true"
    record = find(call.portal, call.kind(), call.path["id"], call.query.get("idProperty"), is_archived=is_archived)
    return json_response(shown(call, record))


def _list(call: Call) -> Response:
    is_archived = call.query.get("archived") == "true"
    limit = min(int(call.query.get("limit", "10") or 10), _MOST)
    after = int(call.query.get("after", "0") or 0)
    rows = sorted(call.portal.records[call.kind()].values(), key=lambda each: int(each.id))
    rows = [each for each in rows if (each.archived_at is not None) is is_archived and int(each.id) > after]
    page: Record = {"results": [shown(call, each) for each in rows[:limit]]}
    if len(rows) > limit:
        last = rows[limit - 1].id
        page["paging"] = {"next": {"after": last, "link": f"?after={last}"}}
    return json_response(page)


def _create(call: Call) -> Response:
    record = create(call, call.kind(), call.body)
    return json_response(record_view(call.portal, record, list(record.properties)), 201)


def create(call: Call, kind: str, body: Mapping[str, object]) -> CrmRecord:
    """One record with its associations: all of it, or nothing."""
    properties = _properties(body)
    if call.is_newest:
        missing = [name for name in call.vendor.knobs.required_properties.get(kind, ()) if not properties.get(name)]
        if missing:
            raise invalid(f"Missing: {', '.join(missing)}", code="MISSING_REQUIRED_PROPERTY", name=missing[0])
    if kind == NOTES:
        _require_note(call, properties)
    links = _links(call.portal, kind, body.get("associations", []))
    calculates = kind != LINE_ITEMS or call.vendor.knobs.api_lines_calculated
    record = writing.create(call.portal, kind, properties, call.actor, calculates=calculates)
    for target, type_ids in links:
        writing.link(call.portal, (kind, record.id), target, type_ids, call.actor)
    return record


def _update(call: Call) -> Response:
    id_property = call.query.get("idProperty")
    record = find(call.portal, call.kind(), call.path["id"], id_property, is_archived=False)
    properties = _properties(call.body)
    if record.kind == NOTES:
        _require_note(call, properties)
    writing.update(call.portal, record, properties, call.actor)
    return json_response(record_view(call.portal, record, list(properties)))


def _archive(call: Call) -> Response:
    record = call.portal.find(call.kind(), call.path["id"])
    if record is not None:
        writing.archive(call.portal, record, call.actor)
    return no_content()


def _merge(call: Call) -> Response:
    kind = call.kind()
    primary = writing.require_record(call.portal, kind, str(call.body.get("primaryObjectId", "")))
    other = writing.require_record(call.portal, kind, str(call.body.get("objectIdToMerge", "")))
    if primary is other:
        raise ApiError(400, "VALIDATION_ERROR", "A record cannot be merged into itself")
    return json_response(record_view(call.portal, writing.merge(call.portal, primary, other, call.actor)))


def _erase(call: Call) -> Response:
    record = call.portal.find(call.kind(), str(call.body.get("objectId", "")))
    if record is not None:
        writing.erase(call.portal, record, call.actor)
    return no_content()


def _properties(body: Mapping[str, object]) -> Mapping[str, object]:
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise ApiError(400, "VALIDATION_ERROR", "Invalid input JSON: properties must be an object")
    return properties


def _require_note(call: Call, properties: Mapping[str, object]) -> None:
    body = properties.get("hs_note_body")
    if isinstance(body, str) and len(body) > call.vendor.knobs.max_note_chars:
        raise invalid(f"hs_note_body is longer than {call.vendor.knobs.max_note_chars}", code="VALUE_TOO_LONG")
    attached = properties.get("hs_attachment_ids")
    for file_id in str(attached or "").split(";"):
        if file_id and file_id not in call.portal.files:
            raise invalid(f"file {file_id} does not exist", code="INVALID_OPTION", name="hs_attachment_ids")


def _links(portal: Portal, kind: str, raw: object) -> list[tuple[tuple[str, str], tuple[int, ...]]]:
    """Targets with their types; a type says by its number what kind of record it leads to."""
    if not isinstance(raw, list):
        raise ApiError(400, "VALIDATION_ERROR", "Invalid input JSON: associations must be a list")
    by_type = {
        type_id: target for table in (PLAIN, PRIMARY) for (origin, target), type_id in table.items() if origin == kind
    }
    links = []
    for each in raw:
        type_ids = tuple(int(one["associationTypeId"]) for one in each.get("types", ()))
        targets = {by_type.get(type_id) for type_id in type_ids}
        if len(targets) != 1 or None in targets:
            raise ApiError(400, "VALIDATION_ERROR", f"association types {list(type_ids)} do not fit {kind}")
        target = writing.require_record(portal, str(targets.pop()), str(each.get("to", {}).get("id", "")))
        links.append(((target.kind, target.id), type_ids))
    return links


def ids_of(inputs: Sequence[Mapping[str, object]]) -> list[str]:
    return [str(each.get("id", "")) for each in inputs]


ENDPOINTS: Final = (
    Endpoint("POST", both("/{type}/merge"), _merge, WRITE),
    Endpoint("POST", both("/{type}/gdpr-delete"), _erase, WRITE),
    Endpoint("GET", both("/{type}/{id}"), _read, READ),
    Endpoint("GET", both("/{type}"), _list, READ),
    Endpoint("POST", both("/{type}"), _create, WRITE),
    Endpoint("PATCH", both("/{type}/{id}"), _update, WRITE),
    Endpoint("DELETE", both("/{type}/{id}"), _archive, WRITE),
)
