"""Pipelines and stages (section 13)."""

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, page_v2
from fortnox_bridge_pipedrive.simulator.body_schema import STAGE, read_body
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid, not_found
from fortnox_bridge_pipedrive.simulator.pages import sorted_page
from fortnox_bridge_pipedrive.simulator.recording import add_record, changing, remove_record
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_records import whole_query

_READ = ("deals:read", "deals:full", "admin")
_SORT = ("id", "update_time", "add_time")
_PAGE = ("sort_by", "sort_direction", "limit", "cursor")


def new_pipeline(company: Company, name: str, actor: Actor, pipeline_id: int | None = None) -> Record:
    now = company.now()
    record: Record = {
        "id": company.next_id("pipeline", pipeline_id),
        "name": name,
        "order_nr": len(company.tables["pipeline"]),
        "is_deleted": False,
        "is_deal_probability_enabled": False,
        "add_time": now,
        "update_time": now,
    }
    return add_record(company, "pipeline", record, actor)


def new_stage(company: Company, pipeline_id: int, name: str, actor: Actor, stage_id: int | None = None) -> Record:
    now = company.now()
    siblings = [row for row in company.tables["stage"].values() if row["pipeline_id"] == pipeline_id]
    record: Record = {
        # Unique in the account, not only in its pipeline (section 13).
        "id": company.next_id("stage", stage_id),
        "order_nr": len(siblings) + 1,
        "name": name,
        "is_deleted": False,
        "deal_probability": 100,
        "pipeline_id": pipeline_id,
        "is_deal_rot_enabled": False,
        "days_to_rotten": None,
        "add_time": now,
        "update_time": now,
    }
    return add_record(company, "stage", record, actor)


def _one(kind: str, title: str, call: Call) -> Record:
    record = call.company.find(kind, call.id())
    if record is None:
        raise not_found(title)
    return record


def _list_pipelines(call: Call) -> Response:
    page, cursor = sorted_page(call.company.living("pipeline"), call.query, _SORT)
    return page_v2(page, cursor)


def _get_pipeline(call: Call) -> Response:
    return answer(_one("pipeline", "Pipeline", call))


def _list_stages(call: Call) -> Response:
    pipeline_id = whole_query(call.query, "pipeline_id")
    rows = [row for row in call.company.living("stage") if pipeline_id in {None, row["pipeline_id"]}]
    page, cursor = sorted_page(rows, call.query, (*_SORT, "order_nr"))
    return page_v2(page, cursor)


def _get_stage(call: Call) -> Response:
    return answer(_one("stage", "Stage", call))


def _create_stage(call: Call) -> Response:
    body = read_body(call.body, STAGE, ("name", "pipeline_id"))
    if call.company.find("pipeline", body["pipeline_id"]) is None:
        raise invalid("pipeline_id: not found")
    return answer(new_stage(call.company, body["pipeline_id"], body["name"], call.actor))


def _patch_stage(call: Call) -> Response:
    stage = _one("stage", "Stage", call)
    body = read_body(call.body, STAGE)
    with changing(call.company, "stage", stage, call.actor):
        stage.update(body)
    return answer(stage)


def _delete_stage(call: Call) -> Response:
    stage = _one("stage", "Stage", call)
    remove_record(call.company, "stage", stage, call.actor)
    return answer({"id": stage["id"]})


ENDPOINTS = (
    Endpoint("GET", "/pipelines", _list_pipelines, 5, _READ, _PAGE),
    Endpoint("GET", "/pipelines/{id:int}", _get_pipeline, 1, _READ, ()),
    Endpoint("GET", "/stages", _list_stages, 5, _READ, ("pipeline_id", *_PAGE)),
    Endpoint("POST", "/stages", _create_stage, 5, ("admin",), (), "json"),
    Endpoint("GET", "/stages/{id:int}", _get_stage, 1, _READ, ()),
    Endpoint("PATCH", "/stages/{id:int}", _patch_stage, 5, ("admin",), (), "json"),
    Endpoint("DELETE", "/stages/{id:int}", _delete_stage, 3, ("admin",), ()),
)
