"""Reading CRM records: one, a batch, a page, and what hangs on one (facts 7 and 8)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fortnox_bridge.sdk import SourceDataInvalid, SourceRef
from fortnox_bridge_hubspot.client import PAGE, HubSpotClient
from fortnox_bridge_hubspot.config import ASSOCIATIONS, OBJECTS, SYSTEM
from fortnox_bridge_hubspot.errors import Call, unreadable
from fortnox_bridge_hubspot.values import to_instant
from fortnox_bridge_hubspot.wire import (
    COMPANY,
    CONTACT,
    DEAL,
    LINE_ITEM,
    PATHS,
    PRODUCT,
    WireAssociatedList,
    WireBatch,
    WireLinkBatch,
    WirePage,
    WireRecord,
)

READ_RIGHTS: Final = {
    DEAL: "crm.objects.deals.read",
    COMPANY: "crm.objects.companies.read",
    CONTACT: "crm.objects.contacts.read",
    LINE_ITEM: "crm.objects.line_items.read",
    PRODUCT: "crm.objects.products.read",
}
_ID: Final = re.compile(r"[0-9]{1,20}\Z", re.ASCII)
_MAX_PAGES: Final = 100


def record_name(kind: str, external_id: str) -> str:
    """As users call it, for messages: `deal 5501`."""
    return f"{kind.replace('_', ' ')} {external_id}"[:80]


def is_changed_since(record: WireRecord, instant: datetime | None) -> bool:
    """Lists cannot be asked for changes, and the search that can lags behind: a walk looks at every record."""
    changed = to_instant(record.updated_at)
    return instant is None or changed is None or changed >= instant


class HubSpotRecords:
    def __init__(self, client: HubSpotClient) -> None:
        self._client = client

    async def read(
        self,
        kind: str,
        external_id: str,
        properties: Sequence[str],
        *,
        associations: Sequence[str] = (),
        is_archived: bool = False,
    ) -> WireRecord:
        """The record; the answer's id is another one when the record was merged into it.

        Raises:
            SourceDataInvalid: `source_record_missing` when it is unknown, archived, or in another portal.
        """
        record = record_name(kind, external_id)
        if kind not in PATHS or not _ID.match(external_id):
            raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record)
        query = [("properties", ",".join(properties))] if properties else []
        if associations:
            query.append(("associations", ",".join(associations)))
        if is_archived:
            query.append(("archived", "true"))
        path = f"{OBJECTS}/{PATHS[kind]}/{external_id}"
        answer = await self._client.get(path, query, record=record, right=READ_RIGHTS[kind])
        return answer.as_model(WireRecord)

    async def living_id(self, ref: SourceRef) -> str:
        """The id that the record has now: another one, if it was merged."""
        return (await self.read(ref.kind, ref.external_id, ())).id

    async def read_batch(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, record: str
    ) -> list[WireRecord]:
        """Those that exist, in no promised order; a hundred per call."""
        found: list[WireRecord] = []
        for first in range(0, len(ids), PAGE):
            body = {
                "properties": list(properties),
                "inputs": [{"id": each} for each in ids[first : first + PAGE]],
            }
            path = f"{OBJECTS}/{PATHS[kind]}/batch/read"
            answer = await self._client.look_up(path, body, record=record, right=READ_RIGHTS[kind])
            found += answer.as_model(WireBatch).results
        return found

    async def page(
        self, kind: str, after: str | None, properties: Sequence[str], *, associations: Sequence[str] = ()
    ) -> WirePage:
        """A hundred living records in the order of their ids."""
        query = [("limit", str(PAGE)), ("properties", ",".join(properties))]
        query += [("associations", ",".join(associations))] if associations else []
        query += [("after", after)] if after else []
        path = f"{OBJECTS}/{PATHS[kind]}"
        answer = await self._client.get(path, query, record=kind, right=READ_RIGHTS[kind])
        return answer.as_model(WirePage)

    async def linked_ids(self, record: WireRecord, kind: str, to: str) -> tuple[tuple[str, str], ...]:
        """What hangs on `record`, as ids with the name or number of the kind of link; whole, however long the list.

        A record comes once for each kind of link it has.
        """
        inline = _inline(record, to)
        if inline is None:
            return ()
        if inline.paging is None or inline.paging.next is None:
            return tuple((each.id, each.type) for each in inline.results)
        return await self._all_links(record, kind, to)

    async def _all_links(self, record: WireRecord, kind: str, to: str) -> tuple[tuple[str, str], ...]:
        path = f"{ASSOCIATIONS}/{PATHS[kind]}/{PATHS[to]}/batch/read"
        name = record_name(kind, record.id)
        found: dict[tuple[str, str], None] = {}
        after: str | None = None
        for _ in range(_MAX_PAGES):
            wanted = {"id": record.id, **({"after": after} if after else {})}
            answer = await self._client.look_up(path, {"inputs": [wanted]}, record=name, right=READ_RIGHTS[kind])
            batch = answer.as_model(WireLinkBatch)
            after = None
            for links in batch.results:
                for link in links.to:
                    found |= {(link.to_object_id, str(each.type_id)): None for each in link.association_types}
                after = links.paging.next.after if links.paging and links.paging.next else None
            if after is None:
                return tuple(found)
        raise unreadable(Call(name), "a list without end", field="paging")


def _inline(record: WireRecord, to: str) -> WireAssociatedList | None:
    """Under the key that HubSpot writes with a space, or with the underscore of the parameter (facts 7.3)."""
    path = PATHS[to]
    return record.associations.get(path) or record.associations.get(path.replace("_", " "))
