"""Remembered pairings, to be looked at and undone by people. Runs write them through the link ledger."""

from collections.abc import Sequence
from uuid import UUID

from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, SourceRef
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.storage.document_rows import source_values, to_link, to_source
from fortnox_bridge.storage.records import LinkedSource
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import link


class LinkRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def of_connection(
        self, connection_id: ConnectionId, company_id: FortnoxCompanyId, kind: LinkKind, *, limit: int = 500
    ) -> tuple[Link, ...]:
        rows = await self._db.all(
            self._db.select(link)
            .where(link.c.connection_id == connection_id, link.c.company_id == company_id, link.c.kind == kind)
            .order_by(link.c.created_at, link.c.id)
            .limit(limit)
        )
        return tuple(to_link(row) for row in rows)

    async def next_linked(
        self, connection_id: ConnectionId, company_id: FortnoxCompanyId, kind: LinkKind, *, after: str, limit: int
    ) -> tuple[LinkedSource, ...]:
        """Source records with a link, in the order of the links' ids, from behind the one with the id `after`."""
        statement = self._db.select(link).where(
            link.c.connection_id == connection_id,
            link.c.company_id == company_id,
            link.c.kind == kind,
            link.c.state == LinkState.LINKED,
        )
        if after:
            statement = statement.where(link.c.id > UUID(after))
        rows = await self._db.all(statement.order_by(link.c.id).limit(limit))
        return tuple(LinkedSource(str(row["id"]), to_source(row)) for row in rows)

    async def linked_customers(
        self, connection_id: ConnectionId, company_id: FortnoxCompanyId, sources: Sequence[SourceRef]
    ) -> tuple[Link, ...]:
        """The links of those of `sources` that have one; rights to create are none yet."""
        rows = await self._db.all(
            self._db.select(link).where(
                link.c.connection_id == connection_id,
                link.c.company_id == company_id,
                link.c.kind == LinkKind.CUSTOMER,
                link.c.state == LinkState.LINKED,
                link.c.external_id.in_({source.external_id for source in sources}),
            )
        )
        wanted = set(sources)
        return tuple(found for found in map(to_link, rows) if found.source in wanted)

    async def connections_linking(self, source: SourceRef) -> frozenset[ConnectionId]:
        """The connections that remember a counterpart of this record."""
        rows = await self._db.all(
            self._db.select(link, link.c.connection_id).where(
                *(link.c[name] == value for name, value in source_values(source).items()),
                link.c.state == LinkState.LINKED,
            )
        )
        return frozenset(row["connection_id"] for row in rows)

    async def pick(
        self,
        connection_id: ConnectionId,
        company_id: FortnoxCompanyId,
        source: SourceRef,
        record: CustomerRecord,
        link_id: UUID,
    ) -> Link:
        """A person says which customer a source record is; whatever was remembered before gives way.

        A run that holds the right to create the customer finds itself without it, and uses the pick.
        """
        changing: dict[str, object] = {
            "state": LinkState.LINKED,
            "number": record.number,
            "record": record,
            "verified_at": await self._db.now(),
            "owner": None,
            "first_missed_at": None,
            "is_picked_by_user": True,
        }
        key = {
            "connection_id": connection_id,
            "company_id": company_id,
            "kind": LinkKind.CUSTOMER,
            **source_values(source),
        }
        row = {"id": link_id, "created_at": await self._db.now(), **key, **changing}
        picked = await self._db.first(
            self._db.upsert(link, row)
            .on_conflict_do_update(index_elements=[link.c[name] for name in key], set_=changing)
            .returning(*link.c)
        )
        if picked is None:
            raise LookupError(f"link of {source}")
        return to_link(picked)

    async def forget(
        self, connection_id: ConnectionId, company_id: FortnoxCompanyId, kind: LinkKind, source: SourceRef
    ) -> bool:
        """Undo a pairing. False: there is none, or a run is making it right now."""
        result = await self._db.execute(
            self._db.delete(link).where(
                link.c.connection_id == connection_id,
                link.c.company_id == company_id,
                link.c.kind == kind,
                link.c.connector == source.connector,
                link.c.account == source.account,
                link.c.object_kind == source.kind,
                link.c.external_id == source.external_id,
                link.c.state == LinkState.LINKED,
            )
        )
        return result.rowcount == 1
