"""Whether a call is HubSpot's own: request signatures of version 3, and version 2 where it alone may come (facts 4).

A call is proven by the app's client secret over exactly what was sent: never over anything parsed and written anew.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from fortnox_bridge.sdk import NotAuthentic, RawRequest, WebhookSecrets

_SIGNATURE: Final = "x-hubspot-signature"
_SIGNATURE_VERSION: Final = "x-hubspot-signature-version"
_SIGNATURE_V3: Final = "x-hubspot-signature-v3"
_TIMESTAMP: Final = "x-hubspot-request-timestamp"
_WINDOW_MS: Final = 300_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = re.compile(r"[0-9]{1,15}\Z", re.ASCII)

# The percent codes that HubSpot decodes before it signs with version 3, and no others.
_DECODED: Final[Mapping[str, str]] = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}
_CODES: Final = re.compile("|".join(_DECODED), re.IGNORECASE)


def require_signed(request: RawRequest, secrets: WebhookSecrets, now: datetime, *, takes_v2: bool = False) -> None:
    """Let only HubSpot's own calls pass.

    `takes_v2` is for workflow calls, which are documented with version 2: taken only when no part of version 3 came.
    It carries no time, so that whoever allows it needs an idempotency of its own.

    Raises:
        NotAuthentic: the proof is wrong, stale or missing.
    """
    keys = [key.encode() for key in (secrets.client_secret, secrets.former_secret) if key]
    headers = request.headers
    if _SIGNATURE_V3 in headers or _TIMESTAMP in headers:
        is_proven = _is_signed_v3(request, keys, now)
    else:
        is_proven = takes_v2 and headers.get(_SIGNATURE_VERSION) == "v2" and _is_signed_v2(request, keys)
    if not is_proven:
        raise NotAuthentic


def require_own_app(app_id: object, secrets: WebhookSecrets) -> None:
    """The call must speak of our app, where both sides say which.

    Raises:
        NotAuthentic: it was meant for another app.
    """
    if secrets.app_id is not None and app_id is not None and str(app_id) != secrets.app_id:
        raise NotAuthentic


def _is_signed_v3(request: RawRequest, keys: list[bytes], now: datetime) -> bool:
    sent_at, claimed = request.headers.get(_TIMESTAMP, ""), request.headers.get(_SIGNATURE_V3, "").encode()
    if not _DIGITS.match(sent_at) or abs(_milliseconds(now) - int(sent_at)) > _WINDOW_MS:
        return False
    # HubSpot's own validators skip the decoding, so that both spellings occur.
    addresses = {request.url, _CODES.sub(lambda code: _DECODED[code[0].upper()], request.url)}
    is_proven = False
    for key in keys:
        for address in addresses:
            message = request.method.upper().encode() + address.encode() + request.body + sent_at.encode()
            expected = base64.b64encode(hmac.digest(key, message, hashlib.sha256))
            is_proven |= hmac.compare_digest(expected, claimed)
    return is_proven


def _is_signed_v2(request: RawRequest, keys: list[bytes]) -> bool:
    claimed = request.headers.get(_SIGNATURE, "").encode()
    is_proven = False
    for key in keys:
        message = key + request.method.upper().encode() + request.url.encode() + request.body
        is_proven |= hmac.compare_digest(hashlib.sha256(message).hexdigest().encode(), claimed)
    return is_proven


def _milliseconds(instant: datetime) -> int:
    elapsed = instant - _EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000
