from dataclasses import dataclass, field

from fortnox_bridge.sdk.simulator import SimulatedClock, SimulatorWorld
from fortnox_bridge_pipedrive.simulator.hooks import HookSender
from fortnox_bridge_pipedrive.simulator.identities import Identities
from fortnox_bridge_pipedrive.simulator.knobs import KnobBoard, Knobs
from fortnox_bridge_pipedrive.simulator.rate_window import RateWindows
from fortnox_bridge_pipedrive.simulator.state import Company
from fortnox_bridge_pipedrive.simulator.tokens import TokenStore


@dataclass(slots=True)
class Vendor:
    """Everything that the simulated Pipedrive knows: all companies, tokens, windows and hooks."""

    world: SimulatorWorld
    identities: Identities
    board: KnobBoard
    tokens: TokenStore
    rates: RateWindows
    hooks: HookSender
    companies: dict[int, Company] = field(default_factory=dict)

    @property
    def clock(self) -> SimulatedClock:
        return self.world.clock

    @property
    def knobs(self) -> Knobs:
        return self.board.current

    def first_company(self) -> Company:
        return next(iter(self.companies.values()))


def new_vendor(world: SimulatorWorld, identities: Identities) -> Vendor:
    board = KnobBoard()
    return Vendor(
        world=world,
        identities=identities,
        board=board,
        tokens=TokenStore(world.clock, identities),
        rates=RateWindows(world.clock),
        hooks=HookSender(world, identities, board),
    )
