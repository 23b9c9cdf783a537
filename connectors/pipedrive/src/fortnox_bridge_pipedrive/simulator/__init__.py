"""A simulated Pipedrive: OAuth, API v1 and v2, and webhooks fired for real.

Written from facts/pipedrive.md and the vendor's OpenAPI description alone. It shares no code with the client of this
package. Section numbers in the comments of this folder are those of facts/pipedrive.md.
"""

from fortnox_bridge.sdk.simulator import SimulatorFactory
from fortnox_bridge_pipedrive.simulator.simulator import PipedriveSimulator

PIPEDRIVE_SIMULATOR = SimulatorFactory(name="pipedrive", build=PipedriveSimulator)

__all__ = ["PIPEDRIVE_SIMULATOR"]
