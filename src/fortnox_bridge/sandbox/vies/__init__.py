"""A simulated VIES, built from how the public service is seen to answer (docs/decisions/0005)."""

from fortnox_bridge.sandbox.vies.app import ViesSimulator
from fortnox_bridge.sdk.simulator import SimulatorFactory

VIES_SIMULATOR = SimulatorFactory("vies", ViesSimulator)

__all__ = ["VIES_SIMULATOR"]
