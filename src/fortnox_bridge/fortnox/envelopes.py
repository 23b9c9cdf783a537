"""The shapes in which Fortnox says no (facts: fortnox 3). All of them parse; nothing here decides what they mean."""

import re
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.wire_json import UnreadableJson
from fortnox_bridge.http import HttpResponse

_MAX_MESSAGE: Final = 300
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class VendorError:
    """`message` is Fortnox's own sentence, cleaned and cut, hostile text all the same."""

    status: int
    code: int | None
    message: str


def read_envelope(response: HttpResponse) -> VendorError | None:
    """What Fortnox said; None when the body is no error of its own (HTML, empty, another system's JSON)."""
    try:
        body = response.json()
    except UnreadableJson:
        return None
    if not isinstance(body, dict):
        return None
    information = body.get("ErrorInformation")
    if isinstance(information, dict):
        members = {str(name).lower(): value for name, value in information.items()}
        return VendorError(response.status, _code(members.get("code")), clean_message(members.get("message")))
    if "error" in body or "message" in body:
        text = body.get("message") or body.get("error_description") or body.get("error")
        return VendorError(response.status, None, clean_message(text))
    return None


def clean_message(value: object) -> str:
    text = _CONTROL.sub(" ", value) if isinstance(value, str) else ""
    text = " ".join(text.split())
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"


def _code(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return int(value)
    return None
