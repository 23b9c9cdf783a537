"""Access tokens as JWT: HS256 with a key that only this simulator knows."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from fortnox_bridge.sandbox.json_codec import UnreadableJsonError, decode, encode

ISSUER = "https://apps.fortnox.se"
AUDIENCE = "https://api.fortnox.se"


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """What a valid access token allows."""

    client_id: str
    tenant_id: int
    user_id: str
    scopes: frozenset[str]


def issue(grant: AccessGrant, *, key: bytes, issued_at: datetime, lifetime_s: int, token_id: str) -> str:
    issued = int(issued_at.timestamp())
    claims = {
        "userId": grant.user_id,
        "tenantId": grant.tenant_id,
        "clientId": grant.client_id,
        "scopes": sorted(grant.scopes),
        "rightsAsJson": json.dumps(dict.fromkeys(sorted(grant.scopes), "WRITE")),
        "authSource": "FORTNOX",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": grant.user_id,
        "iat": issued,
        "exp": issued + lifetime_s,
        "jti": token_id,
    }
    signed = _part(encode({"alg": "HS256", "typ": "JWT"})) + "." + _part(encode(claims))
    return signed + "." + _sign(signed, key)


def read(token: str, *, key: bytes, now: datetime) -> AccessGrant | None:
    """Return what the token grants, or None when it is forged, damaged or past its time."""
    signed, _, signature = token.rpartition(".")
    if not token.isascii() or not hmac.compare_digest(_sign(signed, key), signature):
        return None
    try:
        claims = decode(base64.urlsafe_b64decode(signed.partition(".")[2] + "=="))
    except (UnreadableJsonError, ValueError):
        return None
    if not isinstance(claims, dict) or claims["exp"] <= now.timestamp():
        return None
    return AccessGrant(claims["clientId"], claims["tenantId"], claims["userId"], frozenset(claims["scopes"]))


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _sign(text: str, key: bytes) -> str:
    return _part(hmac.new(key, text.encode("ascii"), hashlib.sha256).digest())
