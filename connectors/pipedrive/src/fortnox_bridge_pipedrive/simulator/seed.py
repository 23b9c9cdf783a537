"""`/_control/pipedrive/seed`: what a user does by hand, in one request.

Records first, in the order of `_SECTIONS`, then actions in the order given. Ids may be given or are issued. Unless
`company_id` says otherwise, everything happens in the first company, by its first user (`user_id`), in the UI
(`change_source` "app"; "api" for another integration's doing). A refused entry ends the seed with an error; what stood
before it remains.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.default_world import default_api_token, found_company
from fortnox_bridge_pipedrive.simulator.errors import ApiError
from fortnox_bridge_pipedrive.simulator.field_registry import CREATABLE_TYPES, add_field
from fortnox_bridge_pipedrive.simulator.seed_actions import ACTIONS
from fortnox_bridge_pipedrive.simulator.seed_records import (
    plant_deal,
    plant_file,
    plant_note,
    plant_organization,
    plant_person,
    plant_product,
)
from fortnox_bridge_pipedrive.simulator.seed_values import by_name, exact, wanted_id
from fortnox_bridge_pipedrive.simulator.state import FIELD_ENTITIES, Actor, Company, User
from fortnox_bridge_pipedrive.simulator.v2_pipelines import new_pipeline, new_stage
from fortnox_bridge_pipedrive.simulator.vendor import Vendor
from fortnox_bridge_pipedrive.simulator.views import deal_value

_Section = Callable[[Vendor, Company, Any, Actor], object]
_FIRST_NEW_USER_ID = 9_100_000


def plant(vendor: Vendor, data: Mapping[str, object]) -> Record:
    """Apply a seed; answers ids under the keys of the seed.

    Raises:
        ValueError: an unknown key or a refused record, with the vendor's own reason.
    """
    wishes: dict[str, Any] = exact(data)
    settings: Record = {name: wishes.pop(name) for name in ("company_id", "user_id", "change_source") if name in wishes}
    unknown = wishes.keys() - _SECTIONS.keys() - ACTIONS.keys()
    if unknown:
        known = ", ".join([*_SECTIONS, *ACTIONS])
        raise ValueError(f"unknown seed keys {sorted(unknown)}; known: {known}")
    try:
        # Companies first: the rest may be meant for one of them.
        made: Record = {"companies": _companies(vendor, wishes.pop("companies"))} if "companies" in wishes else {}
        company, actor = _stage_of_action(vendor, settings)
        for name, section in _SECTIONS.items():
            if name in wishes:
                made[name] = section(vendor, company, wishes[name], actor)
        for name, wish in wishes.items():
            if name in ACTIONS:
                made[name] = _acted(name, vendor, company, wish, actor)
    except ApiError as error:
        raise ValueError(str(error.body.get("error") or error.body)) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the seed lacks something or has the wrong shape: {error!r}") from error
    return {"company_id": company.id, "api_token": company.users[actor.user_id].api_token, **made}


def _stage_of_action(vendor: Vendor, settings: Record) -> tuple[Company, Actor]:
    company_id = settings.get("company_id", vendor.first_company().id)
    company = vendor.companies.get(company_id)
    if company is None:
        raise ValueError(f"no company with id {company_id}")
    user_id = settings.get("user_id", company.first_user().id)
    if user_id not in company.users:
        raise ValueError(f"no user with id {user_id}")
    source = settings.get("change_source", "app")
    if source not in {"app", "api"}:
        raise ValueError("change_source is app or api")
    return company, Actor(user_id, source)


def _acted(name: str, vendor: Vendor, company: Company, wish: Any, actor: Actor) -> object:  # noqa: ANN401
    if isinstance(wish, list) and name != "bulk_move_deals":
        return [ACTIONS[name](vendor, company, item, actor) for item in wish]
    return ACTIONS[name](vendor, company, wish, actor)


def _companies(vendor: Vendor, items: list[Record]) -> list[Record]:
    made = []
    for item in items:
        company_id = wanted_id(item) or max(vendor.companies) + 1
        if company_id in vendor.companies:
            raise ValueError(f"company {company_id} exists already")
        user_id = wanted_id(item, "user_id") or _FIRST_NEW_USER_ID + company_id
        user = User(
            user_id,
            item.get("user_name", "Admin"),
            item.get("user_email", f"admin@company-{company_id}.example"),
            default_api_token(company_id, user_id),
        )
        domain = item.get("domain", f"company-{company_id}")
        found_company(vendor, company_id, item["name"], domain, user)
        made.append({"id": company_id, "name": item["name"], "user_id": user_id, "api_token": user.api_token})
    return made


def _users(_vendor: Vendor, company: Company, items: list[Record], _actor: Actor) -> list[Record]:
    made = []
    for item in items:
        user_id = wanted_id(item) or max(company.users) + 1
        company.users[user_id] = User(
            user_id,
            item["name"],
            item.get("email", f"user-{user_id}@{company.domain}.example"),
            default_api_token(company.id, user_id),
            is_admin=item.get("is_admin", False),
            default_currency=item.get("default_currency", company.currency),
        )
        made.append({"id": user_id, "api_token": company.users[user_id].api_token})
    return made


def _fields(_vendor: Vendor, company: Company, items: Record, _actor: Actor) -> Record:
    """`{"organization": [{"name", "type", "options", "code"}]}`; one of the same name and type is reused."""
    made: Record = {}
    for entity, wishes in items.items():
        if entity not in FIELD_ENTITIES:
            raise ValueError(f"fields: no entity {entity!r}")
        made[entity] = [_field(company, entity, wish) for wish in wishes]
    return made


def _field(company: Company, entity: str, wish: Record) -> Record:
    if wish["type"] not in CREATABLE_TYPES and wish["type"] not in {"int", "boolean"}:
        raise ValueError(f"fields: no type {wish['type']!r}")
    same = [
        item
        for item in company.custom_fields[entity].values()
        if item["field_name"] == wish["name"] and item["field_type"] == wish["type"] and "code" not in wish
    ]
    definition = (
        same[0]
        if same
        else add_field(
            company, entity, wish["name"], wish["type"], option_labels=wish.get("options", ()), code=wish.get("code")
        )
    )
    return {name: definition[name] for name in ("field_code", "field_name", "field_type", "options")}


def _pipelines(_vendor: Vendor, company: Company, items: list[Record], actor: Actor) -> list[Record]:
    made = []
    for item in items:
        pipeline = new_pipeline(company, item["name"], actor, wanted_id(item))
        wishes = [{"name": wish} if isinstance(wish, str) else wish for wish in item.get("stages", [])]
        stages = [new_stage(company, pipeline["id"], wish["name"], actor, wanted_id(wish)) for wish in wishes]
        made.append({"id": pipeline["id"], "stages": {stage["name"]: stage["id"] for stage in stages}})
    return made


def _stages(_vendor: Vendor, company: Company, items: list[Record], actor: Actor) -> list[Record]:
    made = []
    for item in items:
        pipeline_id = wanted_id(item, "pipeline_id") or by_name(company, "pipeline", item["pipeline"])["id"]
        stage = new_stage(company, pipeline_id, item["name"], actor, wanted_id(item))
        made.append({"id": stage["id"], "name": stage["name"]})
    return made


def _records(planter: Callable[[Company, Record, Actor], Record], name: str) -> _Section:
    def section(_vendor: Vendor, company: Company, items: list[Record], actor: Actor) -> list[Record]:
        made = [planter(company, item, actor) for item in items]
        return [{"id": record["id"], name: record[name]} for record in made]

    return section


def _deals(_vendor: Vendor, company: Company, items: list[Record], actor: Actor) -> list[Record]:
    made = []
    for item in items:
        deal = plant_deal(company, item, actor)
        made.append(
            {
                "id": deal["id"],
                "title": deal["title"],
                "value": deal_value(company, deal),
                "stage_id": deal["stage_id"],
                "org_id": deal["org_id"],
                "person_id": deal["person_id"],
                "products": list(company.lines.get(deal["id"], {})),
                "discounts": list(company.discounts.get(deal["id"], {})),
            }
        )
    return made


def _filters(_vendor: Vendor, company: Company, items: list[Record], _actor: Actor) -> list[Record]:
    for item in items:
        company.filters[item["id"]] = list(item["ids"])
    return [{"id": item["id"]} for item in items]


_SECTIONS: Mapping[str, _Section] = {
    "companies": lambda vendor, _company, items, _actor: _companies(vendor, items),
    "users": _users,
    "fields": _fields,
    "pipelines": _pipelines,
    "stages": _stages,
    "products": _records(plant_product, "name"),
    "organizations": _records(plant_organization, "name"),
    "persons": _records(plant_person, "name"),
    "deals": _deals,
    "notes": _records(plant_note, "content"),
    "files": _records(plant_file, "name"),
    "filters": _filters,
}
