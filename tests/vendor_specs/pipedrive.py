"""Holds a request against Pipedrive's own descriptions (versions 1 and 2), stricter than they ask for.

They declare hardly any `additionalProperties`; here an undeclared property is a violation, since version 2 refuses the
whole request for one. What the descriptions get wrong or leave out stands in `KNOWN_DEVIATIONS`, with its source.
"""

import json
import re
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema
import yaml

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs"
WHY_SKIPPED = "the vendor's descriptions are not here (../shared/specs/pipedrive-openapi-*.yaml)"

# (method, path, name) -> the facts that allow what the description does not. Sections of facts/pipedrive.md.
KNOWN_DEVIATIONS: Mapping[tuple[str, str, str], str] = {
    ("GET", "*", "include_fields"): "6: a comma list, though the enum shows single names",
    ("POST", "/oauth/token", "refresh_token"): "2.1: the refresh grant has its own field",
    ("POST", "/oauth/revoke", "*"): "2.1: the revocation endpoint is documented, not described",
}

_VERSIONS = (("/api/v2", "v2"), ("/api/v1", "v1"), ("/v1", "v1"))
_SCALARS = {
    "integer": re.compile(r"-?[0-9]+\Z"),
    "number": re.compile(r"-?[0-9]+(\.[0-9]+)?\Z"),
    "boolean": re.compile(r"(true|false)\Z"),
}


def are_here() -> bool:
    return all((SPECS / f"pipedrive-openapi-{version}.yaml").exists() for version in ("v1", "v2"))


def violations(
    method: str, path: str, query_pairs: Sequence[tuple[str, str]], content_type: str, body_bytes: bytes
) -> list[str]:
    """What is wrong with the request by the description, in words; empty when nothing is.

    `path` is below the account's origin (or the simulator's mount), such as `/api/v2/deals/812`.
    """
    if (method, path, "*") in KNOWN_DEVIATIONS:
        return []
    version, rest = _split(path)
    found = _operation(version, method, rest)
    if found is None:
        return [f"{method} {path}: not described in {version}"]
    template, operation = found
    where = f"{method} {template}"
    return [
        f"{where}: {said}"
        for said in (
            *_path_violations(template, rest, operation),
            *_query_violations(method, template, query_pairs, operation),
            *_body_violations(method, template, content_type, body_bytes, operation),
        )
    ]


def _split(path: str) -> tuple[str, str]:
    for prefix, version in _VERSIONS:
        if path.startswith(prefix + "/"):
            return version, path.removeprefix(prefix)
    return "v1", path


@cache
def _description(version: str) -> dict[str, Any]:
    with (SPECS / f"pipedrive-openapi-{version}.yaml").open(encoding="utf-8") as file:
        description: dict[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return description


def _operation(version: str, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """The described operation; a fixed path wins over one with a parameter."""
    described = _description(version)["paths"]
    fitting = [template for template in described if _pattern(template).match(path)]
    for template in sorted(fitting, key=lambda template: template.count("{")):
        if method.lower() in described[template]:
            return template, described[template][method.lower()]
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]*\}", template)
    return re.compile(r"([^/]+)".join(re.escape(part) for part in parts) + r"\Z")


def _path_violations(template: str, path: str, operation: Mapping[str, Any]) -> list[str]:
    match = _pattern(template).match(path)
    assert match is not None
    names = re.findall(r"\{([^}]*)\}", template)
    schemas = {p["name"]: p.get("schema", {}) for p in operation.get("parameters", ()) if p.get("in") == "path"}
    return [
        said
        for name, value in zip(names, match.groups(), strict=True)
        for said in _scalar_violations(name, value, schemas.get(name, {}))
    ]


def _query_violations(
    method: str, template: str, pairs: Sequence[tuple[str, str]], operation: Mapping[str, Any]
) -> list[str]:
    declared = {p["name"]: p for p in operation.get("parameters", ()) if p.get("in") == "query"}
    said = [f"{name} is required" for name, p in declared.items() if p.get("required") and name not in dict(pairs)]
    names = [name for name, _ in pairs]
    said += [f"{name} is given twice" for name in sorted(set(names)) if names.count(name) > 1]
    for name, value in pairs:
        if name not in declared:
            said.append(f"{name} is not a declared query parameter")
        else:
            schema = declared[name].get("schema", {})
            is_list = (method, "*", name) in KNOWN_DEVIATIONS or schema.get("type") == "array"
            schema = schema.get("items", schema)
            for part in value.split(",") if is_list else [value]:
                said += _scalar_violations(name, part, schema)
    return said


def _scalar_violations(name: str, value: str, schema: Mapping[str, Any]) -> list[str]:
    pattern = _SCALARS.get(schema.get("type", "string"))
    if pattern is not None and not pattern.match(value):
        return [f"{name} is not of type {schema['type']}"]
    if "enum" in schema and value not in {str(option) for option in schema["enum"]}:
        return [f"{name} is none of the declared values"]
    if "maximum" in schema and float(value) > schema["maximum"]:
        return [f"{name} is above {schema['maximum']}"]
    return []


def _body_violations(
    method: str, template: str, content_type: str, body: bytes, operation: Mapping[str, Any]
) -> list[str]:
    contents = operation.get("requestBody", {}).get("content", {})
    if not contents:
        return ["a body is not described"] if body else []
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in contents:
        return [f"content type {kind or 'missing'} is not described"]
    schema = contents[kind]["schema"]
    if kind == "application/json":
        try:
            value = json.loads(body)
        except ValueError:
            return ["the body is not JSON"]
        return _json_violations(value, schema)
    if kind == "multipart/form-data":
        return _form_violations(method, template, _multipart_fields(content_type, body), schema)
    return _form_violations(method, template, dict(parse_qsl(body.decode(), keep_blank_values=True)), schema)


def _json_violations(value: object, schema: Mapping[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(_strict(schema))
    return [
        f"{'.'.join(str(step) for step in error.absolute_path) or 'body'}: {error.message}"
        for error in validator.iter_errors(value)
    ]


def _strict(schema: Mapping[str, Any], *, is_branch: bool = False) -> dict[str, Any]:
    """OpenAPI 3.0 as JSON Schema, closed to what it does not name. Branches of `allOf` are closed together."""
    strict: dict[str, Any] = {}
    for key, value in schema.items():
        match key:
            case "properties":
                strict[key] = {name: _strict(part) for name, part in value.items()}
            case "items":
                strict[key] = _strict(value)
            case "allOf" | "oneOf" | "anyOf":
                strict[key] = [_strict(part, is_branch=True) for part in value]
            case "additionalProperties" if not value or "properties" not in schema:
                strict[key] = value
            case "type" | "required" | "enum" | "maxLength" | "minimum" | "maximum" | "maxItems" | "minLength":
                strict[key] = value
            case _:
                pass
    is_object = schema.get("type") == "object" or "properties" in schema or "allOf" in schema
    if is_object and not is_branch and "additionalProperties" not in strict:
        strict["unevaluatedProperties"] = False
    if schema.get("nullable"):
        return {"anyOf": [strict, {"type": "null"}]}
    return strict


def _form_violations(
    method: str, template: str, fields: Mapping[str, str | None], schema: Mapping[str, Any]
) -> list[str]:
    properties = schema.get("properties", {})
    said = [f"{name} is required" for name in schema.get("required", ()) if name not in fields]
    for name, value in fields.items():
        if name not in properties:
            if (method, template, name) not in KNOWN_DEVIATIONS:
                said.append(f"{name} is not a declared form field")
        elif value is not None:
            said += _scalar_violations(name, value, properties[name])
    return said


def _multipart_fields(content_type: str, body: bytes) -> dict[str, str | None]:
    """Each part's name with its text, None for a file's content."""
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: dict[str, str | None] = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields[name] = None if part.get_filename() else content.decode()
    return fields
