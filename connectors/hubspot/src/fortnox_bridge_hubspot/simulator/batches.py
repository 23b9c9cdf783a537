"""Batches of CRM objects, partly done where some inputs fail (facts 7.1 and 19.2)."""

from collections.abc import Callable, Mapping
from typing import Final

from starlette.responses import Response

from fortnox_bridge_hubspot.simulator import writing
from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, json_response, no_content, wire_time
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint
from fortnox_bridge_hubspot.simulator.objects import READ, WRITE, both, create, find
from fortnox_bridge_hubspot.simulator.views import record_view

_Work = Callable[[Call, Mapping[str, object]], Record]


def _answer(call: Call, work: _Work, *, status: int = 200) -> Response:
    results: list[Record] = []
    errors: list[Record] = []
    for each in call.inputs():
        try:
            results.append(work(call, each))
        except ApiError as error:
            errors.append(_fault(error, str(each.get("id", ""))))
    now = wire_time(call.vendor.clock.now())
    body: Record = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return json_response(body, 207 if errors else status)


def _fault(error: ApiError, external_id: str) -> Record:
    return {
        "status": "error",
        "category": error.category,
        "message": str(error.args[0]),
        "context": {"ids": [external_id]},
    }


def _read(call: Call) -> Response:
    """Those that exist, the last first: no order is promised. Archived ones only when asked for."""
    names = call.body.get("properties")
    wanted = [str(name) for name in names] if isinstance(names, list) else []
    id_property = call.body.get("idProperty")
    is_archived = call.query.get("archived") == "true"

    def work(call: Call, each: Mapping[str, object]) -> Record:
        by = str(id_property) if id_property else None
        record = find(call.portal, call.kind(), str(each.get("id", "")), by, is_archived=is_archived)
        return record_view(call.portal, record, wanted)

    call.inputs().reverse()
    return _answer(call, work)


def _create(call: Call) -> Response:
    def work(call: Call, each: Mapping[str, object]) -> Record:
        record = create(call, call.kind(), each)
        return record_view(call.portal, record, list(record.properties))

    return _answer(call, work, status=201)


def _update(call: Call) -> Response:
    def work(call: Call, each: Mapping[str, object]) -> Record:
        by = each.get("idProperty")
        record = find(call.portal, call.kind(), str(each.get("id", "")), str(by) if by else None, is_archived=False)
        properties = each.get("properties")
        writing.update(call.portal, record, properties if isinstance(properties, dict) else {}, call.actor)
        return record_view(call.portal, record, list(record.properties))

    return _answer(call, work)


def _upsert(call: Call) -> Response:
    def work(call: Call, each: Mapping[str, object]) -> Record:
        by, value = str(each.get("idProperty", "")), str(each.get("id", ""))
        properties = each.get("properties")
        values = properties if isinstance(properties, dict) else {}
        try:
            record = find(call.portal, call.kind(), value, by or None, is_archived=False)
        except ApiError:
            wanted = {**values, by: value} if by else values
            record = writing.create(call.portal, call.kind(), wanted, call.actor)
            return {**record_view(call.portal, record, list(record.properties)), "new": True}
        writing.update(call.portal, record, values, call.actor)
        return {**record_view(call.portal, record, list(record.properties)), "new": False}

    return _answer(call, work)


def _archive(call: Call) -> Response:
    for each in call.inputs():
        record = call.portal.find(call.kind(), str(each.get("id", "")))
        if record is not None:
            writing.archive(call.portal, record, call.actor)
    return no_content()


ENDPOINTS: Final = (
    Endpoint("POST", both("/{type}/batch/read"), _read, READ),
    Endpoint("POST", both("/{type}/batch/create"), _create, WRITE),
    Endpoint("POST", both("/{type}/batch/update"), _update, WRITE),
    Endpoint("POST", both("/{type}/batch/upsert"), _upsert, WRITE),
    Endpoint("POST", both("/{type}/batch/archive"), _archive, WRITE),
)
