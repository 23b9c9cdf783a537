"""Deliveries from Pipedrive (facts 17 and 2.2). They carry no signature: the proof is the Basic credentials."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NoReturn

from fortnox_bridge.sdk import (
    AccountClosed,
    NotAuthentic,
    Occasion,
    RawRequest,
    Trigger,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge_pipedrive.wire_requests import DEAL, HOOK_OBJECTS

_ID = re.compile(r"[0-9]{1,19}\Z", re.ASCII)
_EVENT_ID = re.compile(r"[\x21-\x7e]{1,128}\Z")
_NOISE = re.compile(r"(_count|_time|activity|_mail)", re.ASCII)
_ENDS: Final = frozenset({"status", "is_archived", "is_deleted"})
# Our kinds of record by what Pipedrive calls them in webhooks.
_KINDS: Final[Mapping[str, str]] = {name: kind for kind, name in HOOK_OBJECTS.items()}
_VERSION: Final = "2.0"


def receive(request: RawRequest, secrets: WebhookSecrets, now: datetime) -> tuple[Trigger | AccountClosed, ...]:
    """Turn one delivery into triggers. Pure; `now` is not needed, since a delivery has no signed time."""
    del now
    if request.method == "DELETE":
        _prove(request.headers, secrets.client_id, secrets.client_secret)
        return (_closed(_decode(request.body), request.body),)
    _prove(request.headers, secrets.user, secrets.password)
    return _triggers(_decode(request.body), request.body)


def _prove(headers: Mapping[str, str], user: str | None, password: str | None) -> None:
    """The same comparisons whatever the header looks like, so that time tells nothing."""
    given_user, given_password, is_sound = _credentials(headers.get("authorization", ""))
    is_user = hmac.compare_digest(given_user, (user or "").encode())
    is_password = hmac.compare_digest(given_password, (password or "").encode())
    if not (is_user & is_password & is_sound & bool(user) & bool(password)):
        raise NotAuthentic


def _credentials(header: str) -> tuple[bytes, bytes, bool]:
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip().encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return b"", b"", False
    user, colon, password = decoded.partition(b":")
    return user, password, scheme.lower() == "basic" and bool(colon)


def _triggers(payload: Mapping[str, object], body: bytes) -> tuple[Trigger, ...]:
    if "meta" not in payload:
        raise UnreadablePayload("no meta: not a webhook of Pipedrive")
    meta = _object(payload["meta"], "meta")
    if "current" in payload or meta.get("version") == "1.0":
        # A subscription from before 2025 (facts 17.4). Ignoring it silently would hide that its deals never arrive.
        raise UnreadablePayload("webhook version 1: an old subscription. Let the bridge renew its webhook")
    if meta.get("version") != _VERSION:
        raise UnreadablePayload(f"meta.version is not {_VERSION}")
    kind = _KINDS.get(entity) if isinstance(entity := meta.get("entity"), str) else None
    if kind is None:
        return ()
    happened = _occasion(payload, meta) if kind == DEAL else _change(meta)
    if happened is None:
        return ()
    occasion, reason = happened
    return (
        Trigger(
            account=_id(meta.get("company_id"), "meta.company_id"),
            object_kind=kind,
            external_id=_id(meta.get("entity_id"), "meta.entity_id"),
            dedupe_key=_dedupe_key(meta.get("id"), body),
            reason=reason,
            occurred_at=_instant(meta.get("timestamp")),
            occasion=occasion,
        ),
    )


def _occasion(payload: Mapping[str, object], meta: Mapping[str, object]) -> tuple[Occasion, str] | None:
    """`previous` holds changed keys only, so the key alone tells a change of stage (facts 17.5).

    Comparing values instead is a known fault: every edit within the stage would fire. Winning changes no stage.
    """
    match meta.get("action"):
        case "create":
            return Occasion.MAY_QUALIFY, "created"
        case "change":
            return _deal_change(_object(payload.get("previous") or {}, "previous"))
        case "delete":
            return Occasion.MAY_END, "deleted"
        case _:
            raise UnreadablePayload("meta.action is none of create, change and delete")


def _deal_change(previous: Mapping[str, object]) -> tuple[Occasion, str] | None:
    """Counters and times move with every note and file, ours among them, and say nothing of the deal itself."""
    if "stage_id" in previous:
        return Occasion.MAY_QUALIFY, "stage_changed"
    if previous.keys() & _ENDS:
        return Occasion.MAY_END, "status_changed"
    if any(not _NOISE.search(key) for key in previous):
        return Occasion.EDITED, "edited"
    return None


def _change(meta: Mapping[str, object]) -> tuple[Occasion, str] | None:
    """A customer or product matters when it is changed: a new one was used by nothing yet, a deleted one is not."""
    match meta.get("action"):
        case "change":
            return Occasion.MAY_QUALIFY, "changed"
        case "create" | "delete":
            return None
        case _:
            raise UnreadablePayload("meta.action is none of create, change and delete")


def _closed(payload: Mapping[str, object], body: bytes) -> AccountClosed:
    account = _id(payload.get("company_id"), "company_id")
    return AccountClosed(account, hashlib.sha256(body).hexdigest())


def _dedupe_key(event_id: object, body: bytes) -> str:
    if isinstance(event_id, str) and _EVENT_ID.match(event_id):
        return event_id
    return hashlib.sha256(body).hexdigest()


def _id(value: object, name: str) -> str:
    text = str(value) if type(value) is int and 0 < value < 10**19 else value
    if not isinstance(text, str) or not _ID.match(text):
        raise UnreadablePayload(f"{name} is not an id")
    return text


def _instant(value: object) -> datetime | None:
    """When it happened, if it is told in a way that makes sense; nothing depends on it."""
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _decode(body: bytes) -> Mapping[str, object]:
    """Stricter than JSON: a name twice in one object could mean one thing to us and another to a log reader."""
    try:
        payload = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_float=_fraction, parse_constant=_refuse
        )
    except UnreadablePayload:
        raise
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise UnreadablePayload(f"not JSON: {type(error).__name__}") from None
    return _object(payload, "the body")


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UnreadablePayload(f"{name} is not an object")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadablePayload("a name occurs twice in one object")
    return found


def _fraction(text: str) -> Decimal:
    value = Decimal(text)
    if not -30 <= value.adjusted() <= 30:
        raise UnreadablePayload("a number is out of range")
    return value


def _refuse(_name: str) -> NoReturn:
    raise UnreadablePayload("a number is not finite")
