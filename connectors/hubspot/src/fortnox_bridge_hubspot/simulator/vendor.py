from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from fortnox_bridge.sdk.simulator import SimulatedClock, SimulatorWorld
from fortnox_bridge_hubspot.simulator.hooks import HookSender
from fortnox_bridge_hubspot.simulator.knobs import KnobBoard, Knobs
from fortnox_bridge_hubspot.simulator.rates import RateWindows
from fortnox_bridge_hubspot.simulator.state import Portal
from fortnox_bridge_hubspot.simulator.tokens import TokenStore
from fortnox_bridge_hubspot.simulator.workflows import Workflows

APP_ID: Final = 900100
CLIENT_ID: Final = "sandbox-client"
CLIENT_SECRET: Final = "sandbox-secret"  # noqa: S105 - the sandbox's own, refused outside of it
DEVELOPER_KEY: Final = "sandbox-developer-key"


@dataclass(slots=True)
class Vendor:
    """Everything that the simulated HubSpot knows: all portals, tokens, windows, hooks and workflows."""

    world: SimulatorWorld
    board: KnobBoard
    tokens: TokenStore
    rates: RateWindows
    hooks: HookSender
    workflows: Workflows
    portals: dict[int, Portal] = field(default_factory=dict)
    correlations: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def clock(self) -> SimulatedClock:
        return self.world.clock

    @property
    def knobs(self) -> Knobs:
        return self.board.current

    def first_portal(self) -> Portal:
        return next(iter(self.portals.values()))

    def correlation_id(self) -> str:
        return f"5a1c7d50-0000-4000-8000-{next(self.correlations):012x}"


def new_vendor(world: SimulatorWorld) -> Vendor:
    board = KnobBoard()
    return Vendor(
        world=world,
        board=board,
        tokens=TokenStore(world.clock),
        rates=RateWindows(world.clock),
        hooks=HookSender(world, board, APP_ID, CLIENT_SECRET),
        workflows=Workflows(world, board, APP_ID, CLIENT_SECRET),
    )
