"""Seeds speak of names where the API speaks of ids: this finds what is meant."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.field_registry import field_by_name
from fortnox_bridge_pipedrive.simulator.state import Company

_TITLE_KEY = {"deal": "title"}


def exact(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Floats of a Python caller become the decimals that they print as."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    return value


def without(data: Mapping[str, Any], names: Iterable[str]) -> Record:
    left_out = set(names)
    return {key: value for key, value in data.items() if key not in left_out}


def wanted_id(data: Mapping[str, Any], key: str = "id") -> int | None:
    value = data.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f"{key} must be a whole number")
    return value


def existing(company: Company, kind: str, record_id: object) -> Record:
    record = company.tables[kind].get(record_id) if isinstance(record_id, int) else None
    if record is None:
        raise ValueError(f"no {kind} with id {record_id}")
    return record


def by_name(company: Company, kind: str, name: str) -> Record:
    key = _TITLE_KEY.get(kind, "name")
    found = [record for record in company.living(kind) if record[key] == name]
    if len(found) != 1:
        raise ValueError(f"{len(found)} records of kind {kind} named {name!r}")
    return found[0]


def product_by_code(company: Company, code: str) -> Record:
    found = [record for record in company.living("product") if record["code"] == code]
    if len(found) != 1:
        raise ValueError(f"{len(found)} products with code {code!r}")
    return found[0]


def stage_of(company: Company, data: Mapping[str, Any]) -> int | None:
    """`stage_id`, or `stage` by name, in `pipeline` (a name) where stages of several pipelines share it."""
    if data.get("stage_id") is not None:
        return int(existing(company, "stage", data["stage_id"])["id"])
    if "stage" not in data:
        return None
    pipeline = by_name(company, "pipeline", data["pipeline"])["id"] if "pipeline" in data else None
    found = [
        stage
        for stage in company.living("stage")
        if stage["name"] == data["stage"] and pipeline in {None, stage["pipeline_id"]}
    ]
    if len(found) != 1:
        raise ValueError(f"{len(found)} stages named {data['stage']!r}")
    return int(found[0]["id"])


def custom_body(company: Company, entity: str, values: Mapping[str, Any]) -> Record:
    """Custom fields by name or code; options by label; money and addresses as plain values if wanted."""
    body: Record = {}
    for name, value in values.items():
        definition = field_by_name(company, entity, name)
        body[definition["field_code"]] = _field_value(definition, value)
    return body


def _field_value(definition: Record, value: Any) -> Any:  # noqa: ANN401  # as varied as the field types
    field_type = definition["field_type"]
    if field_type == "enum" and isinstance(value, str):
        return _option_id(definition, value)
    if field_type == "set" and isinstance(value, list):
        return [_option_id(definition, item) if isinstance(item, str) else item for item in value]
    wraps_number = field_type == "monetary" and isinstance(value, int | Decimal)
    wraps_text = field_type in {"address", "time"} and isinstance(value, str)
    return {"value": value} if wraps_number or wraps_text else value


def _option_id(definition: Record, label: str) -> int:
    for option in definition["options"]:
        if option["label"] == label:
            return int(option["id"])
    raise ValueError(f"field {definition['field_name']!r} has no option {label!r}")
