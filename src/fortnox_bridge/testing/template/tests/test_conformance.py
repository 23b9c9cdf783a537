"""The conformance kit over this connector: every rule is a test of its own."""

from harness import ExampleHarness

from fortnox_bridge.testing import ConnectorConformance


class TestExample(ConnectorConformance):
    harness = ExampleHarness
