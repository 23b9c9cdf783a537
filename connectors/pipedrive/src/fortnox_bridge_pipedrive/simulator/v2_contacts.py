"""Organizations and persons (sections 9 and 10)."""

from collections.abc import Iterator

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer
from fortnox_bridge_pipedrive.simulator.body_schema import ORGANIZATION, PERSON, read_body
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid
from fortnox_bridge_pipedrive.simulator.recording import add_record
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_records import (
    LIST_QUERY,
    ONE_QUERY,
    apply_custom,
    delete_one,
    get_one,
    list_page,
    patch_record,
    require_link,
    whole_query,
    writable_record,
)
from fortnox_bridge_pipedrive.simulator.value_checks import complete_address
from fortnox_bridge_pipedrive.simulator.views import entity_view, participant_ids

_READ = ("contacts:read", "contacts:full")
_WRITE = ("contacts:full",)


def new_organization(company: Company, body: Record, actor: Actor, organization_id: int | None = None) -> Record:
    now = company.now()
    record: Record = {
        "id": 0,
        "name": body["name"],
        "owner_id": actor.user_id,
        "add_time": now,
        "update_time": now,
        "is_deleted": False,
        "visible_to": 3,
        "address": None,
        "label_ids": [],
        "website": None,
        "linkedin": None,
        "industry": None,
        "annual_revenue": None,
        "employee_count": None,
        "picture_id": None,
        "custom_fields": None,
    }
    apply_custom(company, "organization", record, body)
    record.update(organization_changes(company, body))
    record["id"] = company.next_id("organization", organization_id)
    return add_record(company, "organization", record, actor)


def organization_changes(company: Company, body: Record) -> Record:
    require_link(company, "user", "owner_id", body.get("owner_id"))
    changes = dict(body)
    if "address" in changes:
        # Components come from map autocomplete; a typed address has only `value` (section 9).
        changes["address"] = complete_address(changes["address"])
    return {key: value for key, value in changes.items() if key != "custom_fields"}


def new_person(company: Company, body: Record, actor: Actor, person_id: int | None = None) -> Record:
    now = company.now()
    record: Record = {
        "id": 0,
        "name": "",
        "first_name": None,
        "last_name": None,
        "owner_id": actor.user_id,
        "org_id": None,
        "add_time": now,
        "update_time": now,
        "emails": [],
        "phones": [],
        "is_deleted": False,
        "visible_to": 3,
        "label_ids": [],
        "picture_id": None,
        "custom_fields": None,
    }
    apply_custom(company, "person", record, body)
    record.update(person_changes(company, body))
    record["id"] = company.next_id("person", person_id)
    return add_record(company, "person", record, actor)


def person_changes(company: Company, body: Record) -> Record:
    require_link(company, "user", "owner_id", body.get("owner_id"))
    require_link(company, "organization", "org_id", body.get("org_id"))
    changes = {key: value for key, value in body.items() if key not in {"custom_fields", "marketing_status"}}
    if "name" in body:
        first, _, last = body["name"].partition(" ")
        changes = {"first_name": first, "last_name": last or None, **changes}
    elif "first_name" in body:
        changes["name"] = " ".join(part for part in (body["first_name"], body.get("last_name")) if part)
    for name in ("emails", "phones"):
        if name in body:
            # Writing replaces the whole array; the label defaults to "work" (section 10).
            changes[name] = [
                {"value": item["value"], "primary": item.get("primary", False), "label": item.get("label", "work")}
                for item in body[name]
            ]
    if body.get("postal_address") is not None:
        changes["postal_address"] = complete_address(body["postal_address"])
    return changes


def _list_organizations(call: Call) -> Response:
    return list_page(call, "organization", call.company.living("organization"))


def _create_organization(call: Call) -> Response:
    body = read_body(call.body, ORGANIZATION, ("name",))
    return answer(entity_view(call.company, "organization", new_organization(call.company, body, call.actor)))


def _patch_organization(call: Call) -> Response:
    record = writable_record(call.company, "organization", call.id())
    body = read_body(call.body, ORGANIZATION)
    changes = organization_changes(call.company, body) | {"custom_fields": body.get("custom_fields", {})}
    patch_record(call.company, "organization", record, changes, call.actor)
    return answer(entity_view(call.company, "organization", record))


def _listed_persons(call: Call) -> Iterator[Record]:
    org_id, deal_id = whole_query(call.query, "org_id"), whole_query(call.query, "deal_id")
    on_deal: list[int] | None = None
    if deal_id is not None:
        deal = call.company.find("deal", deal_id)
        on_deal = participant_ids(call.company, deal) if deal else []
    for person in call.company.living("person"):
        if org_id is not None and person["org_id"] != org_id:
            continue
        if on_deal is None or person["id"] in on_deal:
            yield person


def _list_persons(call: Call) -> Response:
    return list_page(call, "person", _listed_persons(call))


def _create_person(call: Call) -> Response:
    body = read_body(call.body, PERSON)
    if not body.get("name") and not (body.get("first_name") and body.get("last_name")):
        raise invalid("name: Required")
    return answer(entity_view(call.company, "person", new_person(call.company, body, call.actor)))


def _patch_person(call: Call) -> Response:
    record = writable_record(call.company, "person", call.id())
    body = read_body(call.body, PERSON)
    changes = person_changes(call.company, body) | {"custom_fields": body.get("custom_fields", {})}
    patch_record(call.company, "person", record, changes, call.actor)
    return answer(entity_view(call.company, "person", record))


ENDPOINTS = (
    Endpoint("GET", "/organizations", _list_organizations, 10, _READ, LIST_QUERY),
    Endpoint("POST", "/organizations", _create_organization, 5, _WRITE, (), "json"),
    Endpoint("GET", "/organizations/{id:int}", get_one("organization"), 1, _READ, ONE_QUERY),
    Endpoint("PATCH", "/organizations/{id:int}", _patch_organization, 5, _WRITE, (), "json"),
    Endpoint("DELETE", "/organizations/{id:int}", delete_one("organization"), 3, _WRITE, ()),
    Endpoint("GET", "/persons", _list_persons, 10, _READ, (*LIST_QUERY, "org_id", "deal_id")),
    Endpoint("POST", "/persons", _create_person, 5, _WRITE, (), "json"),
    Endpoint("GET", "/persons/{id:int}", get_one("person"), 1, _READ, ONE_QUERY),
    Endpoint("PATCH", "/persons/{id:int}", _patch_person, 5, _WRITE, (), "json"),
    Endpoint("DELETE", "/persons/{id:int}", delete_one("person"), 3, _WRITE, ()),
)
