"""A simulated Fortnox, built from the vendor's description and recorded behaviour."""

from fortnox_bridge.sdk.simulator import Simulator, SimulatorFactory, SimulatorWorld


def _build(world: SimulatorWorld) -> Simulator:
    # Loaded when first built: drawing PDFs needs the "sandbox" extra, which production does without.
    from fortnox_bridge.sandbox.fortnox.app import build_fortnox

    return build_fortnox(world)


FORTNOX_SIMULATOR = SimulatorFactory("fortnox", _build)

__all__ = ["FORTNOX_SIMULATOR"]
