"""Proving that Pipedrive asks: the signed token of app extensions (facts 20). Nothing else in the address is signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import jwt

from fortnox_bridge.sdk import NotAuthentic, WebhookSecrets

_ALGORITHM: Final = "HS256"
_LEEWAY_S: Final = 10
_LONGEST_S: Final = 15 * 60


def prove(query: Mapping[str, str], secrets: WebhookSecrets, now: datetime) -> tuple[str, str]:
    """Company and user, as signed.

    Raises:
        NotAuthentic: the token is missing, not ours, too old, or says otherwise than the address.
    """
    secret = secrets.card_secret or secrets.client_secret
    if not secret:
        raise NotAuthentic
    try:
        claims = jwt.decode(
            query.get("token", ""),
            secret,
            algorithms=[_ALGORITHM],
            # Told by the caller's clock, below.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
        )
    except (jwt.PyJWTError, ValueError):
        raise NotAuthentic from None
    _require_current(claims.get("exp"), now)
    company, user = _claim(claims, "companyId"), _claim(claims, "userId")
    if query.get("companyId") != company or query.get("userId") != user:
        raise NotAuthentic
    return company, user


def _require_current(expires: object, now: datetime) -> None:
    """Pipedrive's tokens live for five minutes; one that would live for long is not of theirs."""
    if isinstance(expires, bool) or not isinstance(expires, int):
        raise NotAuthentic
    left_s = expires - now.timestamp()
    if not -_LEEWAY_S <= left_s <= _LONGEST_S:
        raise NotAuthentic


def _claim(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value):
        raise NotAuthentic
    return str(value)
