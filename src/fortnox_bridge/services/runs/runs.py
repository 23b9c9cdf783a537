"""Runs: listing, looking into one, and making one by hand."""

from dataclasses import dataclass

from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.explanation import Explanation
from fortnox_bridge.domain.ids import ConnectionId, RunId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, QueueStanding, Run, RunState, Step, TriggerKind
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.runs.explanation import of_steps
from fortnox_bridge.storage import SYSTEM, BadCursor, ConnectionScope, NewRun, RunFilter, Storage, StoredEvent


class RunNotFound(NotFound):
    """There is no such run."""


@dataclass(frozen=True, slots=True)
class RunDetail:
    run: Run
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]

    @property
    def explanation(self) -> Explanation | None:
        """Why each field of the document says what it says; None until one was decided."""
        return of_steps(self.steps)


@dataclass(frozen=True, slots=True)
class RunPage:
    runs: tuple[Run, ...]
    next_cursor: str | None


class Runs:
    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        sources: SourceAccess,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._deployment = deployment
        self._connections = connections
        self._sources = sources
        self._doorbell = doorbell

    async def list(
        self,
        *,
        connection_id: ConnectionId | None,
        state: RunState | None,
        external_id: str | None,
        cursor: str | None,
        limit: int,
    ) -> RunPage:
        scope = ConnectionScope(connection_id) if connection_id else SYSTEM
        wanted = RunFilter(states=(state,) if state else (), connection_id=connection_id, external_id=external_id)
        try:
            async with self._storage.unit.view(scope) as unit:
                page = await unit.runs.list_page(wanted, limit=limit, cursor=cursor)
        except BadCursor as error:
            raise SourceDataInvalid("cursor_unknown") from error
        return RunPage(page.items, page.next_cursor)

    async def get(self, run_id: RunId) -> RunDetail:
        """One run with its steps, and the documents of its deal.

        Raises:
            RunNotFound: there is none.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            run = await unit.runs.get(run_id)
            if run is None:
                raise RunNotFound
            steps = await unit.runs.steps(run_id)
            documents = await unit.documents.of_source(run.source) if run.connection_id else ()
        own = tuple(document for document in documents if document.connection_id == run.connection_id)
        return RunDetail(run, steps, own)

    async def create(
        self, connection_id: ConnectionId, external_id: str, kind: DocumentKind | None, *, requested_by: str
    ) -> Run:
        """Queue a run by hand. With `kind` the trigger rules do not matter; one queued already is answered."""
        overview = await self._connections.get(connection_id)
        account = overview.source_account
        connector = self._sources.connector(account.connector)
        wanted = NewRun(
            id=RunId(self._deployment.new_id()),
            key=BusinessKey(account.id, connector.object_kind, external_id),
            trigger=TriggerKind.MANUAL,
            requested_by=requested_by,
            connection_id=connection_id,
            requested_kind=kind.value if kind else None,
        )
        async with self._storage.unit(SYSTEM) as unit:
            queued = await unit.runs.create_manual(wanted)
            await note_action(unit, self._deployment, requested_by, "run.created", queued.run.id, connection_id)
        self._doorbell.ring()
        return queued.run

    async def documents(self, connection_id: ConnectionId, external_id: str | None) -> tuple[Document, ...]:
        """What this connection made, newest first; of one deal, oldest first."""
        overview = await self._connections.get(connection_id)
        account = overview.source_account
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            if external_id is None:
                return (await unit.documents.list_page(limit=200)).items
            kind = self._sources.connector(account.connector).object_kind
            return await unit.documents.of_source(
                SourceRef(account.connector, account.external_id or "", kind, external_id)
            )

    async def unreadable_deliveries(self) -> tuple[StoredEvent, ...]:
        """Deliveries that were authentic and made no sense, newest first: kept, since nothing may vanish silently."""
        async with self._storage.unit.view(SYSTEM) as unit:
            return await unit.events.list_unreadable(limit=200)

    async def standing(self) -> QueueStanding:
        """How the queue stands, for operators: no tenant is told apart."""
        async with self._storage.unit.view(SYSTEM) as unit:
            return await unit.run_queue.standing()

    async def is_storage_ready(self) -> bool:
        await self._storage.ping()
        return True
