"""Products and their variations (section 8)."""

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, page_v2
from fortnox_bridge_pipedrive.simulator.body_schema import PRODUCT, read_body
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.pages import sorted_page
from fortnox_bridge_pipedrive.simulator.recording import add_record
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_records import (
    apply_custom,
    delete_one,
    get_one,
    known_record,
    list_page,
    patch_record,
    require_link,
    writable_record,
)
from fortnox_bridge_pipedrive.simulator.views import entity_view

_READ = ("products:read", "products:full")
_WRITE = ("products:full",)


def new_product(company: Company, body: Record, actor: Actor, product_id: int | None = None) -> Record:
    now = company.now()
    record: Record = {
        "id": company.next_id("product", product_id),
        "name": body["name"],
        "code": None,
        "description": None,
        "unit": None,
        "tax": 0,
        "category": None,
        "is_linkable": True,
        "is_deleted": False,
        "visible_to": 3,
        "owner_id": actor.user_id,
        "add_time": now,
        "update_time": now,
        "billing_frequency": "one-time",
        "billing_frequency_cycles": None,
        "prices": [],
        "label_ids": [],
        "custom_fields": None,
    }
    apply_custom(company, "product", record, body)
    record.update(product_changes(company, record["id"], body))
    return add_record(company, "product", record, actor)


def product_changes(company: Company, product_id: int, body: Record) -> Record:
    require_link(company, "user", "owner_id", body.get("owner_id"))
    changes = {key: value for key, value in body.items() if key != "custom_fields"}
    if "prices" in changes:
        # Replaces the whole array (section 8).
        changes["prices"] = [_price(product_id, item) for item in changes["prices"]]
    if changes.get("category") is not None:
        # An option id as string in answers, a number in requests (section 8).
        changes["category"] = str(changes["category"])
    return changes


def _price(product_id: int, item: Record) -> Record:
    return {
        "product_id": product_id,
        "price": item["price"],
        "currency": item["currency"],
        "cost": item.get("cost", 0),
        "direct_cost": item.get("direct_cost"),
        "notes": item.get("notes", ""),
    }


def add_variation(company: Company, product: Record, name: str, prices: list[Record]) -> Record:
    variation_id = company.next_id("variation")
    record: Record = {
        "id": variation_id,
        "name": name,
        "product_id": product["id"],
        "prices": [
            {
                "product_variation_id": variation_id,
                "price": item["price"],
                "currency": item["currency"],
                "cost": item.get("cost", 0),
                "direct_cost": item.get("direct_cost"),
                "notes": item.get("notes", ""),
            }
            for item in prices
        ],
    }
    company.variations.setdefault(product["id"], {})[variation_id] = record
    return record


def _list(call: Call) -> Response:
    return list_page(
        call, "product", call.company.living("product"), sortable=("id", "name", "add_time", "update_time")
    )


def _create(call: Call) -> Response:
    product = new_product(call.company, read_body(call.body, PRODUCT, ("name",)), call.actor)
    return answer(entity_view(call.company, "product", product), 201)


def _patch(call: Call) -> Response:
    record = writable_record(call.company, "product", call.id())
    body = read_body(call.body, PRODUCT)
    changes = product_changes(call.company, record["id"], body) | {"custom_fields": body.get("custom_fields", {})}
    patch_record(call.company, "product", record, changes, call.actor)
    return answer(entity_view(call.company, "product", record))


def _list_variations(call: Call) -> Response:
    product = known_record(call.company, "product", call.id())
    page, cursor = sorted_page(call.company.variations.get(product["id"], {}).values(), call.query, ("id",))
    return page_v2(page, cursor)


_LIST_QUERY = (
    "owner_id",
    "ids",
    "filter_id",
    "cursor",
    "limit",
    "sort_by",
    "sort_direction",
    "updated_since",
    "custom_fields",
)
ENDPOINTS = (
    Endpoint("GET", "/products", _list, 10, _READ, _LIST_QUERY),
    Endpoint("POST", "/products", _create, 5, _WRITE, (), "json"),
    Endpoint("GET", "/products/{id:int}", get_one("product"), 1, _READ, ()),
    Endpoint("PATCH", "/products/{id:int}", _patch, 5, _WRITE, (), "json"),
    Endpoint("DELETE", "/products/{id:int}", delete_one("product"), 3, _WRITE, ()),
    Endpoint("GET", "/products/{id:int}/variations", _list_variations, 10, _READ, ("cursor", "limit")),
)
