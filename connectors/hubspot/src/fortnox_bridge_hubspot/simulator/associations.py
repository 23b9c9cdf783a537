"""Associations beside the objects: batch read, one record's list, plain links and labels (facts 8)."""

from typing import Final

from starlette.responses import Response

from fortnox_bridge_hubspot.simulator import writing
from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, json_response, no_content, wire_time
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint
from fortnox_bridge_hubspot.simulator.names import PLAIN, PRIMARY, links_between

_LABELS: Final = dict.fromkeys(PRIMARY.values(), "Primary")
_PAGE: Final = 500


def _families(path: str) -> tuple[str, ...]:
    return (f"/crm/associations/2026-09{path}", f"/crm/associations/2026-03{path}", f"/crm/v4/associations{path}")


# The document of 2026-09 has no list of one record's associations (facts 1).
_OF_ONE: Final = (
    "/crm/objects/2026-03/{type}/{id}/associations/{to}",
    "/crm/v4/objects/{type}/{id}/associations/{to}",
)
_LINK: Final = (
    "/crm/objects/2026-09/{type}/{id}/associations/{to}/{to_id}",
    "/crm/objects/2026-03/{type}/{id}/associations/{to}/{to_id}",
    "/crm/v4/objects/{type}/{id}/associations/{to}/{to_id}",
)
_PLAIN: Final = (
    "/crm/objects/2026-09/{type}/{id}/associations/default/{to}/{to_id}",
    "/crm/objects/2026-03/{type}/{id}/associations/default/{to}/{to_id}",
    "/crm/v4/objects/{type}/{id}/associations/default/{to}/{to_id}",
)


def _targets(call: Call, origin: tuple[str, str], kind: str) -> list[Record]:
    """Ids as numbers here, though they are texts everywhere else."""
    return [
        {
            "toObjectId": int(target),
            "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": _LABELS.get(type_id)}
                for type_id in links_between(origin[0], kind)
                if type_id in types
            ],
        }
        for target, types in call.portal.links.of(origin, kind)
    ]


def _read_batch(call: Call) -> Response:
    origin, kind = call.kind("from"), call.kind("to")
    results: list[Record] = []
    errors: list[Record] = []
    for each in call.inputs(1000):
        external_id, after = str(each.get("id", "")), int(str(each.get("after") or 0))
        targets = _targets(call, (origin, external_id), kind)
        if not targets:
            errors.append(
                {
                    "status": "error",
                    "category": "OBJECT_NOT_FOUND",
                    "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                    "message": f"No {kind} is associated with {external_id}",
                    "context": {"fromObjectId": [external_id], "fromObjectType": [origin], "toObjectType": [kind]},
                }
            )
            continue
        row: Record = {"from": {"id": external_id}, "to": targets[after : after + _PAGE]}
        if len(targets) > after + _PAGE:
            row["paging"] = {"next": {"after": str(after + _PAGE)}}
        results.append(row)
    now = wire_time(call.vendor.clock.now())
    body: Record = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return json_response(body, 207 if errors else 200)


def _of_one(call: Call) -> Response:
    return json_response({"results": _targets(call, (call.kind(), call.path["id"]), call.kind("to"))})


def _ends(call: Call) -> tuple[tuple[str, str], tuple[str, str]]:
    origin = writing.require_record(call.portal, call.kind(), call.path["id"])
    target = writing.require_record(call.portal, call.kind("to"), call.path["to_id"])
    return (origin.kind, origin.id), (target.kind, target.id)


def _link_plain(call: Call) -> Response:
    origin, target = _ends(call)
    writing.link(call.portal, origin, target, (_plain_type(origin[0], target[0]),), call.actor)
    return json_response({"status": "COMPLETE", "results": []})


def _plain_type(origin: str, target: str) -> int:
    type_id = PLAIN.get((origin, target))
    if type_id is None:
        raise ApiError(400, "VALIDATION_ERROR", f"{origin} cannot be associated with {target}")
    return type_id


def _label(call: Call) -> Response:
    origin, target = _ends(call)
    listed = call.body.get("list")
    rows = listed if isinstance(listed, list) else []
    type_ids = tuple(int(each["associationTypeId"]) for each in rows)
    if not type_ids or not set(type_ids) <= set(links_between(origin[0], target[0])):
        raise ApiError(400, "VALIDATION_ERROR", "unknown association types")
    call.portal.links.remove(origin, target)
    writing.link(call.portal, origin, target, (_plain_type(origin[0], target[0]), *type_ids), call.actor)
    names = {
        "fromObjectTypeId": origin[0],
        "fromObjectId": int(origin[1]),
        "toObjectTypeId": target[0],
        "toObjectId": int(target[1]),
    }
    return json_response({**names, "labels": [label for each in type_ids if (label := _LABELS.get(each))]}, 201)


def _unlink(call: Call) -> Response:
    origin, target = _ends(call)
    writing.unlink(call.portal, origin, target, call.actor)
    return no_content()


def _labels(call: Call) -> Response:
    types = links_between(call.kind("from"), call.kind("to"))
    return json_response(
        {"results": [{"category": "HUBSPOT_DEFINED", "typeId": each, "label": _LABELS.get(each)} for each in types]}
    )


ENDPOINTS: Final = (
    Endpoint("POST", _families("/{from}/{to}/batch/read"), _read_batch),
    Endpoint("GET", _families("/{from}/{to}/labels"), _labels),
    Endpoint("PUT", _PLAIN, _link_plain, ("crm.objects.{kind}.write",)),
    Endpoint("GET", _OF_ONE, _of_one, ("crm.objects.{kind}.read",)),
    Endpoint("PUT", _LINK, _label, ("crm.objects.{kind}.write",)),
    Endpoint("DELETE", _LINK, _unlink, ("crm.objects.{kind}.write",)),
)
