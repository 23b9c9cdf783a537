from tests.testing.mini.harness import MiniHarness

from fortnox_bridge.testing import ConnectorConformance


class TestMini(ConnectorConformance):
    harness = MiniHarness
