"""Which simulators there are: Fortnox, the EU's register of VAT numbers, and one of each connector that ships one."""

from fortnox_bridge.registry import load_registry
from fortnox_bridge.sandbox.fortnox import FORTNOX_SIMULATOR
from fortnox_bridge.sandbox.vies import VIES_SIMULATOR
from fortnox_bridge.sdk import SimulatorFactory


def installed_simulators() -> list[SimulatorFactory]:
    connectors = load_registry().connectors.values()
    return [FORTNOX_SIMULATOR, VIES_SIMULATOR, *(each.simulator for each in connectors if each.simulator is not None)]
