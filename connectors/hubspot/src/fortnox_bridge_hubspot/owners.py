"""Owners of deals, by an optional scope; those who left are among the archived ones (facts 15.2)."""

from typing import Final

from fortnox_bridge.sdk import Owner, PermissionMissing, SourceDataInvalid
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import OWNERS
from fortnox_bridge_hubspot.wire import WireOwner

_RIGHT: Final = "crm.objects.owners.read"


class HubSpotOwners:
    def __init__(self, client: HubSpotClient) -> None:
        self._client = client

    async def read_owner(self, external_id: str) -> Owner | None:
        """None without the scope too: a name is no reason to let a deal wait."""
        if not external_id.isascii() or not external_id.isdigit():
            return None
        try:
            return await self._read(external_id, is_archived=False) or await self._read(external_id, is_archived=True)
        except PermissionMissing:
            return None

    async def _read(self, external_id: str, *, is_archived: bool) -> Owner | None:
        query = (("archived", "true"),) if is_archived else ()
        try:
            answer = await self._client.get(
                f"{OWNERS}/{external_id}", query, record=f"owner {external_id}", right=_RIGHT
            )
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
            return None
        owner = answer.as_model(WireOwner)
        name = " ".join(part.strip() for part in (owner.first_name, owner.last_name) if part and part.strip())
        return Owner(external_id, name or None, (owner.email or "").strip() or None)
