"""Which connection a record's card belongs to, and which customer in Fortnox the record is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.connection import Connection, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.document import Document, DocumentState
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import ConnectionId, SourceRef
from fortnox_bridge.domain.link import Link
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import BusinessKey, Run
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, Storage, UnitOfWork

_SHOWN: Final = frozenset({DocumentState.CREATED, DocumentState.REMOVED, DocumentState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class _Found:
    """What is stored about the record: its documents in this connection, oldest first, and its newest run."""

    account: SourceAccount
    connection: Connection
    company: FortnoxCompany
    link: Link | None
    documents: tuple[Document, ...]
    run: Run | None


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a card stands: one record of one account, and the connection that speaks for it."""

    ref: SourceRef
    is_deal: bool
    rules: SyncRules
    account: SourceAccount
    connection: Connection
    company: FortnoxCompany
    link: Link | None
    documents: tuple[Document, ...]
    run: Run | None

    @property
    def customer_number(self) -> str | None:
        """By the remembered pairing; of a deal, that of its newest document."""
        if self.link is not None:
            return self.link.number
        return next((each.customer_number for each in reversed(self.documents) if each.customer_number), None)


class CardPlaces:
    def __init__(self, *, storage: Storage, sources: SourceAccess, settings: SyncSettings) -> None:
        self._storage = storage
        self._sources = sources
        self._settings = settings

    async def of_account(self, connector: str, account: str, kind: str, external_id: str) -> CardPlace:
        """The place of a record of the account that a platform named.

        Raises:
            SettingsInvalid: the account is not connected to Fortnox.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            named = await unit.source_accounts.find(connector, account)
            connections = await unit.connections.of_source_account(named.id) if named else ()
            if named is None or not connections:
                raise SettingsInvalid("card_account_unknown", system=self._sources.connector(connector).title)
            ref = SourceRef(connector, account, kind, external_id)
            found = await self._find(unit, named, connections, ref)
        return await self._place(found, ref)

    async def of_connection(self, connection_id: ConnectionId, kind: str, external_id: str) -> CardPlace:
        """The place of a record within one connection.

        Raises:
            NotFound: there is no such connection.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            connection = await unit.connections.get(connection_id)
            account = await unit.source_accounts.get(connection.source_account_id) if connection else None
            if connection is None or account is None:
                raise NotFound
            ref = SourceRef(account.connector, account.external_id or "", kind, external_id)
            found = await self._find(unit, account, [connection], ref)
        return await self._place(found, ref)

    async def _place(self, found: _Found, ref: SourceRef) -> CardPlace:
        return CardPlace(
            ref=ref,
            is_deal=self._is_deal(ref),
            rules=await self._settings.rules(found.connection.id),
            account=found.account,
            connection=found.connection,
            company=found.company,
            link=found.link,
            documents=found.documents,
            run=found.run,
        )

    async def _find(
        self, unit: UnitOfWork, account: SourceAccount, connections: Sequence[Connection], ref: SourceRef
    ) -> _Found:
        is_deal = self._is_deal(ref)
        made = [each for each in await unit.documents.of_source(ref) if each.state in _SHOWN and each.number]
        key = BusinessKey(account.id, ref.kind, ref.external_id)
        run = await unit.runs.latest_of_work(key) if is_deal else None
        speaking: set[ConnectionId | None] = {each.connection_id for each in made}
        if not speaking and run is not None:
            speaking = {run.connection_id}
        if not is_deal:
            speaking |= await unit.links.connections_linking(ref)
        connection = _chosen(connections, speaking)
        company = await unit.companies.get(connection.company_id)
        assert company is not None
        links = await unit.links.linked_customers(connection.id, company.id, [ref])
        return _Found(
            account,
            connection,
            company,
            link=links[0] if links else None,
            documents=tuple(each for each in made if each.connection_id == connection.id),
            run=run if run is None or run.connection_id in {None, connection.id} else None,
        )

    def _is_deal(self, ref: SourceRef) -> bool:
        return ref.kind == self._sources.connector(ref.connector).object_kind


def _chosen(connections: Sequence[Connection], speaking: set[ConnectionId | None]) -> Connection:
    """The one that knows the record, the active before the others; else the first active (F5)."""
    in_order = sorted(connections, key=lambda each: (not each.is_active, each.position))
    return next((each for each in in_order if each.id in speaking), in_order[0])
