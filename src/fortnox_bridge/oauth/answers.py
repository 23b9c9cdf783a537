"""What an authorization server answers, read leniently: some serve JSON as text/html, others leave members out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from fortnox_bridge.domain.errors import BridgeError, ContractViolation, RateLimited, SettingsInvalid, Unavailable
from fortnox_bridge.domain.wire_json import UnreadableJson
from fortnox_bridge.http import HttpResponse
from fortnox_bridge.oauth.errors import GrantRefused
from fortnox_bridge.oauth.types import TokenSet

_OWN_MEMBERS: Final = frozenset({"access_token", "refresh_token", "expires_in", "scope", "token_type", "id_token"})
_DEFAULT_LIFE_S: Final = 3600
_MAX_LIFE_S: Final = 366 * 24 * 3600
_MAX_DETAIL: Final = 60
_SPOKEN: Final = re.compile(r"\s*(invalid|unauthorized)[ _](grant|client|request)\b", re.IGNORECASE)


def read_tokens(response: HttpResponse, *, now: datetime, system: str, kept_refresh_token: str | None) -> TokenSet:
    """The tokens of a successful answer.

    `kept_refresh_token` stays when the answer names none, as RFC 6749 section 6 allows.

    Raises:
        ContractViolation: there is no access token in it.
    """
    answer = _members(response)
    access_token = answer.get("access_token")
    if not isinstance(access_token, str) or not access_token:
        raise ContractViolation("oauth_answer_unreadable", system=system, detail="no access token")
    refresh_token = answer.get("refresh_token")
    issued_at = now.astimezone(UTC)
    return TokenSet(
        access_token=access_token,
        refresh_token=refresh_token if isinstance(refresh_token, str) and refresh_token else kept_refresh_token,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(seconds=_life(answer.get("expires_in"))),
        scopes=_scopes(answer.get("scope") or answer.get("scopes")),
        extra={
            name: text
            for name, value in answer.items()
            if name not in _OWN_MEMBERS and (text := _as_text(value)) is not None
        },
    )


def read_refusal(response: HttpResponse, *, system: str) -> BridgeError:
    """Which error an unsuccessful answer is. `detail` holds the server's error code only, never its text."""
    reason = _reason(response)
    detail = f"status {response.status} {reason}".strip()
    if response.status == 429:
        return RateLimited("oauth_rate_limited", system=system, detail=detail, retry_after_s=_retry_after(response))
    if reason == "invalid_grant":
        return GrantRefused("oauth_grant_refused", system=system, detail=detail)
    if reason in {"invalid_client", "unauthorized_client"}:
        return SettingsInvalid("oauth_client_invalid", system=system, detail=detail)
    if response.status >= 500 or not reason:
        return Unavailable("oauth_unavailable", system=system, detail=detail)
    return ContractViolation("oauth_request_refused", system=system, detail=detail)


def _reason(response: HttpResponse) -> str:
    """The error code; some servers say it in plain text, "Invalid grant: …"."""
    error = _members(response).get("error")
    said = error if isinstance(error, str) else response.body[:_MAX_DETAIL].decode("utf-8", "replace")
    spoken = _SPOKEN.match(said)
    if spoken is not None:
        return f"{spoken[1]}_{spoken[2]}".lower()
    return re.sub(r"[^a-zA-Z0-9_.-]", "", error)[:_MAX_DETAIL] if isinstance(error, str) else ""


def _members(response: HttpResponse) -> Mapping[str, object]:
    try:
        answer = response.json()
    except UnreadableJson:
        return {}
    return answer if isinstance(answer, dict) else {}


def _as_text(value: object) -> str | None:
    """A further member as text, a list of words with blanks between them; None for what is neither."""
    if isinstance(value, list):
        return " ".join(each for each in value if isinstance(each, str))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _life(value: object) -> int:
    try:
        seconds = int(value) if isinstance(value, str | int) or hasattr(value, "__int__") else 0
    except (ValueError, OverflowError):
        seconds = 0
    return min(seconds, _MAX_LIFE_S) if seconds > 0 else _DEFAULT_LIFE_S


def _scopes(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [value]
    return tuple(scope for part in parts if isinstance(part, str) for scope in re.split(r"[\s,]+", part) if scope)


def _retry_after(response: HttpResponse) -> float | None:
    text = response.headers.get("retry-after", "")
    return min(float(text), 3600.0) if re.fullmatch(r"\d{1,6}", text) else None
