"""Walks through deals in the order of their ids, a hundred a page.

The search, which could be asked for stages and times, lags behind writes and ends at 10 000 hits (facts 7.4): a
backfill must miss nothing, so every deal is looked at.
"""

from fortnox_bridge.sdk import DealHead, DealQuery, SourcePage
from fortnox_bridge_hubspot.deals import HubSpotDeals
from fortnox_bridge_hubspot.records import HubSpotRecords, is_changed_since
from fortnox_bridge_hubspot.values import to_instant
from fortnox_bridge_hubspot.wire import DEAL, WireRecord


class HubSpotDealList:
    def __init__(self, records: HubSpotRecords, deals: HubSpotDeals) -> None:
        self._records = records
        self._deals = deals

    async def list_deals(self, query: DealQuery, cursor: str | None) -> SourcePage[DealHead]:
        properties, associations = self._deals.asked()
        page = await self._records.page(DEAL, cursor, properties, associations=associations)
        wanted = [wire for wire in page.results if not wire.archived and _is_asked_for(wire, query)]
        return SourcePage(tuple([await self._deals.to_head(wire) for wire in wanted]), page.after)


def _is_asked_for(wire: WireRecord, query: DealQuery) -> bool:
    changed = to_instant(wire.updated_at)
    is_early = query.changed_before is None or changed is None or changed < query.changed_before
    is_there = not query.stage_ids or wire.text("dealstage") in query.stage_ids
    return is_there and is_early and is_changed_since(wire, query.changed_since)
