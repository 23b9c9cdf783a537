"""The one table from HubSpot's answers to what happens next (facts 19). Nothing else here interprets a status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.sdk import (
    BridgeError,
    ContractViolation,
    HttpResponse,
    LockHeld,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    SourceDataInvalid,
    Unavailable,
)
from fortnox_bridge_hubspot.config import SYSTEM

_BURST_S: Final = 10.0
_SECOND_S: Final = 1.0
# The day ends at midnight of the account's own zone, which a call does not know: look again every hour.
_DAY_S: Final = 3600.0
_LOCKED_S: Final = 2.0
_MOVING_S: Final = 3600.0
_MESSAGE_CHARS: Final = 300
_MOVING: Final = 477

_WAITS: Final[Mapping[str, float]] = {"DAILY": _DAY_S, "SECONDLY": _SECOND_S, "TEN_SECONDLY_ROLLING": _BURST_S}


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, for the error's sentence. `is_write` decides whether silence is dangerous.

    `right` names the scope that a refusal would be about.
    """

    record: str
    right: str = ""
    is_write: bool = False


def error_of(response: HttpResponse, call: Call) -> BridgeError | None:
    """The error in `response`, None when it is a success."""
    if response.is_success:
        return None
    status, answer = response.status, response.members() or {}
    detail = f"{status} {_text(answer, 'category')}".strip()
    named = {"system": SYSTEM, "record": call.record}
    match status:
        case 401:
            return ReconnectRequired("source_unauthorized", system=SYSTEM, detail=detail)
        case 403:
            return _forbidden(answer, call, detail)
        case 404 | 410:
            return SourceDataInvalid("source_record_missing", **named, detail=detail)
        case 423:
            return LockHeld("source_unavailable", system=SYSTEM, detail=detail, retry_after_s=_LOCKED_S)
        case 429:
            return _rate_limited(response, answer)
        case _ if status == _MOVING:
            wait = _retry_after(response) or _MOVING_S
            return Unavailable("source_unavailable", system=SYSTEM, detail=detail, retry_after_s=wait)
        case _ if 400 <= status < 500:
            return SourceDataInvalid("source_refused", **named, message=message_of(answer), detail=detail)
        case _ if call.is_write:
            return OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=call.record, detail=detail)
        case _:
            return Unavailable("source_unavailable", system=SYSTEM, detail=detail)


def message_of(answer: Mapping[str, object]) -> str:
    """What HubSpot says is wrong, in one line; every member of its errors is optional."""
    texts = [_text(answer, "message")]
    errors = answer.get("errors")
    if isinstance(errors, list):
        texts += [_text(error, "message") for error in errors if isinstance(error, dict)]
    said = dict.fromkeys(" ".join(text.split()) for text in texts if text)
    return " ".join(said)[:_MESSAGE_CHARS]


def error_codes_of(answer: Mapping[str, object]) -> frozenset[str]:
    """The codes of single faults, such as `PROPERTY_DOESNT_EXIST`."""
    errors = answer.get("errors")
    listed = errors if isinstance(errors, list) else []
    return frozenset(_text(error, "code") for error in listed if isinstance(error, dict)) - {""}


def unreadable(call: Call, why: str, field: str = "–") -> BridgeError:
    """An answer that breaks the description. After a write nobody knows whether it was applied."""
    if call.is_write:
        return OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=call.record, detail=why)
    return ContractViolation("source_answer_unreadable", system=SYSTEM, record=call.record, field=field, detail=why)


def _forbidden(answer: Mapping[str, object], call: Call, detail: str) -> BridgeError:
    named = {"system": SYSTEM, "record": call.record, "right": call.right}
    if _text(answer, "category") == "MISSING_SCOPES":
        return PermissionMissing("source_scope_missing", **named, detail=detail)
    return PermissionMissing("source_permission_missing", **named, message=message_of(answer), detail=detail)


def _rate_limited(response: HttpResponse, answer: Mapping[str, object]) -> RateLimited:
    policy = _text(answer, "policyName")
    wait = max(_WAITS.get(policy, _BURST_S), _retry_after(response) or 0)
    code = "source_budget_empty" if policy == "DAILY" else "source_rate_limited"
    return RateLimited(code, system=SYSTEM, retry_after_s=wait, detail=policy)


def _retry_after(response: HttpResponse) -> float | None:
    text = response.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _text(answer: Mapping[str, object], name: str) -> str:
    value = answer.get(name)
    return value[:_MESSAGE_CHARS] if isinstance(value, str) else ""
