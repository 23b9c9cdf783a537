"""Discounts and installments of deals (sections 7.2 and 7.3)."""

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer
from fortnox_bridge_pipedrive.simulator.body_schema import DISCOUNT, INSTALLMENT, read_body
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid, not_found, refused
from fortnox_bridge_pipedrive.simulator.pages import id_list, sorted_page
from fortnox_bridge_pipedrive.simulator.recording import changing
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_records import known_record

_READ = ("deals:read", "deals:full")


def add_discount(company: Company, deal: Record, body: Record, actor: Actor) -> Record:
    _check_discount(body)
    now = company.now()
    record: Record = {
        # The only UUID among Pipedrive's ids (section 7.2).
        "id": str(company.identities.uuid()),
        "description": body["description"],
        "amount": body["amount"],
        "type": body["type"],
        "deal_id": deal["id"],
        "created_at": now,
        "created_by": actor.user_id,
        "updated_at": now,
        "updated_by": actor.user_id,
    }
    with changing(company, "deal", deal, actor):
        company.discounts.setdefault(deal["id"], {})[record["id"]] = record
    return record


def _check_discount(body: Record) -> None:
    if body["amount"] <= 0:
        raise invalid("amount: must be greater than 0")
    if body["type"] == "percentage" and body["amount"] > 100:
        raise invalid("amount: must be at most 100")


def add_installment(company: Company, deal: Record, body: Record) -> Record:
    lines = [line for line in company.lines.get(deal["id"], {}).values() if line["is_enabled"]]
    if not any(line["billing_frequency"] == "one-time" for line in lines):
        raise invalid("deal must have at least one one-time product")
    if any(line["billing_frequency"] != "one-time" for line in lines):
        raise invalid("installments cannot be added to a deal with recurring products")
    record: Record = {
        "id": company.next_id("installment"),
        "amount": body["amount"],
        "billing_date": body["billing_date"],
        "description": body["description"],
        "deal_id": deal["id"],
    }
    company.installments.setdefault(deal["id"], {})[record["id"]] = record
    return record


def _discount_of(call: Call, deal: Record) -> Record:
    record = call.company.discounts.get(deal["id"], {}).get(str(call.path["discount_id"]))
    if record is None:
        raise not_found("Discount")
    return record


def _list_discounts(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    return answer(list(call.company.discounts.get(deal["id"], {}).values()))


def _create_discount(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    body = read_body(call.body, DISCOUNT, ("description", "amount", "type"))
    return answer(add_discount(call.company, deal, body, call.actor), 201)


def _patch_discount(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    record = _discount_of(call, deal)
    body = read_body(call.body, DISCOUNT)
    _check_discount({**record, **body})
    with changing(call.company, "deal", deal, call.actor):
        record.update(body, updated_at=call.company.now(), updated_by=call.actor.user_id)
    return answer(record)


def _delete_discount(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    record = _discount_of(call, deal)
    with changing(call.company, "deal", deal, call.actor):
        del call.company.discounts[deal["id"]][record["id"]]
    return answer({"id": record["id"]})


def _require_growth(call: Call) -> None:
    if call.vendor.knobs.plan == "lite":
        # 415 is the vendor's "feature not enabled" (sections 3 and 7.3).
        raise refused(415, "Feature is not enabled")


def _list_installments(call: Call) -> Response:
    _require_growth(call)
    if "deal_ids" not in call.query:
        raise invalid("deal_ids: Required")
    wanted = id_list(call.query["deal_ids"], "deal_ids")
    rows = [row for deal_id in wanted for row in call.company.installments.get(deal_id, {}).values()]
    page, _ = sorted_page(rows, call.query, ("id", "billing_date", "deal_id"))
    # The description knows no additional_data here although it takes a cursor (section 5).
    return answer(page)


def _create_installment(call: Call) -> Response:
    _require_growth(call)
    deal = known_record(call.company, "deal", call.id())
    body = read_body(call.body, INSTALLMENT, ("description", "amount", "billing_date"))
    return answer(add_installment(call.company, deal, body))


def _patch_installment(call: Call) -> Response:
    _require_growth(call)
    deal = known_record(call.company, "deal", call.id())
    record = call.company.installments.get(deal["id"], {}).get(call.id("installment_id"))
    if record is None:
        raise not_found("Installment")
    record.update(read_body(call.body, INSTALLMENT))
    return answer(record)


def _delete_installment(call: Call) -> Response:
    _require_growth(call)
    deal = known_record(call.company, "deal", call.id())
    if call.company.installments.get(deal["id"], {}).pop(call.id("installment_id"), None) is None:
        raise not_found("Installment")
    return answer({"id": call.id("installment_id")})


_INSTALLMENT = "/deals/{id:int}/installments/{installment_id:int}"
_DISCOUNT = "/deals/{id:int}/discounts/{discount_id}"
_PAGE = ("deal_ids", "cursor", "limit", "sort_by", "sort_direction")
ENDPOINTS = (
    Endpoint("GET", "/deals/installments", _list_installments, 10, _READ, _PAGE),
    Endpoint("POST", "/deals/{id:int}/installments", _create_installment, 5, _READ, (), "json"),
    Endpoint("PATCH", _INSTALLMENT, _patch_installment, 5, _READ, (), "json"),
    Endpoint("DELETE", _INSTALLMENT, _delete_installment, 3, _READ, ()),
    Endpoint("GET", "/deals/{id:int}/discounts", _list_discounts, 10, _READ, ()),
    Endpoint("POST", "/deals/{id:int}/discounts", _create_discount, 5, _READ, (), "json"),
    Endpoint("PATCH", _DISCOUNT, _patch_discount, 5, _READ, (), "json"),
    Endpoint("DELETE", _DISCOUNT, _delete_discount, 3, _READ, ()),
)
