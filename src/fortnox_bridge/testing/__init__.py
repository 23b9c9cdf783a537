"""The conformance kit: what a connector author imports in tests (extra: `fortnox-bridge[testing]`).

    class TestAcme(ConnectorConformance):
        harness = AcmeHarness

and then `pytest`. `docs/connector-reference.md` explains every rule.
"""

from fortnox_bridge.testing.conformance import ConnectorConformance
from fortnox_bridge.testing.harness import (
    ActionRequest,
    CardRequest,
    ConnectorHarness,
    DealSpec,
    HookEvent,
    LineSpec,
    NotSupplied,
    Refusal,
    SourceAccount,
)
from fortnox_bridge.testing.world import World

__all__ = [
    "ActionRequest",
    "CardRequest",
    "ConnectorConformance",
    "ConnectorHarness",
    "DealSpec",
    "HookEvent",
    "LineSpec",
    "NotSupplied",
    "Refusal",
    "SourceAccount",
    "World",
]
