"""The simulated Example. It is written from the vendor's documentation and imports nothing of the connector."""

from fortnox_bridge.sdk.simulator import SimulatorFactory
from fortnox_bridge_example.simulator.simulator import ExampleSimulator

EXAMPLE_SIMULATOR = SimulatorFactory("example", ExampleSimulator)
