"""Records as a user's hands would make them in the UI, with nested conveniences."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from starlette.datastructures import UploadFile

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.body_schema import (
    DEAL,
    DISCOUNT,
    INSTALLMENT,
    LINE,
    ORGANIZATION,
    PERSON,
    PRODUCT,
    read_body,
)
from fortnox_bridge_pipedrive.simulator.seed_values import (
    by_name,
    custom_body,
    existing,
    product_by_code,
    stage_of,
    wanted_id,
    without,
)
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v1_files import new_file
from fortnox_bridge_pipedrive.simulator.v1_notes import new_note
from fortnox_bridge_pipedrive.simulator.v2_contacts import new_organization, new_person
from fortnox_bridge_pipedrive.simulator.v2_deal_lines import add_lines
from fortnox_bridge_pipedrive.simulator.v2_deal_terms import add_discount, add_installment
from fortnox_bridge_pipedrive.simulator.v2_deals import new_deal
from fortnox_bridge_pipedrive.simulator.v2_products import add_variation, new_product

Planter = Callable[[Company, Mapping[str, Any], Actor], Record]


def record_body(company: Company, entity: str, data: Mapping[str, Any]) -> Record:
    """Turn a seed's names and shorthands into the body of an API write."""
    body = dict(data)
    if "custom_fields" in body:
        body["custom_fields"] = custom_body(company, entity, body["custom_fields"])
    if isinstance(body.get("address"), str):
        body["address"] = {"value": body["address"]}
    for short, name in (("email", "emails"), ("phone", "phones")):
        if short in body:
            body[name] = [{"value": body.pop(short), "primary": True, "label": "work"}]
    if "price" in body:
        body["prices"] = [{"price": body.pop("price"), "currency": company.currency}]
    return body


def linked_id(company: Company, kind: str, value: object, plant: Planter, actor: Actor) -> int:
    """A record by id or name, or made on the spot out of an object."""
    if isinstance(value, Mapping):
        return int(plant(company, value, actor)["id"])
    if isinstance(value, str):
        return int(by_name(company, kind, value)["id"])
    return int(existing(company, kind, value)["id"])


def plant_organization(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    body = read_body(record_body(company, "organization", without(data, ["id"])), ORGANIZATION, ("name",))
    return new_organization(company, body, actor, wanted_id(data))


def plant_person(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    body = record_body(company, "person", without(data, ["id", "organization"]))
    if data.get("organization") is not None:
        body["org_id"] = linked_id(company, "organization", data["organization"], plant_organization, actor)
    return new_person(company, read_body(body, PERSON), actor, wanted_id(data))


def plant_product(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    body = record_body(company, "product", without(data, ["id", "variations"]))
    product = new_product(company, read_body(body, PRODUCT, ("name",)), actor, wanted_id(data))
    for variation in data.get("variations", []):
        add_variation(company, product, variation["name"], variation.get("prices", []))
    return product


_DEAL_CONVENIENCES = (
    "id",
    "organization",
    "person",
    "stage",
    "pipeline",
    "products",
    "discounts",
    "installments",
    "participants",
)


def plant_deal(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    body = deal_body(company, data, actor)
    deal = new_deal(company, read_body(body, DEAL, ("title",)), actor, wanted_id(data))
    lines = [(line_body(company, deal, line, actor), wanted_id(line)) for line in data.get("products", [])]
    if lines:
        add_lines(company, deal, lines, actor)
    for discount in data.get("discounts", []):
        plant_discount(company, deal, discount, actor)
    for item in data.get("installments", []):
        add_installment(company, deal, read_body(item, INSTALLMENT, ("amount", "billing_date", "description")))
    for person in data.get("participants", []):
        row_id = company.next_id("participant")
        person_id = linked_id(company, "person", person, plant_person, actor)
        company.tables["participant"][row_id] = {"id": row_id, "deal_id": deal["id"], "person_id": person_id}
    return deal


def deal_body(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    body = record_body(company, "deal", without(data, _DEAL_CONVENIENCES))
    if data.get("organization") is not None:
        body["org_id"] = linked_id(company, "organization", data["organization"], plant_organization, actor)
    if data.get("person") is not None:
        body["person_id"] = linked_id(company, "person", data["person"], plant_person, actor)
    stage_id = stage_of(company, data)
    if stage_id is not None:
        body["stage_id"] = stage_id
    elif "pipeline" in data:
        body["pipeline_id"] = by_name(company, "pipeline", data["pipeline"])["id"]
    return body


def plant_discount(company: Company, deal: Record, data: Mapping[str, Any], actor: Actor) -> Record:
    body = {"description": "Rabatt", "type": "percentage", **data}
    return add_discount(company, deal, read_body(body, DISCOUNT, ("amount",)), actor)


def line_body(company: Company, deal: Record, data: Mapping[str, Any], actor: Actor) -> Record:
    """A line by `product_id`, `code` or `product`; its price defaults to the product's in the deal's currency."""
    body = without(data, ["id", "code", "product"])
    if "code" in data:
        body["product_id"] = product_by_code(company, data["code"])["id"]
    elif "product" in data:
        body["product_id"] = linked_id(company, "product", data["product"], plant_product, actor)
    product = existing(company, "product", body.get("product_id"))
    body.setdefault("quantity", 1)
    if "item_price" not in body:
        prices = {item["currency"]: item["price"] for item in product["prices"]}
        body["item_price"] = prices.get(deal["currency"], 0)
    return read_body(body, LINE, ("product_id",))


def plant_note(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    if "content" not in data:
        raise ValueError("a note needs content")
    return new_note(company, dict(data), actor)


def plant_file(company: Company, data: Mapping[str, Any], actor: Actor) -> Record:
    """A file on a deal: `{"deal_id": 1, "name": "offert.pdf", "size": 2000}`, in the UI of the company."""
    links = {"deal_id": existing(company, "deal", data["deal_id"])["id"]}
    content = b"%PDF-1.4 " if str(data["name"]).endswith(".pdf") else b"text "
    body = content.ljust(int(data.get("size", 1000)), b".")
    upload = UploadFile(BytesIO(body), size=len(body), filename=str(data["name"]))
    return new_file(company, "", actor.user_id, upload, links)
