"""Subscriptions (section 17.1)."""

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.access import Caller
from fortnox_bridge_pipedrive.simulator.answers import Record, json_response
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import ApiError, webhook_invalid
from fortnox_bridge_pipedrive.simulator.instants import millisecond_time
from fortnox_bridge_pipedrive.simulator.webhook_register import LIMIT_PER_USER, Webhook

# The OpenAPI still lists only `admin`; the scope page has webhooks:* (section 2.5).
_READ = ("admin", "webhooks:read", "webhooks:full")
_WRITE = ("admin", "webhooks:full")
_ACTIONS = ("create", "change", "delete", "*")
_OBJECTS = (
    "activity",
    "deal",
    "lead",
    "note",
    "organization",
    "person",
    "pipeline",
    "product",
    "stage",
    "user",
    "*",
)
_KEYS = {
    "subscription_url",
    "event_action",
    "event_object",
    "name",
    "user_id",
    "http_auth_user",
    "http_auth_password",
    "version",
}


def _problems(call: Call, body: dict[str, Any]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {name: ["unknown parameter"] for name in body.keys() - _KEYS}
    for name in ("subscription_url", "event_action", "event_object", "name"):
        if not isinstance(body.get(name), str) or not body[name]:
            problems[name] = ["is required"]
    if "subscription_url" not in problems and not _is_reachable(call, body["subscription_url"]):
        problems["subscription_url"] = ["invalid or non-reachable URL"]
    if "event_action" not in problems and body["event_action"] not in _ACTIONS:
        problems["event_action"] = ["is not included in the list"]
    if "event_object" not in problems and body["event_object"] not in _OBJECTS:
        problems["event_object"] = ["is not included in the list"]
    if "name" not in problems and len(body["name"]) > 255:
        problems["name"] = ["is too long"]
    # Version 1.0 is legacy and on its way out (section 17.4): this vendor sends 2.0 only.
    if body.get("version", "2.0") != "2.0":
        problems["version"] = ["is not supported"]
    if body.get("user_id") is not None and body["user_id"] not in call.company.users:
        problems["user_id"] = ["not found"]
    for name in ("http_auth_user", "http_auth_password"):
        if body.get(name) is not None and not isinstance(body[name], str):
            problems[name] = ["must be a string"]
    return problems


def _is_reachable(call: Call, url: str) -> bool:
    # The real vendor takes public HTTPS addresses only. The simulator takes http and loopback, since that is where
    # the receiver of a sandbox lives; a URL of the vendor itself is refused as the real one does.
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    is_own = url.startswith(call.vendor.world.base_url) or (host or "").endswith(".pipedrive.com")
    return parts.scheme in {"http", "https"} and bool(host) and not is_own


def _own(call: Call) -> list[Webhook]:
    """What this caller may see: an app its own, a person what was made without an app (section 17.1)."""
    return [
        webhook
        for webhook in call.vendor.hooks.register.living(call.company.id, call.vendor.clock.now())
        if _is_own(call.caller, webhook)
    ]


def _is_own(caller: Caller, webhook: Webhook) -> bool:
    same_owner = webhook.record["owner_id"] == caller.user.id
    return webhook.client_id == caller.client_id and same_owner


def _create(call: Call) -> Response:
    body = call.body if isinstance(call.body, dict) else {}
    problems = _problems(call, body)
    if problems:
        raise webhook_invalid(problems)
    if len(_own(call)) >= LIMIT_PER_USER:
        raise webhook_invalid({"user_id": ["webhook limit reached"]}, 422)
    user_id = body.get("user_id") or call.caller.user.id
    record: Record = {
        "id": call.company.next_id("webhook"),
        "company_id": call.company.id,
        "owner_id": call.caller.user.id,
        "user_id": user_id,
        "event_action": body["event_action"],
        "event_object": body["event_object"],
        "subscription_url": body["subscription_url"],
        "version": "2.0",
        "is_active": 1,
        "add_time": millisecond_time(call.vendor.clock.now()),
        "remove_time": None,
        "type": "application" if call.caller.kind == "oauth" else "general",
        "http_auth_user": body.get("http_auth_user"),
        # Readable by whoever lists the webhooks (section 17.1).
        "http_auth_password": body.get("http_auth_password"),
        "remove_reason": None,
        "last_delivery_time": None,
        "last_http_status": None,
        "admin_id": call.caller.user.id,
        "name": body["name"],
    }
    call.vendor.hooks.register.by_id[_key(call, record["id"])] = Webhook(record, call.caller.client_id)
    return json_response({"status": "ok", "success": True, "data": record}, 201)


def _key(call: Call, webhook_id: int) -> int:
    # Ids count per company here; the register holds all companies.
    return call.company.id * 1_000_000 + webhook_id


def _list(call: Call) -> Response:
    rows = [webhook.record for webhook in _own(call)]
    return json_response({"status": "ok", "success": True, "data": rows})


def _delete(call: Call) -> Response:
    webhook = call.vendor.hooks.register.by_id.get(_key(call, call.id()))
    if webhook is None or not webhook.record["is_active"]:
        raise webhook_invalid({"id": ["not found"]}, 404)
    if not _is_own(call.caller, webhook):
        raise ApiError(403, {"success": False, "message": "Forbidden"})
    webhook.remove(call.vendor.clock.now(), "deleted through the API")
    return json_response({"status": "ok", "success": True})


ENDPOINTS = (
    Endpoint("GET", "/webhooks", _list, 10, _READ),
    Endpoint("POST", "/webhooks", _create, 10, _WRITE, body="json"),
    Endpoint("DELETE", "/webhooks/{id:int}", _delete, 6, _WRITE),
)
