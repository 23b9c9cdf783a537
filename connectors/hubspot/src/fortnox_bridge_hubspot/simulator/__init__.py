"""The simulated HubSpot: OAuth, CRM objects, files, webhooks and workflow actions, over real HTTP."""

from typing import Final

from fortnox_bridge.sdk.simulator import SimulatorFactory
from fortnox_bridge_hubspot.simulator.simulator import HubSpotSimulator

HUBSPOT_SIMULATOR: Final = SimulatorFactory("hubspot", HubSpotSimulator)
