"""Custom field definitions of one company (section 14.1)."""

import hashlib
from collections.abc import Iterable

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.builtin_fields import subfields_of
from fortnox_bridge_pipedrive.simulator.state import Company

CREATABLE_TYPES = (
    "varchar",
    "text",
    "double",
    "phone",
    "date",
    "daterange",
    "time",
    "timerange",
    "set",
    "enum",
    "varchar_auto",
    "address",
    "monetary",
    "org",
    "people",
    "user",
)
OPTION_TYPES = frozenset({"enum", "set"})


def new_field_code(company: Company, entity: str, name: str) -> str:
    # 40 hex, different per account, the same in every run of the sandbox; names are not unique, hence the number.
    number = company.next_id(f"field:{entity}")
    return hashlib.sha256(f"{company.id}:{entity}:{number}:{name}".encode()).hexdigest()[:40]


def new_options(company: Company, labels: Iterable[str]) -> list[Record]:
    return [
        {
            "id": company.next_id("option"),
            "label": label,
            "color": None,
            "add_time": company.now(),
            "update_time": company.now(),
        }
        for label in labels
    ]


def add_field(
    company: Company,
    entity: str,
    name: str,
    field_type: str,
    *,
    option_labels: Iterable[str] = (),
    code: str | None = None,
    description: str = "",
) -> Record:
    options = new_options(company, option_labels) if field_type in OPTION_TYPES else None
    definition: Record = {
        "field_name": name,
        "field_code": code or new_field_code(company, entity, name),
        "description": description,
        "field_type": field_type,
        "options": options,
        "subfields": subfields_of(field_type),
        "is_custom_field": True,
        "is_optional_response_field": False,
    }
    company.custom_fields[entity][definition["field_code"]] = definition
    return definition


def field_by_name(company: Company, entity: str, name_or_code: str) -> Record:
    fields = company.custom_fields[entity]
    if name_or_code in fields:
        return fields[name_or_code]
    named = [item for item in fields.values() if item["field_name"] == name_or_code]
    if len(named) != 1:
        known = ", ".join(sorted(item["field_name"] for item in fields.values()))
        raise ValueError(f"{entity} has {len(named)} custom fields named {name_or_code!r}; known: {known}")
    return named[0]
