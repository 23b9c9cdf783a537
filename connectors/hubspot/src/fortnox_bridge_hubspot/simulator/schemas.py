"""Definitions of properties and their groups (facts 15.1)."""

import re
from typing import Final

from starlette.responses import Response

from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, invalid, json_response, no_content, not_found
from fortnox_bridge_hubspot.simulator.definitions import definition
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,99}\Z")
_FIELD_TYPES: Final = {
    "string": {"text", "textarea", "html", "file", "phonenumber"},
    "number": {"number"},
    "bool": {"booleancheckbox"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox"},
    "phone_number": {"phonenumber"},
}
_READ: Final = ("crm.objects.{kind}.read", "crm.schemas.{kind}.write", "crm.schemas.{kind}.read")
_WRITE: Final = ("crm.schemas.{kind}.write",)


def _families(path: str) -> tuple[str, ...]:
    return (f"/crm/properties/2026-09{path}", f"/crm/properties/2026-03{path}", f"/crm/v3/properties{path}")


def _list(call: Call) -> Response:
    is_archived = call.query.get("archived") == "true"
    rows = [each for each in call.portal.properties[call.kind()].values() if each["archived"] is is_archived]
    return json_response({"results": rows})


def _read(call: Call) -> Response:
    return json_response(_existing(call))


def _create(call: Call) -> Response:
    missing = [name for name in ("name", "label", "type", "fieldType", "groupName") if not call.body.get(name)]
    if missing:
        raise invalid(f"Some required fields were not set: {missing}")
    kind, body = call.kind(), dict(call.body)
    name = str(body["name"])
    if not _NAME.match(name) or name.startswith("hs_"):
        raise invalid(f"{name} is no valid property name", code="INVALID_NAME")
    if str(body["fieldType"]) not in _FIELD_TYPES.get(str(body["type"]), ()):
        raise invalid(f"fieldType {body['fieldType']} does not fit type {body['type']}")
    if body["groupName"] not in call.portal.groups[kind]:
        raise invalid(f'Property group "{body["groupName"]}" does not exist', code="PROPERTY_GROUP_NOT_FOUND")
    known = call.portal.properties[kind].get(name)
    if known is not None and known["archived"]:
        # Creating an archived name brings the old property back.
        known["archived"] = False
        return json_response(known, 201)
    if known is not None:
        raise ApiError(
            409,
            "OBJECT_ALREADY_EXISTS",
            f'A property named "{name}" already exists.',
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    raw_options = body.get("options")
    options = raw_options if isinstance(raw_options, list) else []
    if body["type"] == "enumeration" and not options:
        raise invalid("enumerations need options")
    record = definition(
        name,
        str(body["label"]),
        str(body["type"]),
        str(body["fieldType"]),
        group=str(body["groupName"]),
        options=tuple((str(each["value"]), str(each["label"])) for each in options),
    )
    record["description"] = str(body.get("description", ""))
    call.portal.properties[kind][name] = record
    return json_response(record, 201)


def _update(call: Call) -> Response:
    record = _existing(call)
    if record["hubspotDefined"]:
        raise ApiError(400, "VALIDATION_ERROR", "The definition is read-only")
    for name in ("label", "description", "groupName", "options"):
        if name in call.body:
            record[name] = call.body[name]
    return json_response(record)


def _archive(call: Call) -> Response:
    record = _existing(call)
    if record["hubspotDefined"]:
        raise ApiError(400, "VALIDATION_ERROR", "The property cannot be archived")
    record["archived"] = True
    return no_content()


def _existing(call: Call) -> Record:
    record = call.portal.properties[call.kind()].get(call.path["name"])
    if record is None or record["archived"]:
        raise not_found(f"Property {call.path['name']} does not exist")
    return record


def _groups(call: Call) -> Response:
    return json_response({"results": list(call.portal.groups[call.kind()].values())})


def _create_group(call: Call) -> Response:
    name, label = str(call.body.get("name") or ""), str(call.body.get("label") or "")
    if not name or not label:
        raise invalid("name and label are required")
    groups = call.portal.groups[call.kind()]
    if name in groups:
        raise ApiError(409, "OBJECT_ALREADY_EXISTS", f'A property group named "{name}" already exists.')
    groups[name] = {"name": name, "label": label, "displayOrder": -1, "archived": False}
    return json_response(groups[name], 201)


ENDPOINTS: Final = (
    Endpoint("GET", _families("/{type}/groups"), _groups, _READ),
    Endpoint("POST", _families("/{type}/groups"), _create_group, _WRITE),
    Endpoint("GET", _families("/{type}/{name}"), _read, _READ),
    Endpoint("GET", _families("/{type}"), _list, _READ),
    Endpoint("POST", _families("/{type}"), _create, _WRITE),
    Endpoint("PATCH", _families("/{type}/{name}"), _update, _WRITE),
    Endpoint("DELETE", _families("/{type}/{name}"), _archive, _WRITE),
)
