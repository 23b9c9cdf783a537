"""Merges and deal participants (sections 6 and 12)."""

from collections.abc import Callable

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import not_found, refused
from fortnox_bridge_pipedrive.simulator.instants import v1_from_v2
from fortnox_bridge_pipedrive.simulator.merging import merge
from fortnox_bridge_pipedrive.simulator.pages import offset_page
from fortnox_bridge_pipedrive.simulator.state import Company, User
from fortnox_bridge_pipedrive.simulator.v2_records import writable_record
from fortnox_bridge_pipedrive.simulator.views import deal_value, participant_ids


def _merge(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        target = call.body.get("merge_with_id") if isinstance(call.body, dict) else None
        if isinstance(target, bool) or not isinstance(target, int):
            raise refused(400, "merge_with_id is required", "")
        loser = writable_record(call.company, entity, call.id())
        survivor = writable_record(call.company, entity, target)
        if loser is survivor:
            raise refused(400, "Cannot merge a record with itself", "")
        merge(call.company, entity, loser, survivor, call.actor)
        if entity != "deal":
            return answer({"id": survivor["id"]})
        return answer(_v1_deal(call.company, survivor) | {"merge_what_id": loser["id"]})

    return handler


def _v1_deal(company: Company, deal: Record) -> Record:
    plain = ("id", "creator_user_id", "person_id", "org_id", "stage_id", "pipeline_id", "title", "currency", "status")
    return {name: deal[name] for name in plain} | {
        "user_id": deal["owner_id"],
        "value": deal_value(company, deal),
        "add_time": v1_from_v2(deal["add_time"]),
        "update_time": v1_from_v2(deal["update_time"]),
        "visible_to": str(deal["visible_to"]),
        "active": deal["status"] == "open",
        "deleted": deal["is_deleted"],
    }


def _owner(user: User) -> Record:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "has_pic": 0,
        "pic_hash": None,
        "active_flag": user.active,
        "value": user.id,
    }


def _participant(company: Company, deal: Record, person: Record, row_id: int) -> Record:
    owner = company.users[person["owner_id"]]
    organization = company.find("organization", person["org_id"])
    # v1 nests ids under `value` (section 22).
    linked_org = {"name": organization["name"], "value": organization["id"]} if organization else None
    contact: Record = {
        "active_flag": not person["is_deleted"],
        "name": person["name"],
        "email": person["emails"],
        "phone": person["phones"],
    }
    return {
        "id": row_id,
        "person_id": {**contact, "value": person["id"]},
        "add_time": v1_from_v2(deal["add_time"]),
        "active_flag": True,
        "related_item_data": {"deal_id": deal["id"], "title": deal["title"]},
        "person": {
            **contact,
            "id": person["id"],
            "company_id": company.id,
            "first_name": person["first_name"],
            "last_name": person["last_name"],
            "owner_id": _owner(owner),
            "org_id": linked_org,
            "org_name": organization["name"] if organization else None,
            "owner_name": owner.name,
            "add_time": v1_from_v2(person["add_time"]),
            "update_time": v1_from_v2(person["update_time"]),
            "visible_to": str(person["visible_to"]),
            "picture_id": None,
            "label_ids": person["label_ids"],
        },
        "added_by_user_id": _owner(owner),
        "related_item_type": "deal",
        "related_item_id": deal["id"],
    }


def _participants(call: Call) -> Response:
    company = call.company
    deal = company.find("deal", call.id())
    if deal is None:
        raise not_found("Deal")
    rows = [
        _participant(company, deal, company.tables["person"][person_id], number)
        for number, person_id in enumerate(participant_ids(company, deal), start=1)
    ]
    page, pagination = offset_page(rows, call.query)
    users = {str(user.id): _owner(user) for user in company.users.values()}
    return answer(page, additional_data={"pagination": pagination}, related_objects={"user": users})


def _add_participant(call: Call) -> Response:
    company = call.company
    deal = writable_record(company, "deal", call.id())
    person_id = call.body.get("person_id") if isinstance(call.body, dict) else None
    person = company.find("person", person_id if isinstance(person_id, int) else None)
    if person is None:
        raise refused(400, "person_id is required", "")
    row_id = company.next_id("participant")
    company.tables["participant"][row_id] = {"id": row_id, "deal_id": deal["id"], "person_id": person["id"]}
    return answer(_participant(company, deal, person, row_id), 201)


_DEALS = ("deals:read", "deals:full")
ENDPOINTS = (
    Endpoint("PUT", "/deals/{id:int}/merge", _merge("deal"), 40, ("deals:full",), body="json"),
    Endpoint("PUT", "/organizations/{id:int}/merge", _merge("organization"), 40, ("contacts:full",), body="json"),
    Endpoint("PUT", "/persons/{id:int}/merge", _merge("person"), 40, ("contacts:full",), body="json"),
    Endpoint("GET", "/deals/{id:int}/participants", _participants, 10, _DEALS),
    Endpoint("POST", "/deals/{id:int}/participants", _add_participant, 10, ("deals:full",), body="json"),
)
