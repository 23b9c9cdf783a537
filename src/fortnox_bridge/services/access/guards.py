"""The guards of all connectors, which note what goes wrong in one place."""

from typing import Any

from fortnox_bridge.sdk import Connector
from fortnox_bridge.services.access.failures import ConnectorFailures
from fortnox_bridge.services.access.guarded import Guard
from fortnox_bridge.services.deployment import Deployment


class Guards:
    def __init__(self, deployment: Deployment) -> None:
        self._call_s = deployment.timing.connector_call_s
        self.failures = ConnectorFailures(deployment.clock)

    def of(self, connector: Connector[Any]) -> Guard:
        return Guard(connector.name, connector.title, self._call_s, self.failures)
