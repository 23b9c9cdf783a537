"""Holds a request against Fortnox's own description, stricter than it asks for.

It declares no `additionalProperties`; here an undeclared property of a payload is a violation, since Fortnox refuses
the whole request for one (2001399). What the description gets wrong or leaves out stands in `KNOWN_DEVIATIONS`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema

SPEC = Path(__file__).resolve().parents[3] / "shared" / "specs" / "fortnox-openapi.json"
WHY_SKIPPED = "the vendor's description is not here (../shared/specs/fortnox-openapi.json)"


@dataclass(frozen=True)
class Deviation:
    """What is let through although the description does not allow it, and the section of facts/fortnox.md for it."""

    name: str
    allowed: Mapping[str, Any]
    facts: str


# Of payloads, by property ("*": every scalar one).
KNOWN_DEVIATIONS = (
    Deviation("*", {"const": "API_BLANK"}, "6.3: clears a field of any type, numeric ones included"),
    Deviation("VAT", {"type": "number"}, "10: a row's rate may be 25.5, the description says integer"),
)
# Of queries: global parameters that the description leaves out (facts 1).
_PAGING = {
    "limit": re.compile(r"[1-9][0-9]{0,2}\Z"),
    "page": re.compile(r"[1-9][0-9]*\Z"),
    "sortorder": re.compile(r"(ascending|descending)\Z"),
}
_SCALAR_RULES = ("type", "enum", "maxLength", "minLength", "minimum", "maximum", "pattern")
_MAX_LIMIT = 500
# They take no body, though the description shows the whole document (facts 4.3).
_ACTIONS = {"cancel", "createinvoice", "warehouseready"}
_OAUTH_FORMS = {
    "authorization_code": {"code", "redirect_uri"},
    "refresh_token": {"refresh_token"},
    "client_credentials": set[str](),
}


def is_here() -> bool:
    return SPEC.exists()


def violations(
    method: str, path: str, query_pairs: Sequence[tuple[str, str]], content_type: str, body_bytes: bytes
) -> list[str]:
    """What is wrong with the request by the description, in words; empty when nothing is.

    `path` is below Fortnox's origin (or the simulator's mount), such as `/3/invoices/17`, encoded as it was sent.
    """
    if path.startswith("/oauth-v1/"):
        return _oauth_violations(method, path, content_type, body_bytes)
    found = _operation(method, path)
    if found is None:
        return [f"{method} {path}: not described"]
    template, operation = found
    said = [
        *_query_violations(query_pairs, operation),
        *_body_violations(method, template, content_type, body_bytes, operation),
    ]
    return [f"{method} {template}: {problem}" for problem in said]


@cache
def _description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return loaded


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    candidates = []
    for template, item in _description()["paths"].items():
        pattern = "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/"))
        if re.fullmatch(pattern, path) and method.lower() in item:
            candidates.append((template.count("{"), template, item[method.lower()]))
    if not candidates:
        return None
    _, template, operation = min(candidates, key=lambda candidate: candidate[0])
    return template, operation


def _query_violations(pairs: Sequence[tuple[str, str]], operation: Mapping[str, Any]) -> Iterable[str]:
    declared = {
        part["name"]: part.get("schema", {}) for part in operation.get("parameters", ()) if part["in"] == "query"
    }
    names = [name for name, _ in pairs]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"query {name} is sent twice"
    for name, value in pairs:
        if name in _PAGING:
            if not _PAGING[name].match(value) or (name == "limit" and int(value) > _MAX_LIMIT):
                yield f"query {name}={value} is out of range"
        elif name not in declared:
            yield f"query {name} is not declared"
        elif "enum" in declared[name] and value not in declared[name]["enum"]:
            yield f"query {name}={value} is none of the declared values"


def _body_violations(
    method: str, template: str, content_type: str, body: bytes, operation: Mapping[str, Any]
) -> Iterable[str]:
    is_action = template.rpartition("/")[2] in _ACTIONS
    if method in {"GET", "DELETE"} or is_action:
        if body:
            yield "a body where none belongs"
        return
    described = next(iter(operation["requestBody"]["content"]))
    if described == "multipart/form-data":
        if content_type.partition(";")[0].strip() != described or b'name="file"; filename=' not in body:
            yield f"content type {content_type or 'missing'}, and no part called file"
        return
    if content_type.partition(";")[0].strip() != "application/json":
        yield f"content type {content_type or 'missing'}"
    try:
        content = json.loads(body)
    except ValueError:
        yield "the body is no JSON"
        return
    schema = next(iter(operation["requestBody"]["content"].values()))["schema"]
    strict = _strict(schema)
    if method == "PUT":
        strict = _without_required(strict)
    for problem in jsonschema.Draft202012Validator(strict).iter_errors(content):
        place = "/".join(str(part) for part in problem.absolute_path)
        yield f"{place}: {problem.message}"


def _strict(schema: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """The schema with references resolved, nothing undeclared allowed, and the known deviations let through."""
    if "$ref" in schema:
        return _strict(_description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], name)
    kind = schema.get("type")
    if "properties" in schema or kind == "object":
        return {
            "type": "object",
            "properties": {name: _strict(part, name) for name, part in schema.get("properties", {}).items()},
            "required": schema.get("required", []),
            "additionalProperties": False,
        }
    if kind == "array":
        return {"type": "array", "items": _strict(schema.get("items", {}))}
    declared = {rule: schema[rule] for rule in _SCALAR_RULES if rule in schema}
    deviations = [deviation.allowed for deviation in KNOWN_DEVIATIONS if deviation.name in {"*", name}]
    return {"anyOf": [declared, *deviations]}


def _without_required(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A PUT changes only the header fields sent, so that required ones may be absent (facts 6.2)."""
    loose = {name: part for name, part in schema.items() if name != "required"}
    if "properties" in loose:
        loose["properties"] = {name: _without_required(part) for name, part in loose["properties"].items()}
    return loose


def _oauth_violations(method: str, path: str, content_type: str, body: bytes) -> list[str]:
    """The description's OAuth is a placeholder; the forms are those of facts 2."""
    if path == "/oauth-v1/auth":
        return [] if method == "GET" else [f"{method} {path}: not described"]
    if method != "POST" or content_type.partition(";")[0] != "application/x-www-form-urlencoded":
        return [f"{method} {path}: no form was posted"]
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if path == "/oauth-v1/revoke":
        return [] if set(form) == {"token", "token_type_hint"} else [f"{path}: {sorted(form)}"]
    grant = form.pop("grant_type", "")
    wanted = _OAUTH_FORMS.get(grant)
    return [] if wanted == set(form) else [f"{path}: grant {grant!r} with {sorted(form)}"]
