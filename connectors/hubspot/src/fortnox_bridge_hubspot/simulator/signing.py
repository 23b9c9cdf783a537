"""Signatures as HubSpot makes them (facts 4): v1 and v2 are plain hashes, v3 is an HMAC over the decoded address."""

import base64
import hashlib
import hmac
import re

_DECODED = {
    "3A": ":", "2F": "/", "3F": "?", "40": "@", "21": "!", "24": "$", "27": "'", "28": "(", "29": ")", "2A": "*",
    "2C": ",", "3B": ";",
}  # fmt: skip
_CODE = re.compile("%(" + "|".join(_DECODED) + ")", re.IGNORECASE)


def sign_v1(secret: str, body: bytes) -> str:
    return hashlib.sha256(secret.encode() + body).hexdigest()


def sign_v2(secret: str, method: str, url: str, body: bytes) -> str:
    return hashlib.sha256(secret.encode() + method.encode() + url.encode() + body).hexdigest()


def sign_v3(secret: str, method: str, url: str, body: bytes, timestamp: int) -> str:
    address = _CODE.sub(lambda found: _DECODED[found[1].upper()], url)
    message = method.encode() + address.encode() + body + str(timestamp).encode()
    return base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).decode()


def hook_headers(secret: str, url: str, body: bytes, timestamp: int) -> dict[str, str]:
    """What webhook subscriptions carry: versions 1 and 3."""
    return {
        "X-HubSpot-Signature": sign_v1(secret, body),
        "X-HubSpot-Signature-Version": "v1",
        "X-HubSpot-Signature-v3": sign_v3(secret, "POST", url, body, timestamp),
        "X-HubSpot-Request-Timestamp": str(timestamp),
    }


def call_headers(secret: str, method: str, url: str, body: bytes, timestamp: int) -> dict[str, str]:
    """What workflow actions and card calls carry: versions 2 and 3."""
    return {
        "X-HubSpot-Signature": sign_v2(secret, method, url, body),
        "X-HubSpot-Signature-Version": "v2",
        "X-HubSpot-Signature-v3": sign_v3(secret, method, url, body, timestamp),
        "X-HubSpot-Request-Timestamp": str(timestamp),
    }
