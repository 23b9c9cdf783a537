"""Secrets never enter the request log; what replaces them still tells two secrets apart."""

import hashlib
import re
from collections.abc import Iterable

SECRET_HEADERS = frozenset({
    "authorization", "proxy-authorization", "x-api-token", "x-api-key", "cookie", "set-cookie", "access-token",
    "client-secret",
})  # fmt: skip

_NAMES = (
    "access_token|refresh_token|id_token|client_secret|api_token|api_key|token|secret|password|"
    "http_auth_password|code_verifier"
)
_PAIR = re.compile(rf"(?P<before>(?:^|[?&])(?:{_NAMES}|code)=)(?P<secret>[^&#\s]+)", re.IGNORECASE)
# "code" is left alone in JSON: registers and errors use that name for things that are no secret.
_MEMBER = re.compile(rf'(?P<before>"(?:{_NAMES})"\s*:\s*")(?P<secret>(?:[^"\\]|\\.)+)', re.IGNORECASE)


def fingerprint(secret: str) -> str:
    """Replace a secret by a short digest, so that a checker can count how often one was used."""
    return "masked:" + hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:10]


def mask_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    shown: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in SECRET_HEADERS:
            value = fingerprint(value)
        elif name == "location":
            value = mask_query(value)
        shown[name] = value
    return shown


def mask_query(text: str) -> str:
    return _PAIR.sub(_masked, text)


def mask_body(body: bytes, content_type: str) -> bytes:
    """Mask secrets in a form or in JSON; other content is kept as it is."""
    if "x-www-form-urlencoded" in content_type:
        return mask_query(body.decode("latin-1")).encode("latin-1")
    if "json" in content_type or body[:1] in {b"{", b"["}:
        try:
            return _MEMBER.sub(_masked, _text(body)).encode("utf-8")
        except UnicodeDecodeError:
            return body
    return body


def _text(body: bytes) -> str:
    return body.decode("utf-8")


def _masked(match: re.Match[str]) -> str:
    return match["before"] + fingerprint(match["secret"])
