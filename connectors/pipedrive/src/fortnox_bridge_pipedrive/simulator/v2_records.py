"""What the v2 endpoints of deals, organizations, persons and products have in common."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, json_response, page_v2
from fortnox_bridge_pipedrive.simulator.custom_fields import merge_custom_fields
from fortnox_bridge_pipedrive.simulator.endpoint import Call
from fortnox_bridge_pipedrive.simulator.errors import invalid, not_found
from fortnox_bridge_pipedrive.simulator.instants import parse_whole_seconds, v2_time
from fortnox_bridge_pipedrive.simulator.pages import id_list, sorted_page
from fortnox_bridge_pipedrive.simulator.recording import changing, remove_record
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.views import entity_view, read_shape

PURGE_AFTER = timedelta(days=30)
LIST_QUERY = (
    "filter_id",
    "ids",
    "owner_id",
    "updated_since",
    "updated_until",
    "sort_by",
    "sort_direction",
    "include_fields",
    "custom_fields",
    "include_option_labels",
    "include_labels",
    "limit",
    "cursor",
)
ONE_QUERY = ("include_fields", "custom_fields", "include_option_labels", "include_labels")
_TITLE = {"deal": "Deal", "organization": "Organization", "person": "Person", "product": "Product"}


def known_record(company: Company, entity: str, record_id: int) -> Record:
    """A record that can be read: living, or deleted less than 30 days ago and not merged away (sections 6, 12)."""
    record = company.find(entity, record_id)
    if record is None or record.get("_merged_to") is not None or _is_purged(company, record):
        raise not_found(_TITLE[entity])
    return record


def _is_purged(company: Company, record: Record) -> bool:
    return bool(record["is_deleted"]) and company.clock.now() - record["_deleted_at"] >= PURGE_AFTER


def writable_record(company: Company, entity: str, record_id: int) -> Record:
    record = known_record(company, entity, record_id)
    if record["is_deleted"]:
        raise not_found(_TITLE[entity])
    return record


def get_one(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        record = known_record(call.company, entity, call.id())
        return answer(entity_view(call.company, entity, record, read_shape(call.query, entity)))

    return handler


def delete_one(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        record = known_record(call.company, entity, call.id())
        if record["is_deleted"]:
            # A repeated DELETE was seen to answer 410 with success: true (section 3).
            return json_response({"success": True, "data": {"id": record["id"]}}, 410)
        remove_record(call.company, entity, record, call.actor)
        return answer({"id": record["id"]})

    return handler


def list_page(
    call: Call, entity: str, rows: Iterable[Record], sortable: tuple[str, ...] = ("id", "update_time", "add_time")
) -> Response:
    """Apply the filters that all lists share, then sort, cut and shape."""
    shape = read_shape(call.query, entity)
    chosen = list(_filtered(call.company, entity, rows, call.query))
    page, cursor = sorted_page(chosen, call.query, sortable)
    return page_v2([entity_view(call.company, entity, row, shape) for row in page], cursor)


def _filtered(company: Company, entity: str, rows: Iterable[Record], query: Mapping[str, str]) -> Iterable[Record]:
    since, until = _instant(query, "updated_since"), _instant(query, "updated_until")
    ids = set(id_list(query["ids"], "ids")) if "ids" in query else None
    if "filter_id" in query:
        saved = company.filters.get(int(query["filter_id"]) if query["filter_id"].isdecimal() else -1)
        if saved is None:
            raise not_found("Filter")
        ids = set(saved) & ids if ids is not None else set(saved)
    owner = whole_query(query, "owner_id")
    for row in rows:
        if ids is not None and row["id"] not in ids:
            continue
        if owner is not None and row["owner_id"] != owner:
            continue
        if since is not None and row["update_time"] < since:
            continue
        if until is not None and row["update_time"] >= until:
            continue
        yield row


def _instant(query: Mapping[str, str], name: str) -> str | None:
    if name not in query:
        return None
    at = parse_whole_seconds(query[name])
    if at is None:
        raise invalid(f"{name}: Invalid datetime, expected RFC 3339 with whole seconds")
    return v2_time(at)


def whole_query(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not text.isdecimal():
        raise invalid(f"{name}: expected number")
    return int(text)


def apply_custom(company: Company, entity: str, record: Record, body: Record) -> None:
    try:
        merge_custom_fields(company, entity, record, body.get("custom_fields", {}))
    except ValueError as error:
        raise invalid(str(error)) from error


def patch_record(company: Company, entity: str, record: Record, body: Record, actor: Actor) -> None:
    """Write checked values of a PATCH into a record that has no rules of its own."""
    with changing(company, entity, record, actor):
        apply_custom(company, entity, record, body)
        record.update({key: value for key, value in body.items() if key != "custom_fields"})


def require_link(company: Company, kind: str, name: str, record_id: object) -> None:
    if record_id is None:
        return
    if kind == "user":
        if record_id not in company.users:
            raise invalid(f"{name}: user {record_id} not found")
        return
    record = company.tables[kind].get(int(str(record_id)))
    if record is None or record.get("is_deleted"):
        raise invalid(f"{name}: {kind} {record_id} not found")
