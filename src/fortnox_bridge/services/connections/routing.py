"""Routing: which connection a run belongs to. Nothing is read for it where an account has one that takes all (F5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.routing import fits, place_of
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import Run, RunTask, TriggerKind
from fortnox_bridge.pipeline.wanted import CLOSED, rule_for
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, Storage
from fortnox_bridge.sync_settings.faults import InvalidSettings


@dataclass(frozen=True, slots=True)
class Routed:
    """Where the run belongs. `head` is what had to be read to know, handed on so that it is not read twice.

    `refusal`: no connection takes the deal although a rule wants it; this one then tells the source.
    """

    overview: ConnectionOverview
    rules: SyncRules
    head: DealHead | None = None
    refusal: SettingsInvalid | None = None


class Routing:
    def __init__(
        self, *, storage: Storage, connections: Connections, settings: SyncSettings, sources: SourceAccess
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._settings = settings
        self._sources = sources

    async def __call__(self, run: Run) -> Routed | None:
        """The connection of the run; None: the source account has none.

        Raises:
            BridgeError: by taxonomy, when the deal must be read first and cannot be, or settings cannot.
        """
        if run.connection_id is None:
            return await self._first(run, await self._candidates(run))
        named = await self._with_rules(await self._connections.get(run.connection_id))
        if _is_settled(run) or named.rules.route.is_open:
            return named
        head = await self._read_head(named.overview, run)
        if fits(named.rules.route, head):
            return Routed(named.overview, named.rules, head)
        if run.trigger is TriggerKind.REPLAY:
            # A person wants the deal done, not this connection: the route may have been corrected meanwhile.
            return await self._first(run, await self._candidates(run), head)
        name = named.overview.connection.name
        refusal = SettingsInvalid("other_route", where=head.url, connection=name, **place_of(head))
        return Routed(named.overview, named.rules, head, refusal)

    async def _candidates(self, run: Run) -> list[Routed]:
        """The account's connections in order; those that are not active only if no other is there."""
        async with self._storage.unit.view(SYSTEM) as unit:
            found = await unit.connections.of_source_account(run.key.source_account_id)
        chosen = [each for each in found if each.is_active] or list(found[:1])
        return [await self._with_rules(await self._connections.get(each.id)) for each in chosen]

    async def _with_rules(self, overview: ConnectionOverview) -> Routed:
        try:
            return Routed(overview, await self._settings.rules(overview.connection.id))
        except InvalidSettings as error:
            name = overview.connection.name
            raise SettingsInvalid("settings_unreadable", connection=name, detail=str(error)[:500]) from error

    async def _first(self, run: Run, candidates: Sequence[Routed], head: DealHead | None = None) -> Routed | None:
        """The first whose route fits. A deal that is closed, or fits none, stays with the one that documented it."""
        if not candidates:
            return None
        only = candidates[0]
        if run.key.task is not RunTask.DOCUMENT:
            return await self._linking(run, candidates)
        if len(candidates) == 1 and only.rules.route.is_open:
            return only
        head = head or await self._read_head(only.overview, run)
        fitting = [each for each in candidates if fits(each.rules.route, head)]
        if not fitting or head.status in CLOSED:
            owner = await self._documenting(run)
            fitting = [each for each in candidates if each.overview.connection.id == owner] or fitting
        if fitting:
            return Routed(fitting[0].overview, fitting[0].rules, head)
        is_wanted = head.status not in CLOSED and any(rule_for(head.stage, each.rules) for each in candidates)
        refusal = SettingsInvalid("no_route", where=head.url, **place_of(head)) if is_wanted else None
        return Routed(only.overview, only.rules, head, refusal)

    async def _linking(self, run: Run, candidates: Sequence[Routed]) -> Routed:
        """A customer or product has no route: the first connection that has used it, else the first of all."""
        async with self._storage.unit.view(SYSTEM) as unit:
            linking = await unit.links.connections_linking(run.source)
        return next((each for each in candidates if each.overview.connection.id in linking), candidates[0])

    async def _documenting(self, run: Run) -> ConnectionId | None:
        """The connection that made the deal's latest document."""
        async with self._storage.unit.view(SYSTEM) as unit:
            documents = await unit.documents.of_source(run.source)
        made = [document for document in documents if document.number is not None]
        return made[-1].connection_id if made else None

    async def _read_head(self, overview: ConnectionOverview, run: Run) -> DealHead:
        account = overview.source_account
        async with self._sources.open(account) as session:
            return await session.deals.read_head(run.source)


def _is_settled(run: Run) -> bool:
    """Routed by an earlier attempt, or asked for so explicitly that no route has a say."""
    is_explicit = run.requested_kind is not None or run.requested_action is not None
    return is_explicit or run.trigger is TriggerKind.WEBHOOK or run.key.task is not RunTask.DOCUMENT
