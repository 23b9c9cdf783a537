"""The sandbox as one ASGI application: every simulator at its name, control beside them."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from fortnox_bridge.sandbox.control import Control
from fortnox_bridge.sandbox.faults import FaultBook
from fortnox_bridge.sandbox.gate import Background, VendorGate
from fortnox_bridge.sandbox.requests import RequestLog
from fortnox_bridge.sdk.simulator import SimulatedClock, Simulator, SimulatorFactory, SimulatorWorld

_log = structlog.get_logger()


class Sandbox:
    """A running world: its application, its clock, and the simulators in it."""

    def __init__(
        self,
        app: ASGIApp,
        clock: SimulatedClock,
        simulators: dict[str, Simulator],
        background: Background,
    ) -> None:
        self.app = app
        self.clock = clock
        self.simulators = simulators
        self._background = background

    async def aclose(self) -> None:
        """Stop what still runs: webhook deliveries, late applies, hanging answers."""
        await self._background.stop()
        for simulator in self.simulators.values():
            await simulator.aclose()


def build_sandbox(
    factories: Sequence[SimulatorFactory],
    *,
    base_url: str,
    now: Callable[[], datetime],
    time_scale: float = 1.0,
) -> Sandbox:
    clock = SimulatedClock(now)
    root = base_url.rstrip("/")
    simulators: dict[str, Simulator] = {}
    for factory in factories:
        try:
            simulators[factory.name] = factory.build(SimulatorWorld(clock, f"{root}/{factory.name}", time_scale))
        except Exception:  # noqa: BLE001 - told with its trace
            # A stranger's code: the other vendors stand all the same.
            _log.exception("sandbox.simulator_not_built", simulator=factory.name)
    faults = FaultBook(tuple(simulators))
    log = RequestLog(clock.now)
    background = Background()
    control = Control(simulators, faults, log, clock, root)
    mounts = [
        Mount(f"/{name}", app=VendorGate(name, simulator.app, log, faults, background))
        for name, simulator in simulators.items()
    ]
    return Sandbox(Starlette(routes=[*control.routes(), *mounts]), clock, simulators, background)
