"""The search: eventually consistent, five a second, at most 10 000 hits (facts 7.4)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from starlette.responses import Response

from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, json_response, to_json
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint
from fortnox_bridge_hubspot.simulator.names import COMPANIES
from fortnox_bridge_hubspot.simulator.objects import READ, both
from fortnox_bridge_hubspot.simulator.state import CrmRecord, Portal
from fortnox_bridge_hubspot.simulator.views import record_view, value_of

_MOST_PAGE: Final = 200
_MOST_HITS: Final = 10_000
_MOST_CHARS: Final = 3000


def _search(call: Call) -> Response:
    if len(to_json(dict(call.body))) > _MOST_CHARS:
        raise ApiError(400, "VALIDATION_ERROR", "The request body is too long")
    groups = _groups(call.body)
    kind = call.kind()
    newest = call.vendor.clock.now() - timedelta(seconds=call.vendor.knobs.search_lag_s)
    hits = [
        record
        for record in call.portal.living(kind)
        if record.updated_at <= newest
        and (not groups or any(all(_holds(call.portal, record, each) for each in group) for group in groups))
    ]
    _sort(call.portal, kind, hits, call.body.get("sorts"))
    first, limit = int(str(call.body.get("after") or 0)), int(str(call.body.get("limit") or 10))
    if limit > _MOST_PAGE or first + limit > _MOST_HITS:
        raise ApiError(400, "VALIDATION_ERROR", "There was a problem with the request: page too large")
    names = call.body.get("properties")
    wanted = [str(name) for name in names] if isinstance(names, list) else []
    page: Record = {
        "total": len(hits),
        "results": [record_view(call.portal, each, wanted) for each in hits[first : first + limit]],
    }
    if len(hits) > first + limit:
        page["paging"] = {"next": {"after": str(first + limit)}}
    return json_response(page)


def _groups(body: Mapping[str, object]) -> list[list[Mapping[str, object]]]:
    raw = body.get("filterGroups") or []
    groups = [list(group.get("filters", ())) for group in raw] if isinstance(raw, list) else []
    if len(groups) > 5 or any(len(group) > 6 for group in groups) or sum(map(len, groups)) > 18:
        raise ApiError(400, "VALIDATION_ERROR", "There are too many filters")
    return groups


def _sort(portal: Portal, kind: str, hits: list[CrmRecord], sorts: object) -> None:
    """By one property; a record without it comes last, whichever the direction."""
    if not isinstance(sorts, list) or not sorts:
        return
    wish = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": sorts[0]}
    name = str(wish.get("propertyName"))
    if len(sorts) > 1 or name not in portal.properties[kind]:
        raise ApiError(400, "VALIDATION_ERROR", "There was a problem with the request: one sort by a known property")
    hits.sort(key=lambda each: _ordered(value_of(each, name) or ""), reverse=wish.get("direction") == "DESCENDING")
    hits.sort(key=lambda each: value_of(each, name) is None)


def _holds(portal: Portal, record: CrmRecord, wanted: Mapping[str, object]) -> bool:
    name, operator = str(wanted.get("propertyName")), str(wanted.get("operator"))
    if name == "associations.company":
        links = portal.links.of((record.kind, record.id), COMPANIES)
        return str(wanted.get("value")) in {external_id for external_id, _ in links}
    if name not in portal.properties[record.kind]:
        raise ApiError(400, "VALIDATION_ERROR", f"Invalid property: {name}")
    value = value_of(record, name)
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return (value is not None) is (operator == "HAS_PROPERTY")
    if operator in {"IN", "NOT_IN"}:
        listed = wanted.get("values")
        among = value is not None and value.lower() in {str(each).lower() for each in listed or ()}  # type: ignore[attr-defined]
        return among is (operator == "IN")
    test = _TESTS.get(operator)
    if test is None:
        raise ApiError(400, "VALIDATION_ERROR", f"{operator} is no operator")
    return value is not None and test(value, str(wanted.get("value", "")), str(wanted.get("highValue", "")))


def _ordered(value: str) -> tuple[int, Decimal, str]:
    try:
        return (0, Decimal(value), "")
    except InvalidOperation:
        return (1, Decimal(0), value)


_TESTS: Final[Mapping[str, Callable[[str, str, str], bool]]] = {
    "EQ": lambda value, wanted, _: value.lower() == wanted.lower(),
    "NEQ": lambda value, wanted, _: value.lower() != wanted.lower(),
    "LT": lambda value, wanted, _: _ordered(value) < _ordered(wanted),
    "LTE": lambda value, wanted, _: _ordered(value) <= _ordered(wanted),
    "GT": lambda value, wanted, _: _ordered(value) > _ordered(wanted),
    "GTE": lambda value, wanted, _: _ordered(value) >= _ordered(wanted),
    "BETWEEN": lambda value, low, high: _ordered(low) <= _ordered(value) <= _ordered(high),
    "CONTAINS_TOKEN": lambda value, wanted, _: wanted.strip("*").lower() in value.lower().split(),
    "NOT_CONTAINS_TOKEN": lambda value, wanted, _: wanted.strip("*").lower() not in value.lower().split(),
}

ENDPOINTS: Final = (Endpoint("POST", both("/{type}/search"), _search, READ, is_search=True),)
