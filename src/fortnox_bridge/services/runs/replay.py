"""Replay: run a deal again, from a note's link, the REST API or the command line. Never doubles a document.

A note's link opens a page without signing in, so it expires, shows no payloads, and reaches one deal alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import Run, Step, TriggerKind
from fortnox_bridge.registry import Registry
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.runs.runs import RunNotFound
from fortnox_bridge.services.secrets import new_secret
from fortnox_bridge.services.settings.settings import SettingsMissing, SyncSettings
from fortnox_bridge.storage import SYSTEM, NewRun, Storage
from fortnox_bridge.sync_settings.faults import InvalidSettings


class LinkRefused(Exception):
    """The link is unknown or has expired."""


@dataclass(frozen=True, slots=True)
class LinkedDeal:
    """What a note's link shows: the deal, its latest run, and the documents it has. No payloads.

    `title` is the deal's as the run read it; None before any run got that far.
    """

    title: str | None
    system: str
    run: Run
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    language: Language
    support_contact: str | None


def again(run: Run, requested_by: str, new_id: RunId) -> NewRun:
    """The same work once more; a run that is queued for it already takes the request in."""
    return NewRun(
        id=new_id,
        key=run.key,
        trigger=TriggerKind.REPLAY,
        requested_by=requested_by,
        connection_id=run.connection_id,
        requested_kind=run.requested_kind,
        requested_action=run.requested_action,
        replay_of=run.id,
    )


class Replay:
    def __init__(
        self,
        *,
        storage: Storage,
        settings: SyncSettings,
        registry: Registry,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._registry = registry
        self._deployment = deployment
        self._doorbell = doorbell

    async def issue_link(self, run_id: RunId, connection_id: ConnectionId) -> str:
        """A fresh link to the run's page, where Replay can be pressed; only its fingerprint is kept."""
        token = new_secret()
        expires_at = self._deployment.clock.now() + timedelta(days=self._deployment.replay_link_days)
        async with self._storage.unit(SYSTEM) as unit:
            await unit.replay_links.add(token, run_id, connection_id=connection_id, expires_at=expires_at)
        return f"{self._deployment.public_url}/replay/{token}"

    async def look(self, token: str) -> LinkedDeal:
        """What the link shows. Changes nothing: scanners open links too.

        Raises:
            LinkRefused: unknown or expired.
        """
        linked = await self._run_of(token)
        async with self._storage.unit.view(SYSTEM) as unit:
            latest = await unit.runs.latest_of_work(linked.key) or linked
            steps = await unit.runs.steps(latest.id)
            documents = await unit.documents.of_source(latest.source)
        language, support_contact = await self._audience(linked)
        connector = self._registry.get(latest.source.connector)
        return LinkedDeal(
            title=_title(steps),
            system=connector.title if connector else latest.source.connector,
            run=latest,
            steps=tuple(step for step in steps if step.attempt == steps[-1].attempt),
            documents=tuple(
                each for each in documents if each.connection_id == linked.connection_id and each.number is not None
            ),
            language=language,
            support_contact=support_contact,
        )

    async def press(self, token: str) -> Run:
        """Run it again. Pressing twice queues one run.

        Raises:
            LinkRefused: unknown or expired.
        """
        run = await self._run_of(token)
        return await self.replay(run.id, requested_by="replay link")

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

    async def _audience(self, run: Run) -> tuple[Language, str | None]:
        """The connection's language and its support contact, as far as its settings can be read."""
        contact = self._deployment.support_contact
        if run.connection_id is None:
            return Language.SWEDISH, contact
        try:
            notes = (await self._settings.rules(run.connection_id)).notes
        except (InvalidSettings, SettingsMissing):
            return Language.SWEDISH, contact
        return notes.language, notes.support_contact or contact


def _title(steps: Sequence[Step]) -> str | None:
    """The deal's title from what the first stage saw."""
    for step in steps:
        head = step.facts.get("head") if isinstance(step.facts, dict) else None
        title = head.get("title") if isinstance(head, dict) else None
        if isinstance(title, str) and title:
            return title
    return None
