"""Asking VIES for one number. No answer is a third answer: the register is often down, state by state."""

from typing import Final, Protocol
from urllib.parse import quote

import structlog

from fortnox_bridge.domain.errors import ContractViolation, Transient
from fortnox_bridge.domain.vat import RegisterAnswer, VatNumber
from fortnox_bridge.domain.wire_json import UnreadableJson
from fortnox_bridge.http import HttpRequest, HttpResponse

SYSTEM: Final = "VIES"
BASE_URL: Final = "https://ec.europa.eu/taxation_customs/vies/rest-api"
ALLOWED_HOSTS: Final = ("ec.europa.eu",)

# Of a number that the state's register was asked about. Every other word tells of a register that did not answer.
_DENIED: Final = frozenset({"INVALID", "INVALID_INPUT"})

log = structlog.get_logger()


class Sender(Protocol):
    async def send(self, request: HttpRequest) -> HttpResponse: ...


class ViesClient:
    def __init__(self, http: Sender, base_url: str, *, timeout_s: float) -> None:
        self._http = http
        self._base_url = base_url
        self._timeout_s = timeout_s

    async def check(self, number: VatNumber) -> RegisterAnswer:
        """Registered, not registered, or no answer. Never raises for what the register does; a single GET."""
        prefix, digits = quote(number.prefix, safe=""), quote(number.digits, safe="")
        url = f"{self._base_url}/ms/{prefix}/vat/{digits}"
        try:
            answer = await self._http.send(HttpRequest("GET", url, timeout_s=self._timeout_s))
            content = answer.json()
        except (Transient, ContractViolation, UnreadableJson) as error:
            log.warning("vies.unavailable", country=number.country, problem=type(error).__name__)
            return RegisterAnswer.UNAVAILABLE
        found = _read(answer, content)
        if found is RegisterAnswer.UNAVAILABLE:
            log.warning("vies.unavailable", country=number.country, problem=f"status {answer.status}")
        return found


def _read(answer: HttpResponse, content: object) -> RegisterAnswer:
    """`isValid: false` beside an error is a default and no verdict."""
    if not answer.is_success or not isinstance(content, dict) or content.get("errorWrappers"):
        return RegisterAnswer.UNAVAILABLE
    is_valid, said = content.get("isValid"), content.get("userError") or ""
    if not isinstance(said, str):
        return RegisterAnswer.UNAVAILABLE
    if is_valid is True and said in {"", "VALID"}:
        return RegisterAnswer.REGISTERED
    if is_valid is False and said in _DENIED:
        return RegisterAnswer.UNREGISTERED
    return RegisterAnswer.UNAVAILABLE
