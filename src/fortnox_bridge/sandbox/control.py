"""`/_control`: how tests and tours move the simulated world."""

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.sandbox.faults import FaultBook
from fortnox_bridge.sandbox.json_codec import JsonAnswer, UnreadableJsonError, decode
from fortnox_bridge.sandbox.page import front_page
from fortnox_bridge.sandbox.requests import RequestLog
from fortnox_bridge.sdk.simulator import SimulatedClock, Simulator

Handler = Callable[[Request], Awaitable[Response]]


class Control:
    """The routes under `/_control`, over the simulators, the faults, the log and the clock."""

    def __init__(
        self,
        simulators: Mapping[str, Simulator],
        faults: FaultBook,
        log: RequestLog,
        clock: SimulatedClock,
        base_url: str,
    ) -> None:
        self._simulators = simulators
        self._faults = faults
        self._log = log
        self._clock = clock
        self._base_url = base_url

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._page, methods=["GET"]),
            Route("/_control", self._index, methods=["GET"]),
            Route("/_control/reset", self._reset, methods=["POST"]),
            Route("/_control/requests", self._requests, methods=["GET", "DELETE"]),
            Route("/_control/faults", _refusing(self._fault_plans), methods=["GET", "POST", "DELETE"]),
            Route("/_control/clock", _refusing(self._move_clock), methods=["GET", "POST"]),
            Route("/_control/{simulator}/seed", _refusing(self._seed), methods=["POST"]),
            Route("/_control/{simulator}/configure", _refusing(self._configure), methods=["POST"]),
            Route("/_control/{simulator}/{collection}", self._collection, methods=["GET"]),
        ]

    def _described(self) -> dict[str, object]:
        return {
            "simulators": {
                name: {
                    "base_url": f"{self._base_url}/{name}",
                    "collections": {
                        kind: f"{self._base_url}/_control/{name}/{kind}" for kind in simulator.collections()
                    },
                    "seed": f"{self._base_url}/_control/{name}/seed",
                    "configure": f"{self._base_url}/_control/{name}/configure",
                }
                for name, simulator in self._simulators.items()
            },
            "control": {what: f"{self._base_url}/_control/{what}" for what in ("reset", "requests", "faults", "clock")},
            "now": self._clock.now().isoformat(),
        }

    async def _index(self, _: Request) -> Response:
        return JsonAnswer(self._described())

    async def _page(self, _: Request) -> Response:
        kinds = {name: tuple(sim.collections()) for name, sim in self._simulators.items()}
        return HTMLResponse(front_page(self._base_url, kinds))

    async def _reset(self, _: Request) -> Response:
        self._clock.reset()
        for simulator in self._simulators.values():
            simulator.reset()
        self._faults.clear()
        self._log.clear()
        return JsonAnswer({"reset": True})

    async def _requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._log.clear()
            return JsonAnswer([])
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            return _refusal("after: a whole number")
        return JsonAnswer(self._log.list(request.query_params.get("simulator"), int(after)))

    async def _fault_plans(self, request: Request) -> Response:
        if request.method == "POST":
            return JsonAnswer([plan.as_json() for plan in self._faults.add(await _body(request))])
        if request.method == "DELETE":
            self._faults.clear()
        return JsonAnswer(self._faults.list())

    async def _move_clock(self, request: Request) -> Response:
        if request.method == "POST":
            data = _members(await _body(request))
            seconds = data.get("advance_s")
            if set(data) != {"advance_s"} or isinstance(seconds, str | bool | list | dict | None):
                raise ValueError('send {"advance_s": seconds}')
            self._clock.advance(float(cast("float", seconds)))
        return JsonAnswer({"now": self._clock.now().isoformat()})

    async def _seed(self, request: Request) -> Response:
        simulator = self._simulators.get(request.path_params["simulator"])
        if simulator is None:
            return _missing()
        return JsonAnswer(simulator.seed(_members(await _body(request))))

    async def _configure(self, request: Request) -> Response:
        simulator = self._simulators.get(request.path_params["simulator"])
        if simulator is None:
            return _missing()
        simulator.configure(_members(await _body(request)))
        return JsonAnswer({"configured": True})

    async def _collection(self, request: Request) -> Response:
        simulator = self._simulators.get(request.path_params["simulator"])
        if simulator is None:
            return _missing()
        collection = simulator.collections().get(request.path_params["collection"])
        return _missing() if collection is None else JsonAnswer(collection())


async def _body(request: Request) -> object:
    return decode(await request.body() or b"{}")


def _members(data: object) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise ValueError("send a JSON object")  # noqa: TRY004 -- one error class for bad control input
    return data


def _refusing(handler: Handler) -> Handler:
    """Turn what a handler cannot take into a readable 400."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except UnreadableJsonError as error:
            return _refusal(f"not JSON: {error}")
        except ValueError as error:
            return _refusal(str(error))

    return handle


def _refusal(text: str) -> Response:
    return JsonAnswer({"error": text}, status_code=400)


def _missing() -> Response:
    return JsonAnswer({"error": "nothing of that name here"}, status_code=404)
