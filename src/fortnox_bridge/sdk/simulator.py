"""What a connector ships so that the sandbox can stand in for its vendor.

A simulator is an ASGI application that behaves as the vendor's documentation says, awkward parts included.
It never imports the client it imitates: shared code would share the fault.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from starlette.types import ASGIApp

JsonValue = object


class SimulatedClock:
    """The sandbox's own time: runs with the real clock and can be moved forward by tests.

    Used for token lifetimes, rate windows and time stamps, so that a test can let an hour pass at once.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the simulated instant, aware and in UTC."""
        return self._now().astimezone(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the simulated time forward by `seconds`."""
        self._offset += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Return to real time."""
        self._offset = timedelta()


@dataclass(frozen=True, slots=True)
class SimulatorWorld:
    """What the sandbox hands to each simulator.

    Attributes:
        clock: the sandbox's time.
        base_url: absolute URL at which this simulator is mounted, without a trailing slash.
        time_scale: real seconds that pass for one second of a vendor's waiting time (webhook retries); 1 is
            real time, 0.01 runs a hundred times faster.
    """

    clock: SimulatedClock
    base_url: str
    time_scale: float = 1.0


class Simulator(Protocol):
    """One simulated vendor, created by `SimulatorFactory.build` and driven over HTTP."""

    @property
    def app(self) -> ASGIApp:
        """The vendor's HTTP surface, with paths relative to `SimulatorWorld.base_url`."""

    def reset(self) -> None:
        """Forget everything and return to the state right after `build`."""

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        """Create records as if a user of the vendor had done so; answer what was created, with its ids.

        Raises:
            ValueError: the data names something that this simulator does not know; the text says what.
        """

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        """Change the simulator's behaviour (plan, search lag, missing licence, …).

        Raises:
            ValueError: an unknown knob or a value it cannot take.
        """

    def collections(self) -> Mapping[str, Callable[[], Sequence[Mapping[str, JsonValue]]]]:
        """Name each kind of record and how to list all of it, for `/_control/<simulator>/<kind>`."""

    async def aclose(self) -> None:
        """Stop background work such as webhook deliveries."""


@dataclass(frozen=True, slots=True)
class SimulatorFactory:
    """How the sandbox makes one connector's simulator.

    Attributes:
        name: path segment under which it is served, equal to the connector's name.
        build: makes a fresh simulator; does no I/O.
    """

    name: str
    build: Callable[[SimulatorWorld], Simulator]
