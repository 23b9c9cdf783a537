"""Replay: run a deal again, from a note's link, the REST API or the command line. Never doubles a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import Run, RunState, TriggerKind
from fortnox_bridge.services.accept import Doorbell
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.runs import RunNotFound
from fortnox_bridge.services.secrets import new_secret
from fortnox_bridge.services.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, NewRun, Storage


class LinkRefused(Exception):
    """The link is unknown or has expired."""


@dataclass(frozen=True, slots=True)
class ReplayOffer:
    """What the confirmation page shows: which deal, and how its latest run ended."""

    deal: str
    code: str
    params: Mapping[str, str]
    language: Language


def again(run: Run, requested_by: str, new_id: RunId) -> NewRun:
    """The same work once more; a run that is queued for it already takes the request in."""
    return NewRun(
        id=new_id,
        key=run.key,
        trigger=TriggerKind.REPLAY,
        requested_by=requested_by,
        connection_id=run.connection_id,
        requested_kind=run.requested_kind,
        replay_of=run.id,
    )


class Replay:
    def __init__(self, *, storage: Storage, settings: SyncSettings, deployment: Deployment, doorbell: Doorbell) -> None:
        self._storage = storage
        self._settings = settings
        self._deployment = deployment
        self._doorbell = doorbell

    async def issue_link(self, run_id: RunId, connection_id: ConnectionId) -> str:
        """A fresh link to the confirmation page; only its fingerprint is kept."""
        token = new_secret()
        expires_at = self._deployment.clock.now() + timedelta(days=self._deployment.replay_link_days)
        async with self._storage.unit(SYSTEM) as unit:
            await unit.replay_links.add(token, run_id, connection_id=connection_id, expires_at=expires_at)
        return f"{self._deployment.public_url}/replay/{token}"

    async def offer(self, token: str) -> ReplayOffer:
        """What the link would do. Changes nothing: scanners open links too.

        Raises:
            LinkRefused: unknown or expired.
        """
        run = await self._run_of(token)
        async with self._storage.unit.view(SYSTEM) as unit:
            latest = await unit.runs.of_key(run.key, limit=1)
        return await self._offer(latest[0] if latest else run)

    async def press(self, token: str) -> ReplayOffer:
        """Run it again. Pressing twice queues one run.

        Raises:
            LinkRefused: unknown or expired.
        """
        run = await self._run_of(token)
        queued = await self.replay(run.id, requested_by="replay link")
        return await self._offer(queued)

    async def replay(self, run_id: RunId, *, requested_by: str) -> Run:
        """Queue a run for the same business key, or answer the one that is queued already.

        Raises:
            RunNotFound: there is no such run.
        """
        async with self._storage.unit(SYSTEM) as unit:
            run = await unit.runs.get(run_id)
            if run is None:
                raise RunNotFound
            queued = await unit.runs.create_manual(again(run, requested_by, RunId(self._deployment.new_id())))
            await note_action(unit, self._deployment, requested_by, "run.replayed", run.id, run.connection_id)
        self._doorbell.ring()
        return queued.run

    async def _run_of(self, token: str) -> Run:
        async with self._storage.unit.view(SYSTEM) as unit:
            link = await unit.replay_links.find(token)
            run = await unit.runs.get(link.run_id) if link else None
        if link is None or run is None or link.expires_at <= self._deployment.clock.now():
            raise LinkRefused
        return run

    async def _offer(self, run: Run) -> ReplayOffer:
        language = Language.SWEDISH
        if run.connection_id is not None:
            language = (await self._settings.rules(run.connection_id)).notes.language
        code = run.reason or {RunState.DONE: "run_done", RunState.RUNNING: "run_running"}.get(run.state, "run_queued")
        return ReplayOffer(f"{run.source.kind} {run.source.external_id}", code, run.reason_params or {}, language)
