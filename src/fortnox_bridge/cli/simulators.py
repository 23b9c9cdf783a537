"""Which simulators there are: Fortnox's own, and one for every installed connector that ships one."""

from fortnox_bridge.registry import load_registry
from fortnox_bridge.sandbox.fortnox import FORTNOX_SIMULATOR
from fortnox_bridge.sdk import SimulatorFactory


def installed_simulators() -> list[SimulatorFactory]:
    connectors = load_registry().connectors.values()
    return [FORTNOX_SIMULATOR, *(each.simulator for each in connectors if each.simulator is not None)]
