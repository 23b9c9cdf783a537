"""Walks through deals, stage by stage, since Pipedrive's list takes one stage at a time (facts 6).

Deleted and archived deals are not in it. The cursor says which stage the walk is in and Pipedrive's own cursor there.
"""

from typing import Final

from fortnox_bridge.sdk import DealHead, DealQuery, SourceDataInvalid, SourcePage
from fortnox_bridge_pipedrive.account import Account
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.deals import deal_head
from fortnox_bridge_pipedrive.wire import WireDeal
from fortnox_bridge_pipedrive.wire_requests import (
    DEAL,
    DEAL_HEAD,
    changed_before_query,
    changed_since_query,
    folder_of,
    stage_query,
)

_RIGHT: Final = "deals:full"


class PipedriveDealList:
    def __init__(self, client: PipedriveClient, account: Account) -> None:
        self._client = client
        self._account = account

    async def list_deals(self, query: DealQuery, cursor: str | None) -> SourcePage[DealHead]:
        """At most 500, in the order of their ids: a walk by time would skip what changes meanwhile (facts 5)."""
        stages: tuple[str | None, ...] = tuple(sorted(set(query.stage_ids))) or (None,)
        at, inner = _place(cursor, len(stages))
        wanted = [
            *DEAL_HEAD,
            *stage_query(stages[at]),
            *changed_since_query(query.changed_since),
            *changed_before_query(query.changed_before),
        ]
        deals, following = await self._client.page_v2(
            folder_of(DEAL), WireDeal, wanted, inner, record=DEAL, right=_RIGHT
        )
        heads = tuple(deal_head(self._account.ref(DEAL, wire.id), wire, self._account) for wire in deals)
        if following is not None:
            return SourcePage(heads, f"{at}:{following}")
        return SourcePage(heads, f"{at + 1}:" if at + 1 < len(stages) else None)


def _place(cursor: str | None, stages: int) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    at, _, inner = cursor.partition(":")
    if not at.isdecimal() or int(at) >= stages:
        # The stages asked for are others than those the walk began with.
        raise SourceDataInvalid("source_cursor_unknown", system=SYSTEM)
    return int(at), inner or None
