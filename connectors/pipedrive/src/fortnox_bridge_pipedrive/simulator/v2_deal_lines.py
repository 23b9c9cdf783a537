"""Products on deals (section 7.1)."""

from collections.abc import Iterable

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, page_v2
from fortnox_bridge_pipedrive.simulator.body_schema import LINE, read_body
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid, not_found
from fortnox_bridge_pipedrive.simulator.pages import id_list, sorted_page
from fortnox_bridge_pipedrive.simulator.recording import changing
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_records import known_record
from fortnox_bridge_pipedrive.simulator.views import line_view

_READ = ("products:read", "products:full", "deals:read", "deals:full")
_WRITE = ("products:full", "deals:full")
_REQUIRED = ("product_id", "item_price", "quantity")
_PAGE_QUERY = ("cursor", "limit", "sort_by", "sort_direction")
_SORTABLE = ("id", "add_time", "update_time", "order_nr")
_MOST_RECURRING = 20
_MOST_CYCLES = 208


def add_line(company: Company, deal: Record, body: Record, actor: Actor, line_id: int | None = None) -> Record:
    return add_lines(company, deal, [(body, line_id)], actor)[0]


def add_lines(
    company: Company, deal: Record, bodies: Iterable[tuple[Record, int | None]], actor: Actor
) -> list[Record]:
    """Attach products, all or none, with one event for the deal's new value."""
    rows = company.lines.setdefault(deal["id"], {})
    made: list[Record] = []
    for body, line_id in bodies:
        line = _new_line(company, deal, body, order_nr=len(rows) + len(made) + 1)
        _check_recurrence(line, [*rows.values(), *made])
        line["id"] = company.next_id("line", line_id)
        made.append(line)
    with changing(company, "deal", deal, actor):
        for line in made:
            rows[line["id"]] = line
        if "tax_method" in made[-1]["_given"]:
            _align_tax_method(rows.values(), made[-1]["tax_method"])
        for line in made:
            del line["_given"]
    return made


def _new_line(company: Company, deal: Record, body: Record, order_nr: int) -> Record:
    product = _linkable_product(company, body["product_id"])
    _check_variation(company, body)
    present = company.lines.get(deal["id"], {})
    method = next(iter(present.values()))["tax_method"] if present else company.tax_method
    now = company.now()
    return {
        "id": 0,
        "sum": 0,
        "tax": body.get("tax", product["tax"]),
        "deal_id": deal["id"],
        "name": product["name"],
        "product_id": product["id"],
        "product_variation_id": body.get("product_variation_id"),
        "order_nr": order_nr,
        "add_time": now,
        "update_time": now,
        "comments": body.get("comments", ""),
        "currency": deal["currency"],
        "discount": body.get("discount", 0),
        "discount_type": body.get("discount_type", "percentage"),
        "quantity": body["quantity"],
        "item_price": body["item_price"],
        "tax_method": body.get("tax_method", method),
        "is_enabled": body.get("is_enabled", True),
        "billing_frequency": body.get("billing_frequency", "one-time"),
        "billing_frequency_cycles": body.get("billing_frequency_cycles"),
        "billing_start_date": body.get("billing_start_date"),
        "_given": frozenset(body),
    }


def change_line(company: Company, deal: Record, line: Record, body: Record, actor: Actor) -> None:
    if "product_id" in body:
        product = _linkable_product(company, body["product_id"])
        body = {**body, "name": product["name"]}
    _check_variation(company, {"product_id": line["product_id"], **body})
    rows = company.lines[deal["id"]]
    others = [row for row in rows.values() if row["id"] != line["id"]]
    _check_recurrence({**line, **body}, others)
    with changing(company, "deal", deal, actor):
        line.update(body)
        line["update_time"] = company.now()
        if "tax_method" in body:
            _align_tax_method(rows.values(), body["tax_method"])


def remove_lines(company: Company, deal: Record, line_ids: Iterable[int], actor: Actor) -> None:
    with changing(company, "deal", deal, actor):
        for line_id in line_ids:
            del company.lines[deal["id"]][line_id]


def _align_tax_method(lines: Iterable[Record], method: str) -> None:
    # One method per deal: changing it on one line changes it on all (section 7.1).
    for line in lines:
        line["tax_method"] = method


def _linkable_product(company: Company, product_id: int) -> Record:
    product = company.find("product", product_id)
    if product is None or product["is_deleted"]:
        raise not_found("Product")
    if not product["is_linkable"]:
        raise invalid(f"product_id: product {product_id} cannot be added to deals")
    return product


def _check_variation(company: Company, body: Record) -> None:
    variation_id = body.get("product_variation_id")
    if variation_id is not None and variation_id not in company.variations.get(body["product_id"], {}):
        raise invalid(f"product_variation_id: variation {variation_id} not found")


def _check_recurrence(line: Record, others: list[Record]) -> None:
    cycles = line["billing_frequency_cycles"]
    if line["billing_frequency"] == "one-time":
        if cycles is not None:
            raise invalid("billing_frequency_cycles: must be null for one-time products")
        return
    if line["billing_frequency"] == "weekly" and cycles is None:
        raise invalid("billing_frequency_cycles: required for weekly billing")
    if cycles is not None and not 1 <= cycles <= _MOST_CYCLES:
        raise invalid(f"billing_frequency_cycles: must be from 1 to {_MOST_CYCLES}")
    recurring = sum(1 for row in others if row["billing_frequency"] != "one-time")
    if recurring >= _MOST_RECURRING:
        raise invalid(f"billing_frequency: at most {_MOST_RECURRING} recurring products per deal")


def _line_of(call: Call, deal: Record) -> Record:
    line = call.company.lines.get(deal["id"], {}).get(call.id("line_id"))
    if line is None:
        raise not_found("Deal product")
    return line


def _list(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    page, cursor = sorted_page(call.company.lines.get(deal["id"], {}).values(), call.query, _SORTABLE)
    return page_v2([line_view(row) for row in page], cursor)


def _list_many(call: Call) -> Response:
    if "deal_ids" not in call.query:
        raise invalid("deal_ids: Required")
    wanted = id_list(call.query["deal_ids"], "deal_ids")
    rows = [line for deal_id in wanted for line in call.company.lines.get(deal_id, {}).values()]
    page, cursor = sorted_page(rows, call.query, (*_SORTABLE, "deal_id"))
    return page_v2([line_view(row) for row in page], cursor)


def _create(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    line = add_line(call.company, deal, read_body(call.body, LINE, _REQUIRED), call.actor)
    return answer(line_view(line), 201)


def _create_many(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    rows = call.body.get("data") if isinstance(call.body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        raise invalid("data: expected an array of 1 to 100 products")
    bodies = [(read_body(row, LINE, _REQUIRED), None) for row in rows]
    lines = add_lines(call.company, deal, bodies, call.actor)
    return answer([line_view(line) for line in lines], 201)


def _patch(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    line = _line_of(call, deal)
    change_line(call.company, deal, line, read_body(call.body, LINE), call.actor)
    return answer(line_view(line))


def _delete(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    line = _line_of(call, deal)
    remove_lines(call.company, deal, [line["id"]], call.actor)
    return answer({"id": line["id"]})


def _delete_many(call: Call) -> Response:
    deal = known_record(call.company, "deal", call.id())
    present = call.company.lines.get(deal["id"], {})
    wanted = id_list(call.query["ids"], "ids") if "ids" in call.query else list(present)
    doomed = [line_id for line_id in wanted if line_id in present][:100]
    remove_lines(call.company, deal, doomed, call.actor)
    return answer({"ids": doomed}, additional_data={"more_items_in_collection": bool(present)})


ENDPOINTS = (
    Endpoint("GET", "/deals/products", _list_many, 10, _READ, ("deal_ids", *_PAGE_QUERY)),
    Endpoint("GET", "/deals/{id:int}/products", _list, 10, _READ, _PAGE_QUERY),
    Endpoint("POST", "/deals/{id:int}/products", _create, 5, _WRITE, (), "json"),
    Endpoint("POST", "/deals/{id:int}/products/bulk", _create_many, 25, _WRITE, (), "json"),
    Endpoint("DELETE", "/deals/{id:int}/products", _delete_many, 15, _WRITE, ("ids",)),
    Endpoint("PATCH", "/deals/{id:int}/products/{line_id:int}", _patch, 5, _WRITE, (), "json"),
    Endpoint("DELETE", "/deals/{id:int}/products/{line_id:int}", _delete, 3, _WRITE, ()),
)
