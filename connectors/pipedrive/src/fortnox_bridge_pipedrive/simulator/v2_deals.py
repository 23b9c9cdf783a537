"""Deals (section 6)."""

from collections.abc import Iterator

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer
from fortnox_bridge_pipedrive.simulator.body_schema import DEAL, read_body
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid
from fortnox_bridge_pipedrive.simulator.recording import add_record, changing
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_records import (
    LIST_QUERY,
    ONE_QUERY,
    apply_custom,
    delete_one,
    get_one,
    known_record,
    list_page,
    require_link,
    whole_query,
)
from fortnox_bridge_pipedrive.simulator.views import entity_view

_READ = ("deals:read", "deals:full")
_WRITE = ("deals:full",)


def new_deal(company: Company, body: Record, actor: Actor, deal_id: int | None = None) -> Record:
    """Create a deal from checked values, without lines."""
    _check_links(company, body)
    now = company.now()
    user = company.users[actor.user_id]
    stage = _stage_for(company, body, None)
    record: Record = {
        "id": 0,
        "title": body["title"],
        "creator_user_id": actor.user_id,
        "owner_id": body.get("owner_id", actor.user_id),
        "value": body.get("value") if body.get("value") is not None else 0,
        "person_id": body.get("person_id"),
        "org_id": body.get("org_id"),
        "stage_id": stage["id"],
        "pipeline_id": stage["pipeline_id"],
        "currency": body.get("currency", user.default_currency),
        "archive_time": None,
        "add_time": now,
        "update_time": now,
        "stage_change_time": None,
        "status": "open",
        "is_archived": False,
        "is_deleted": False,
        "probability": None,
        "lost_reason": None,
        "visible_to": 3,
        "close_time": None,
        "won_time": None,
        "lost_time": None,
        "local_won_date": None,
        "local_lost_date": None,
        "local_close_date": None,
        "expected_close_date": None,
        "label_ids": [],
        "origin": "ManuallyCreated" if actor.source == "app" else "API",
        "origin_id": None,
        "channel": None,
        "channel_id": None,
        "acv": None,
        "arr": None,
        "mrr": None,
        "custom_fields": None,
        "_first_won_time": None,
    }
    apply_custom(company, "deal", record, body)
    _write_plain(record, body)
    _write_status(company, record, body)
    record["id"] = company.next_id("deal", deal_id)
    return add_record(company, "deal", record, actor)


def change_deal(company: Company, deal: Record, body: Record, actor: Actor) -> None:
    _check_links(company, body)
    with changing(company, "deal", deal, actor):
        apply_custom(company, "deal", deal, body)
        stage = _stage_for(company, body, deal)
        if stage["id"] != deal["stage_id"]:
            deal["stage_change_time"] = company.now()
        deal["stage_id"], deal["pipeline_id"] = stage["id"], stage["pipeline_id"]
        _write_plain(deal, body)
        _write_status(company, deal, body)
        if "currency" in body:
            for line in company.lines.get(deal["id"], {}).values():
                line["currency"] = body["currency"]


_PLAIN = (
    "title",
    "owner_id",
    "value",
    "person_id",
    "org_id",
    "currency",
    "probability",
    "visible_to",
    "expected_close_date",
    "label_ids",
)


def _write_plain(deal: Record, body: Record) -> None:
    deal.update({key: body[key] for key in _PLAIN if key in body})
    if deal["value"] is None:
        deal["value"] = 0


def _write_status(company: Company, deal: Record, body: Record) -> None:
    now = company.now()
    if body.get("is_archived") is not None and body["is_archived"] != deal["is_archived"]:
        deal["is_archived"] = body["is_archived"]
        deal["archive_time"] = now if body["is_archived"] else None
    if body.get("is_deleted") is not None and body["is_deleted"] != deal["is_deleted"]:
        deal["is_deleted"] = body["is_deleted"]
        deal["_deleted_at"] = company.clock.now()
    status = str(body.get("status", deal["status"]))
    if "lost_reason" in body and status == "lost":
        deal["lost_reason"] = body["lost_reason"]
    if status != deal["status"]:
        _set_status(deal, status, now)
    for name in ("won_time", "lost_time", "close_time"):
        if body.get(name) is None:
            continue
        # Settable only on deals that are closed (section 6).
        if status == "open":
            raise invalid(f"{name}: can be set only for won or lost deals")
        deal[name] = body[name]


def _set_status(deal: Record, status: str, now: str) -> None:
    # Winning does not change the stage (section 6).
    deal["status"] = status
    deal["won_time"] = now if status == "won" else None
    deal["lost_time"] = now if status == "lost" else None
    deal["close_time"] = None if status == "open" else now
    deal["local_won_date"] = now[:10] if status == "won" else None
    deal["local_lost_date"] = now[:10] if status == "lost" else None
    deal["local_close_date"] = None if status == "open" else now[:10]
    if status != "lost":
        deal["lost_reason"] = None
    if status == "won" and deal["_first_won_time"] is None:
        deal["_first_won_time"] = now


def _stage_for(company: Company, body: Record, deal: Record | None) -> Record:
    """The stage that a write leads to: a stage names its pipeline, a pipeline alone means its first stage."""
    pipeline_id, stage_id = body.get("pipeline_id"), body.get("stage_id")
    if stage_id is not None:
        stage = company.find("stage", stage_id)
        if stage is None or stage["is_deleted"]:
            raise invalid(f"stage_id: stage {stage_id} not found")
        if pipeline_id is not None and stage["pipeline_id"] != pipeline_id:
            raise invalid("stage_id: stage does not belong to the pipeline")
        return stage
    if deal is not None and pipeline_id in {None, deal["pipeline_id"]}:
        return company.tables["stage"][deal["stage_id"]]
    living = [row for row in company.living("stage") if pipeline_id in {None, row["pipeline_id"]}]
    if not living:
        raise invalid(f"pipeline_id: pipeline {pipeline_id} not found")
    return min(living, key=lambda row: (row["pipeline_id"], row["order_nr"]))


def _check_links(company: Company, body: Record) -> None:
    require_link(company, "organization", "org_id", body.get("org_id"))
    require_link(company, "person", "person_id", body.get("person_id"))
    require_link(company, "user", "owner_id", body.get("owner_id"))
    currency = body.get("currency")
    if currency is not None and currency not in {row["code"] for row in company.currencies}:
        raise invalid(f"currency: currency {currency} is not supported")


def _listed(call: Call) -> Iterator[Record]:
    status = call.query.get("status")
    if status not in {None, "open", "won", "lost", "deleted"}:
        raise invalid("status: Invalid enum value")
    wanted = {
        name: value
        for name in ("stage_id", "pipeline_id", "org_id", "person_id")
        if (value := whole_query(call.query, name)) is not None
    }
    for deal in call.company.tables["deal"].values():
        # Archived deals have a list of their own; deleted ones show only when asked for (section 6).
        if deal["is_archived"] or deal["is_deleted"] != (status == "deleted") or "_merged_to" in deal:
            continue
        if status not in {None, "deleted", deal["status"]}:
            continue
        if all(deal[name] == value for name, value in wanted.items()):
            yield deal


def _list(call: Call) -> Response:
    return list_page(call, "deal", _listed(call))


def _list_archived(call: Call) -> Response:
    rows = (row for row in call.company.living("deal") if row["is_archived"])
    return list_page(call, "deal", rows)


def _create(call: Call) -> Response:
    deal = new_deal(call.company, read_body(call.body, DEAL, ("title",)), call.actor)
    return answer(entity_view(call.company, "deal", deal))


def _patch(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    change_deal(call.company, deal, read_body(call.body, DEAL), call.actor)
    return answer(entity_view(call.company, "deal", deal))


_FILTERS = ("person_id", "org_id", "pipeline_id", "stage_id", "status")
ENDPOINTS = (
    Endpoint("GET", "/deals", _list, 10, _READ, (*LIST_QUERY, *_FILTERS)),
    Endpoint("POST", "/deals", _create, 5, _WRITE, (), "json"),
    Endpoint("GET", "/deals/archived", _list_archived, 20, _READ, (*LIST_QUERY, *_FILTERS)),
    Endpoint("GET", "/deals/{id:int}", get_one("deal"), 1, _READ, ONE_QUERY),
    Endpoint("PATCH", "/deals/{id:int}", _patch, 5, _WRITE, (), "json"),
    Endpoint("DELETE", "/deals/{id:int}", delete_one("deal"), 3, _WRITE, ()),
)
