"""Field metadata and creation of custom fields (sections 14.1 and 14.2)."""

from collections.abc import Callable

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, page_v2
from fortnox_bridge_pipedrive.simulator.builtin_fields import CONTACT_SYNC_FIELDS, builtin_fields
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import invalid, not_found, refused
from fortnox_bridge_pipedrive.simulator.field_registry import CREATABLE_TYPES, OPTION_TYPES, add_field, new_options
from fortnox_bridge_pipedrive.simulator.pages import sorted_page
from fortnox_bridge_pipedrive.simulator.state import Company

_PATHS = {
    "deal": "dealFields",
    "organization": "organizationFields",
    "person": "personFields",
    "product": "productFields",
}
_READ = {
    "deal": ("deals:read", "deals:full", "admin", "deal-fields:full"),
    "organization": ("contacts:read", "contacts:full", "admin", "contact-fields:full"),
    "person": ("contacts:read", "contacts:full", "admin", "contact-fields:full"),
    "product": ("products:read", "products:full", "admin", "product-fields:full"),
}
_WRITE = {
    "deal": ("admin", "deal-fields:full"),
    "organization": ("admin", "contact-fields:full"),
    "person": ("admin", "contact-fields:full"),
    "product": ("admin", "product-fields:full"),
}
_EXTRAS = ("ui_visibility", "important_fields", "required_fields")
_BODY_KEYS = {"field_name", "field_type", "options", "description", *_EXTRAS}


def all_fields(company: Company, entity: str) -> list[Record]:
    built_in = [item for item in builtin_fields(entity) if item["field_code"] not in CONTACT_SYNC_FIELDS]
    return [*built_in, *company.custom_fields[entity].values()]


def _view(definition: Record, include: tuple[str, ...]) -> Record:
    extras: Record = {
        "ui_visibility": {"add_visible_flag": False, "details_visible_flag": True},
        "important_fields": {"enabled": False, "stage_ids": []},
        "required_fields": {"enabled": False, "stage_ids": [], "statuses": {}},
    }
    return definition | {name: definition.get(f"_{name}", extras[name]) for name in include}


def _included(call: Call) -> tuple[str, ...]:
    names = tuple(part for part in call.query.get("include_fields", "").split(",") if part)
    if set(names) - set(_EXTRAS):
        raise invalid("include_fields: Invalid enum value")
    return names


def _public(definition: Record) -> Record:
    return {key: value for key, value in definition.items() if not key.startswith("_")}


def _list(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        rows = [{**item, "id": number} for number, item in enumerate(all_fields(call.company, entity), start=1)]
        page, cursor = sorted_page(rows, call.query, ("id",))
        include = _included(call)
        shown = [_public(_view(item, include)) for item in page]
        for item in shown:
            del item["id"]
        return page_v2(shown, cursor)

    return handler


def _get(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        code = call.path["code"]
        found = next((item for item in all_fields(call.company, entity) if item["field_code"] == code), None)
        if found is None:
            raise not_found("Field")
        return answer(_public(_view(found, _included(call))))

    return handler


def _require_admin(call: Call) -> None:
    # The scope is not enough: permission sets stop users who are no admins (section 2.5).
    if not call.caller.user.is_admin:
        raise refused(403, "You do not have permissions to do this")


def _create(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        _require_admin(call)
        body = _field_body(call.body)
        options = body.get("options")
        if body["field_type"] in OPTION_TYPES and not options:
            raise invalid("options: Required for enum and set fields")
        labels = _labels(options) if options is not None else []
        # Not idempotent: the same name makes a second field (section 14.2).
        definition = add_field(
            call.company,
            entity,
            body["field_name"],
            body["field_type"],
            option_labels=labels,
            description=body.get("description") or "",
        )
        definition.update({f"_{name}": body[name] for name in _EXTRAS if name in body})
        return answer(_public(_view(definition, _EXTRAS)))

    return handler


def _field_body(body: object) -> Record:
    if not isinstance(body, dict) or body.keys() - _BODY_KEYS:
        raise invalid("Unrecognized key(s) in object")
    name = body.get("field_name")
    if not isinstance(name, str) or not 1 <= len(name) <= 255:
        raise invalid("field_name: must be a string of 1 to 255 characters")
    if body.get("field_type") not in CREATABLE_TYPES:
        raise invalid("field_type: Invalid enum value")
    return body


def _labels(options: object) -> list[str]:
    if not isinstance(options, list) or not options:
        raise invalid("options: expected a non-empty array")
    for item in options:
        if not isinstance(item, dict) or item.keys() != {"label"} or not isinstance(item["label"], str):
            raise invalid("options: each option is an object with a label")
    return [item["label"] for item in options]


def _own_field(call: Call, entity: str) -> Record:
    definition = call.company.custom_fields[entity].get(str(call.path["code"]))
    if definition is None:
        raise not_found("Field")
    return definition


def _patch(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        _require_admin(call)
        definition = _own_field(call, entity)
        allowed = {"field_name", "description", *_EXTRAS}
        # Name and visibility only; the type never changes (section 14.2).
        if not isinstance(call.body, dict) or call.body.keys() - allowed:
            raise invalid("Unrecognized key(s) in object")
        if "field_name" in call.body:
            definition["field_name"] = str(call.body["field_name"])
        if "description" in call.body:
            definition["description"] = str(call.body["description"] or "")
        return answer(_public(definition))

    return handler


def _delete(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        _require_admin(call)
        definition = _own_field(call, entity)
        del call.company.custom_fields[entity][definition["field_code"]]
        return answer({"field_code": definition["field_code"]})

    return handler


def _add_options(entity: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        _require_admin(call)
        definition = _own_field(call, entity)
        if definition["options"] is None:
            raise invalid("field has no options")
        made = new_options(call.company, _labels(call.body))
        definition["options"].extend(made)
        return answer([{"id": item["id"], "label": item["label"]} for item in made], additional_data=None)

    return handler


def _endpoints() -> tuple[Endpoint, ...]:
    made: list[Endpoint] = []
    for entity, path in _PATHS.items():
        read, write, one = _READ[entity], _WRITE[entity], f"/{path}/{{code}}"
        made += [
            Endpoint("GET", f"/{path}", _list(entity), 10, read, ("include_fields", "limit", "cursor")),
            Endpoint("POST", f"/{path}", _create(entity), 5, write, (), "json"),
            Endpoint("GET", one, _get(entity), 1, read, ("include_fields",)),
            Endpoint("PATCH", one, _patch(entity), 5, write, (), "json"),
            Endpoint("DELETE", one, _delete(entity), 3, write, ()),
            Endpoint("POST", f"{one}/options", _add_options(entity), 5, write, (), "json"),
        ]
    return tuple(made)


ENDPOINTS = _endpoints()
