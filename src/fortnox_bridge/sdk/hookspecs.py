"""Registration of connectors by pluggy. Behaviour goes through typed objects, not through hooks."""

from typing import Any, Final, Protocol

import pluggy

from fortnox_bridge.sdk.connector import Connector

PROJECT: Final = "fortnox_bridge"
ENTRY_POINT_GROUP: Final = "fortnox_bridge.connectors"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class HookSpecs(Protocol):
    """The whole plugin contract."""

    @hookspec
    def fortnox_bridge_connector(self) -> Connector[Any]:
        """Answer the connector. Called once at start; does no I/O and reads no environment."""
