"""What a person asks for a deal that has its document: bring the draft up to date, or make another one (F60)."""

from collections.abc import Sequence
from dataclasses import dataclass

from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.ids import ConnectionId, DocumentId, RunId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, RequestedAction, Run, RunState, TriggerKind
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.runs.runs import RunNotFound
from fortnox_bridge.storage import SYSTEM, ConnectionScope, NewRun, Storage, UnitOfWork


class DocumentNotFound(NotFound):
    """There is no such document, or it is another connection's."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """`after`: the generation that was seen as the latest. `kind` counts where the deal has no document here."""

    action: RequestedAction
    requested_by: str
    is_confirmed: bool
    after: int | None
    kind: DocumentKind | None


class DocumentRequests:
    def __init__(
        self, *, storage: Storage, connections: Connections, deployment: Deployment, doorbell: Doorbell
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._deployment = deployment
        self._doorbell = doorbell

    async def of_run(
        self,
        run_id: RunId,
        action: RequestedAction,
        *,
        requested_by: str,
        is_confirmed: bool = False,
        after: int | None = None,
    ) -> Run:
        """Queue what is asked for the deal of this run, or answer what was queued for the same request.

        `after` is the generation the person saw as the latest, so that asking twice makes one new document.

        Raises:
            RunNotFound: there is no such run, or it never found its connection.
            SettingsInvalid: a new document was not confirmed.
            SourceDataInvalid: there is no draft to update.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            run = await unit.runs.get(run_id)
        if run is None or run.connection_id is None:
            raise RunNotFound
        overview = await self._connections.get(run.connection_id)
        kind = DocumentKind(run.requested_kind) if run.requested_kind in set(DocumentKind) else None
        return await self._ask(overview, run.source, _Wish(action, requested_by, is_confirmed, after, kind))

    async def of_document(
        self,
        connection_id: ConnectionId,
        document_id: DocumentId,
        action: RequestedAction,
        *,
        requested_by: str,
        is_confirmed: bool = False,
    ) -> Run:
        """The same for one document: to update it, or to make the one that comes after it. Idempotent.

        Raises:
            DocumentNotFound: there is no such document here.
            SettingsInvalid: a new document was not confirmed.
            SourceDataInvalid: it is not the deal's latest, or no draft any more.
        """
        overview = await self._connections.get(connection_id)
        async with self._storage.unit.view(ConnectionScope(connection_id)) as unit:
            document = await unit.documents.get(document_id)
        if document is None:
            raise DocumentNotFound
        wish = _Wish(action, requested_by, is_confirmed, document.generation, document.kind)
        return await self._ask(overview, document.source, wish)

    async def _ask(self, overview: ConnectionOverview, source: SourceRef, wish: _Wish) -> Run:
        if wish.action is RequestedAction.NEW and not wish.is_confirmed:
            raise SettingsInvalid("new_document_unconfirmed")
        async with self._storage.unit(SYSTEM) as unit:
            documents = await unit.documents.of_source(source)
            own = [each for each in documents if each.company_id == overview.company.id]
            if wish.action is RequestedAction.UPDATE:
                generation, kind = _latest_to_update(source, own, wish.after), None
            else:
                latest = max((each.generation for each in documents), default=0)
                generation = (latest if wish.after is None else min(wish.after, latest)) + 1
                kind = _kind_of(own) or wish.kind
                made = await self._made(unit, overview, source, generation)
                if made is not None:
                    return made
            queued = await unit.runs.create_manual(
                NewRun(
                    id=RunId(self._deployment.new_id()),
                    key=_key(overview, source, generation),
                    trigger=TriggerKind.MANUAL,
                    requested_by=wish.requested_by,
                    connection_id=overview.connection.id,
                    requested_kind=kind,
                    requested_action=wish.action,
                )
            )
            action, subject = f"document.{wish.action.value}_requested", f"{source} ({generation})"
            await note_action(unit, self._deployment, wish.requested_by, action, subject, overview.connection.id)
        self._doorbell.ring()
        return queued.run

    async def _made(
        self, unit: UnitOfWork, overview: ConnectionOverview, source: SourceRef, generation: int
    ) -> Run | None:
        """The run that makes, or made, this generation; one that parked or found nothing to do may be followed."""
        runs = await unit.runs.of_key(_key(overview, source, generation), limit=1)
        return next((run for run in runs if run.state not in {RunState.PARKED, RunState.SKIPPED}), None)


def _key(overview: ConnectionOverview, source: SourceRef, generation: int) -> BusinessKey:
    return BusinessKey(overview.source_account.id, source.kind, source.external_id, generation=generation)


def _latest_to_update(source: SourceRef, own: Sequence[Document], seen: int | None) -> int:
    latest = max((each.generation for each in own), default=0)
    if latest == 0:
        raise SourceDataInvalid("no_draft_to_update", record=source.external_id)
    if seen is not None and seen != latest:
        number = next((each.number for each in own if each.generation == latest), None)
        raise SourceDataInvalid("document_not_latest", record=source.external_id, number=number or "…")
    return latest


def _kind_of(own: Sequence[Document]) -> DocumentKind | None:
    """What the latest generation came to: an invoice, also when it was an order first."""
    latest = max((each.generation for each in own), default=0)
    kinds = {each.kind for each in own if each.generation == latest}
    return DocumentKind.INVOICE if DocumentKind.INVOICE in kinds else next(iter(kinds), None)
