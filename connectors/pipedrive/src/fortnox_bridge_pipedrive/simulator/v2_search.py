"""Search (section 11): over what the index knew `search_lag_s` ago."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer
from fortnox_bridge_pipedrive.simulator.custom_fields import searchable_text
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid
from fortnox_bridge_pipedrive.simulator.pages import sorted_page
from fortnox_bridge_pipedrive.simulator.v2_fields import all_fields
from fortnox_bridge_pipedrive.simulator.v2_records import whole_query

_SEARCHABLE_TYPES = frozenset({"address", "varchar", "text", "varchar_auto", "double", "monetary", "phone"})
_FIELDS = {
    "deal": ("title", "notes", "custom_fields"),
    "organization": ("name", "address", "notes", "custom_fields"),
    "person": ("name", "email", "phone", "notes", "custom_fields"),
    "product": ("name", "code", "custom_fields"),
}
_NOTE_LINK = {"deal": "deal_id", "organization": "org_id", "person": "person_id"}
_COMMON = ("term", "fields", "exact_match", "include_fields", "limit", "cursor")


def _indexed(call: Call, entity: str) -> Iterator[Record]:
    seen_until = call.vendor.clock.now() - timedelta(seconds=call.vendor.knobs.search_lag_s)
    for record_id in call.company.tables[entity]:
        states = call.company.search_index.get((entity, record_id), [])
        known = [state for at, state in states if at <= seen_until]
        if known and not known[-1]["is_deleted"]:
            yield known[-1]


def _texts(call: Call, entity: str, record: Record, field: str) -> list[str]:
    if field == "custom_fields":
        definitions = call.company.custom_fields[entity]
        values = (record["custom_fields"] or {}).items()
        found = [
            searchable_text(value)
            for code, value in values
            if code in definitions and definitions[code]["field_type"] in _SEARCHABLE_TYPES
        ]
        return [text for text in found if text]
    if field in {"email", "phone"}:
        return [item["value"] for item in record[f"{field}s"] if item["value"]]
    if field == "notes":
        link = _NOTE_LINK[entity]
        notes = call.company.tables["note"].values()
        return [note["content"] for note in notes if note["active_flag"] and note[link] == record["id"]]
    text = searchable_text(record.get(field))
    return [text] if text else []


def _term(call: Call, *, exact: bool) -> str:
    term = call.query.get("term", "").strip()
    if len(term) < (1 if exact else 2):
        raise invalid("term: must be at least 2 characters, 1 with exact match")
    return term


def _flag(call: Call, name: str) -> bool:
    value = call.query.get(name, "false")
    if value not in {"true", "false"}:
        raise invalid(f"{name}: expected boolean")
    return value == "true"


def _search(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        exact = _flag(call, "exact_match")
        wanted = _term(call, exact=exact).casefold()
        fields = tuple(part for part in call.query.get("fields", "").split(",") if part) or _FIELDS[entity]
        if set(fields) - set(_FIELDS[entity]):
            raise invalid("fields: Invalid enum value")
        organization = whole_query(call.query, "organization_id")
        hits = []
        for record in _indexed(call, entity):
            if organization is not None and record.get("org_id") != organization:
                continue
            texts = [text.casefold() for field in fields for text in _texts(call, entity, record, field)]
            # Both kinds of match ignore case here, unlike itemSearch/field (section 11).
            if any(text == wanted if exact else wanted in text for text in texts):
                hits.append(record)
        page, cursor = sorted_page(hits, call.query, ("id",))
        items = [{"result_score": 0.5, "item": _item(call, entity, record)} for record in page]
        return answer({"items": items}, additional_data={"next_cursor": cursor})

    return handler


def _item(call: Call, entity: str, record: Record) -> Record:
    """A reduced object: the entity must be read again for the rest (section 11)."""
    custom = _texts(call, entity, record, "custom_fields")
    item: Record = {"id": record["id"], "type": entity, "visible_to": record["visible_to"]}
    item |= {"owner": {"id": record["owner_id"]}, "custom_fields": custom}
    if entity == "deal":
        return item | {"title": record["title"], "status": record["status"], "value": record["value"]}
    item["name"] = record["name"]
    if entity == "product":
        return item | {"code": record["code"]}
    item["notes"] = _texts(call, entity, record, "notes")
    if entity == "organization":
        return item | {"address": record["address"]["value"] if record["address"] else None}
    linked = call.company.find("organization", record["org_id"])
    emails, phones = _texts(call, entity, record, "email"), _texts(call, entity, record, "phone")
    organization = {"id": linked["id"], "name": linked["name"], "address": None} if linked else None
    return item | {"emails": emails, "phones": phones, "organization": organization}


_MATCH: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda text, term: text == term,
    "beginning": lambda text, term: text.startswith(term),
    "middle": lambda text, term: term in text,
}


def _search_field(call: Call) -> Response:
    entity, field = call.query.get("entity_type", ""), call.query.get("field", "")
    match = call.query.get("match", "exact")
    if entity not in _FIELDS or match not in _MATCH:
        raise invalid("entity_type/match: Invalid enum value")
    definition = next((item for item in all_fields(call.company, entity) if item["field_code"] == field), None)
    if definition is None or definition["field_type"] not in _SEARCHABLE_TYPES:
        raise invalid("field: field is not searchable")
    term = _term(call, exact=match == "exact")
    hits = []
    for record in _indexed(call, entity):
        holder: dict[str, Any] = (record["custom_fields"] or {}) if definition["is_custom_field"] else record
        text = searchable_text(holder.get(field))
        # Case-sensitive (section 11).
        if text is not None and _MATCH[match](text, term):
            hits.append({"id": record["id"], "name": record.get("name") or record.get("title")})
    page, cursor = sorted_page(hits, call.query, ("id",))
    if call.vendor.knobs.scored_field_search:
        page = [{"result_score": 1, "item": item} for item in page]
    return answer(page, additional_data={"next_cursor": cursor})


ENDPOINTS = (
    Endpoint(
        "GET",
        "/deals/search",
        _search("deal"),
        20,
        ("deals:read", "deals:full", "search:read"),
        _COMMON,
        is_search=True,
    ),
    Endpoint(
        "GET",
        "/organizations/search",
        _search("organization"),
        20,
        ("contacts:read", "contacts:full", "search:read"),
        _COMMON,
        is_search=True,
    ),
    Endpoint(
        "GET",
        "/persons/search",
        _search("person"),
        20,
        ("contacts:read", "contacts:full", "search:read"),
        (*_COMMON, "organization_id"),
        is_search=True,
    ),
    Endpoint(
        "GET",
        "/products/search",
        _search("product"),
        20,
        ("products:read", "products:full", "search:read"),
        _COMMON,
        is_search=True,
    ),
    Endpoint(
        "GET",
        "/itemSearch/field",
        _search_field,
        20,
        ("search:read",),
        ("term", "entity_type", "match", "field", "limit", "cursor"),
        is_search=True,
    ),
)
