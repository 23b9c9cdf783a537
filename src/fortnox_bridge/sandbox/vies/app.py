"""VIES: which VAT numbers are registered, and states whose registers are down."""

import re
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from fortnox_bridge.sandbox.json_codec import JsonAnswer
from fortnox_bridge.sdk.simulator import JsonValue, SimulatorWorld

_PREFIXES = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
_STATES = frozenset(_PREFIXES.split())
_SHAPE = re.compile(r"[0-9A-Za-z+*.]{2,12}")
_REGISTERED = ("DE136695976", "FI01120389", "FR40303265045")
_OUTAGES = frozenset(
    ["SERVICE_UNAVAILABLE", "MS_UNAVAILABLE", "TIMEOUT", "MS_MAX_CONCURRENT_REQ", "GLOBAL_MAX_CONCURRENT_REQ"]
)


class ViesSimulator:
    """Seed `{"registered": [numbers], "deregistered": [numbers]}`.

    Knobs: `outages` is `{"DE": "MS_UNAVAILABLE"}`, by state; `down` names an error of the whole service, or is null.
    """

    def __init__(self, world: SimulatorWorld) -> None:
        self._clock = world.clock
        self._app = Starlette(routes=[Route("/ms/{state}/vat/{number}", self._check, methods=["GET"])])
        self.reset()

    @property
    def app(self) -> ASGIApp:
        return self._app

    def reset(self) -> None:
        self._registered = set(_REGISTERED)
        self._outages: dict[str, str] = {}
        self._down: str | None = None
        self._asked: list[dict[str, JsonValue]] = []

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        for name, numbers in data.items():
            if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
                raise ValueError(f"{name}: a list of numbers with their prefix")
            match name:
                case "registered":
                    self._registered |= set(numbers)
                case "deregistered":
                    self._registered -= set(numbers)
                case _:
                    raise ValueError(f"{name}: not something that can be seeded; registered or deregistered")
        return sorted(self._registered)

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        outages, down = knobs.get("outages", self._outages), knobs.get("down", self._down)
        if unknown := knobs.keys() - {"outages", "down"}:
            raise ValueError(f"unknown knobs: {', '.join(sorted(unknown))}")
        if not isinstance(outages, dict) or not (outages.keys() <= _STATES and set(outages.values()) <= _OUTAGES):
            raise ValueError(f"outages: states with one of {', '.join(sorted(_OUTAGES))}")
        if down is not None and (not isinstance(down, str) or down not in _OUTAGES):
            raise ValueError(f"down: null or one of {', '.join(sorted(_OUTAGES))}")
        self._outages, self._down = dict(outages), down

    def collections(self) -> Mapping[str, Callable[[], Sequence[Mapping[str, JsonValue]]]]:
        return {
            "registered": lambda: [{"number": number} for number in sorted(self._registered)],
            "checks": lambda: self._asked,
        }

    async def aclose(self) -> None:
        return None

    async def _check(self, request: Request) -> Response:
        state, number = request.path_params["state"], request.path_params["number"]
        self._asked.append({"number": state + number, "at": self._clock.now().isoformat()})
        if self._down is not None:
            return _refusal(500, self._down)
        if state not in _STATES or not _SHAPE.fullmatch(number):
            return _refusal(400, "INVALID_INPUT")
        outage = self._outages.get(state)
        if outage is not None:
            return JsonAnswer(self._answer(number, outage))
        return JsonAnswer(self._answer(number, "VALID" if state + number in self._registered else "INVALID"))

    def _answer(self, number: str, said: str) -> dict[str, object]:
        """An outage is told beside `isValid: false`, with status 200: the trap of this service."""
        unknown = {"name": "---", "street": "---", "postalCode": "---", "city": "---", "companyType": "---"}
        return {
            "isValid": said == "VALID",
            "requestDate": self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "userError": said,
            "name": "---",
            "address": "---",
            "requestIdentifier": "",
            "originalVatNumber": number,
            "vatNumber": number,
            "viesApproximate": {**unknown, "matchName": 3, "matchStreet": 3, "matchPostalCode": 3, "matchCity": 3},
        }


def _refusal(status: int, code: str) -> Response:
    return JsonAnswer({"actionSucceed": False, "errorWrappers": [{"error": code}]}, status_code=status)
