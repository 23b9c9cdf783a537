"""Takes the app out of the portal, which HubSpot wants of a disconnection (facts 2.4)."""

from fortnox_bridge.sdk import ReconnectRequired, SourceDataInvalid
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import APP_INSTALLS


class HubSpotLeaver:
    def __init__(self, client: HubSpotClient) -> None:
        self._client = client

    async def leave(self) -> None:
        """Without access, or without an installation, there is nothing left to take out."""
        try:
            await self._client.write("DELETE", f"{APP_INSTALLS}/external-install", record="account", right="oauth")
        except ReconnectRequired:
            return
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
