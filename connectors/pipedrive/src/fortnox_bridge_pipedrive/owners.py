"""Owners of deals: Pipedrive's users, by the optional scope `users:read` (facts 2.5)."""

from typing import Final

from fortnox_bridge.sdk import Owner, PermissionMissing, SourceDataInvalid
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.wire import WireUser
from fortnox_bridge_pipedrive.wire_requests import is_id

_RIGHT: Final = "users:read"


class PipedriveOwners:
    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def read_owner(self, external_id: str) -> Owner | None:
        """None without the scope too: a name is no reason to let a deal wait."""
        if not is_id(external_id):
            return None
        try:
            answer = await self._client.get_v1(f"/users/{external_id}", record=f"user {external_id}", right=_RIGHT)
        except PermissionMissing:
            return None
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
            return None
        user = answer.one(WireUser)
        return Owner(external_id, (user.name or "").strip() or None, (user.email or "").strip() or None)
