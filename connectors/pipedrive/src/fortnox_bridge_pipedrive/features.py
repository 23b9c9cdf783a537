"""Features that an account can switch off although the bridge needs them (facts 3)."""

from typing import Final

from fortnox_bridge.sdk import Notice, PermissionMissing
from fortnox_bridge_pipedrive.client import PipedriveClient

_ONE: Final = (("limit", "1"),)


class PipedriveFeatures:
    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def missing_features(self) -> tuple[Notice, ...]:
        """One product is asked for: with Products switched off, or without the right to see them, that is refused."""
        try:
            await self._client.get_v2("/products", _ONE, record="products", right="products:read")
        except PermissionMissing as refusal:
            return (Notice(refusal.code, dict(refusal.params)),)
        return ()
