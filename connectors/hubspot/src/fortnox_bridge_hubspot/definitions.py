"""Definitions of properties, read once a session for each kind of record: they are many (facts 15.1)."""

from collections.abc import Mapping

from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import PROPERTIES
from fortnox_bridge_hubspot.records import READ_RIGHTS
from fortnox_bridge_hubspot.wire import PATHS, WireProperties, WireProperty


class HubSpotDefinitions:
    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._read: dict[str, Mapping[str, WireProperty]] = {}

    async def of_kind(self, kind: str) -> Mapping[str, WireProperty]:
        """By name; archived ones are not among them."""
        if kind not in self._read:
            answer = await self._client.get(
                f"{PROPERTIES}/{PATHS[kind]}", record=f"{kind} properties", right=READ_RIGHTS[kind]
            )
            found = answer.as_model(WireProperties).results
            self._read[kind] = {each.name: each for each in found if not each.archived}
        return self._read[kind]

    def forget(self, kind: str) -> None:
        """Something was created: read anew next time."""
        self._read.pop(kind, None)
