"""The one table from Pipedrive's answers to what happens next (facts 3 and 4).

Nothing else in this package interprets a status. Neither vendor description lists the errors, so the table is built
from the facts and treats what it does not know as the vendor's fault, never as the user's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from fortnox_bridge.sdk import (
    BridgeError,
    ContractViolation,
    HttpResponse,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    SourceDataInvalid,
    Unavailable,
    UserAction,
)
from fortnox_bridge_pipedrive.config import SYSTEM

_BLOCKED_S: Final = 1800.0
_HOUR_S: Final = 3600.0
_BURST_S: Final = 2.0
_UNSTATED_S: Final = 10.0
_MESSAGE_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, for the error's sentence. `is_write` decides whether silence is dangerous.

    `right` names the permission that a refusal would be about.
    """

    record: str
    right: str = ""
    is_write: bool = False


def message_of(envelope: Mapping[str, object] | None) -> str:
    """What Pipedrive says is wrong, in one line: v1, v2 and the webhook API each say it in their own place."""
    if envelope is None:
        return ""
    texts = [envelope.get("error"), envelope.get("error_info"), envelope.get("message")]
    errors = envelope.get("errors")
    if isinstance(errors, dict):
        texts += [f"{name}: {_joined(said)}" for name, said in errors.items()]
    said = " ".join(" ".join(text.split()) for text in texts if isinstance(text, str) and text.strip())
    return said[:_MESSAGE_CHARS]


# What only calls about products ask for: a feature that is off there is Products (facts 3).
_PRODUCTS_RIGHT: Final = "products:read"


def error_of(
    response: HttpResponse, envelope: Mapping[str, object] | None, call: Call, now: datetime
) -> BridgeError | None:
    """The error in `response`, None when it is a success as the envelope says too."""
    status = response.status
    if response.is_success:
        return _error_of_success(envelope, call)
    if status == 429:
        return _rate_limited(response.headers, now)
    if status >= 500 or (envelope is None and status not in {401, 402, 403}):
        return _not_answered(status, call)
    if envelope is None and status == 403:
        # Repeated 429s end in a block at the vendor's edge, before anything could be applied (facts 3).
        return Unavailable(
            "source_blocked",
            system=SYSTEM,
            retry_after_s=_retry_after(response.headers) or _BLOCKED_S,
        )
    return _refused(status, envelope, call)


def _error_of_success(envelope: Mapping[str, object] | None, call: Call) -> BridgeError | None:
    if envelope is None:
        return unreadable(call, "a success without a JSON object")
    if envelope.get("success") is False:
        return SourceDataInvalid("source_refused", **_named(call), message=message_of(envelope))
    return None


def _refused(status: int, envelope: Mapping[str, object] | None, call: Call) -> BridgeError:
    named, said = _named(call), message_of(envelope)
    detail = f"{status} {_code_of(envelope)}".strip()
    match status:
        case 401:
            return ReconnectRequired("source_unauthorized", system=SYSTEM, detail=detail)
        case 402:
            return UserAction("source_account_closed", system=SYSTEM, detail=detail)
        case 403:
            return _forbidden(envelope, call, detail)
        case 404 | 410:
            return SourceDataInvalid("source_record_missing", **named, detail=detail)
        case 415 if call.right == _PRODUCTS_RIGHT:
            return PermissionMissing("source_products_off", **named, message=said, detail=detail)
        case 415:
            return PermissionMissing("source_feature_missing", **named, message=said, detail=detail)
        case _ if 400 <= status < 500:
            return SourceDataInvalid("source_refused", **named, message=said, detail=detail)
        case _:
            return unreadable(call, f"status {status}")


def _forbidden(envelope: Mapping[str, object] | None, call: Call, detail: str) -> BridgeError:
    said, code = message_of(envelope), _code_of(envelope)
    if code.startswith("feature_capping"):
        return UserAction("source_plan_limit", **_named(call), message=said, detail=detail)
    if "not enabled" in said.lower() and call.right == _PRODUCTS_RIGHT:
        return PermissionMissing("source_products_off", **_named(call), message=said, detail=detail)
    if "scope" in said.lower():
        return PermissionMissing("source_scope_missing", **_named(call), right=call.right, detail=detail)
    return PermissionMissing("source_permission_missing", **_named(call), right=call.right, message=said, detail=detail)


def _rate_limited(headers: Mapping[str, str], now: datetime) -> RateLimited:
    """Two limits share the status (facts 4): a burst lasts seconds, the daily budget until midnight."""
    burst_left = _number(headers, "x-ratelimit-remaining")
    budget_left = _number(headers, "x-daily-ratelimit-token-remaining")
    stated = _retry_after(headers)
    if budget_left == 0 or (burst_left or 0) > 0:
        wait = min(_HOUR_S, _seconds_to_midnight(now) + 60)
        return RateLimited("source_budget_empty", system=SYSTEM, retry_after_s=max(wait, stated or 0))
    if burst_left is None and stated is None:
        return RateLimited("source_rate_limited", system=SYSTEM, retry_after_s=_UNSTATED_S)
    reset = _number(headers, "x-ratelimit-reset") or 0
    # Seconds until the window resets, "2" when fresh; anything longer than a minute would be an epoch.
    wait = reset if 0 < reset <= 60 else _BURST_S
    return RateLimited("source_rate_limited", system=SYSTEM, retry_after_s=max(wait, stated or 0))


def unreadable(call: Call, why: str, field: str = "–") -> BridgeError:
    """An answer that breaks the description. After a write nobody knows whether it was applied."""
    if call.is_write:
        return OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=call.record, detail=why)
    return ContractViolation("source_answer_unreadable", **_named(call), field=field, detail=why)


def _not_answered(status: int, call: Call) -> BridgeError:
    if call.is_write:
        return OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=call.record, detail=f"status {status}")
    return Unavailable("source_unavailable", system=SYSTEM, detail=f"status {status}")


def _named(call: Call) -> dict[str, str]:
    return {"system": SYSTEM, "record": call.record}


def _code_of(envelope: Mapping[str, object] | None) -> str:
    code = (envelope or {}).get("code")
    return code[:80] if isinstance(code, str) else ""


def _joined(said: object) -> str:
    return ", ".join(str(text) for text in said) if isinstance(said, list) else str(said)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    return _number(headers, "retry-after")


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name, "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _seconds_to_midnight(now: datetime) -> float:
    today = now.astimezone(UTC).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), UTC)
    return (midnight - now).total_seconds()
