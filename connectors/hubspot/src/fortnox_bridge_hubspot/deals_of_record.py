"""Which deal a workflow of companies or contacts means: the open one that was made last (facts 18.2)."""

from fortnox_bridge.sdk import SourceRef
from fortnox_bridge_hubspot.account import Account
from fortnox_bridge_hubspot.records import HubSpotRecords, record_name
from fortnox_bridge_hubspot.wire import DEAL, PATHS

_WANTED = ("createdate", "hs_is_closed")


class HubSpotDealsOfRecord:
    """Two calls: the record with its deals, and those deals."""

    def __init__(self, records: HubSpotRecords, account: Account) -> None:
        self._records = records
        self._account = account

    async def newest_open_deal(self, ref: SourceRef) -> SourceRef | None:
        record = await self._records.read(ref.kind, ref.external_id, (), associations=(PATHS[DEAL],))
        links = await self._records.linked_ids(record, ref.kind, DEAL)
        ids = list(dict.fromkeys(external_id for external_id, _ in links))
        if not ids:
            return None
        name = record_name(ref.kind, ref.external_id)
        found = await self._records.read_batch(DEAL, ids, _WANTED, record=name)
        is_open = [each for each in found if each.text("hs_is_closed") != "true" and not each.archived]
        newest = max(is_open, key=lambda each: (each.text("createdate") or "", len(each.id), each.id), default=None)
        return self._account.ref(DEAL, newest.id) if newest else None
