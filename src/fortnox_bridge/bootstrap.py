"""The composition root: the one place that reads the settings and joins everything."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import structlog
from starlette.applications import Starlette

from fortnox_bridge.config import Config, OAuthApp, sqlite_file
from fortnox_bridge.domain.checkpoints import Checkpoint, pass_through
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.oauth.types import OAuthClient
from fortnox_bridge.observability import configure_logging
from fortnox_bridge.registry import LoadStatus, Registry, load_registry
from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.api_keys import ApiKeys
from fortnox_bridge.services.access.authorize import Authorize
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.resume import ResumeRuns
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.access.vat_register import VatRegister
from fortnox_bridge.services.application import Services
from fortnox_bridge.services.backfills.backfill import Backfills
from fortnox_bridge.services.backfills.backfill_work import BackfillWork
from fortnox_bridge.services.connections.catalogues import Catalogues
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.connections.interests import Interests
from fortnox_bridge.services.connections.preflight import PreflightConnection
from fortnox_bridge.services.connections.roster import Roster
from fortnox_bridge.services.connections.routing import Routing
from fortnox_bridge.services.deployment import Deployment, VendorApp
from fortnox_bridge.services.records.customer_copy import CustomerCopies
from fortnox_bridge.services.records.customer_links import CustomerLinks
from fortnox_bridge.services.records.customers import SyncCustomers
from fortnox_bridge.services.records.products import SyncProducts
from fortnox_bridge.services.records.scheduled_sync import ScheduledSync
from fortnox_bridge.services.runs.accept import AcceptDelivery
from fortnox_bridge.services.runs.breakers import Breakers
from fortnox_bridge.services.runs.documents import DocumentRequests
from fortnox_bridge.services.runs.execute import ExecuteRun
from fortnox_bridge.services.runs.forecast import ForecastDeal
from fortnox_bridge.services.runs.preview import PreviewDeal
from fortnox_bridge.services.runs.queue import RunQueue
from fortnox_bridge.services.runs.replay import Replay
from fortnox_bridge.services.runs.run_world import RunWorld
from fortnox_bridge.services.runs.runs import Runs
from fortnox_bridge.services.settings.article_table import ArticleTableFile
from fortnox_bridge.services.settings.change_settings import ChangeSettings
from fortnox_bridge.services.settings.check_settings import CheckSettings
from fortnox_bridge.services.settings.mapping_fields import MappingFields
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.services.upkeep import Upkeep
from fortnox_bridge.storage import Cipher, Storage, migrate
from fortnox_bridge.web.app import build_app
from fortnox_bridge.worker.doorbell import MemoryDoorbell
from fortnox_bridge.worker.loop import Worker
from fortnox_bridge.worker.periodic import Periodic

log = structlog.get_logger()


class MigrationsPending(Exception):
    """Another release's tables; the service does not start on them."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """The whole service in one process. `running` works in the background while the block lasts."""

    app: Starlette
    services: Services
    config: Config
    worker: Worker
    background: tuple[Periodic, ...]
    storage: Storage
    sources: SourceAccess
    fortnox: FortnoxAccess
    vat_register: VatRegister
    flights: TokenFlights

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        if self.config.worker.enabled:
            self.worker.start()
            for each in self.background:
                each.start()
        try:
            yield
        finally:
            for each in self.background:
                await each.stop()
            await self.worker.stop(self.config.shutdown_grace_s)
            await self.aclose()

    async def aclose(self) -> None:
        await self.flights.wait_closed()
        await self.sources.aclose()
        await self.fortnox.aclose()
        await self.vat_register.aclose()
        await self.storage.close()


async def build_bridge(config: Config) -> Bridge:
    """Join everything. A SQLite file is migrated; another database must be at the newest migration already.

    Raises:
        ValueError: the settings lack something that cannot be guessed, such as the encryption key.
        MigrationsPending: the database has to be migrated first, by `fortnox-bridge migrate`.
    """
    configure_logging(log_format=config.log_format, level=config.log_level)
    registry = load_registry(blocked=config.blocked_connectors, required=config.required_connectors)
    for report in registry.reports:
        if report.status is LoadStatus.FAILED:
            log.error("connector.not_loaded", connector=report.entry_point, problem=report.problem)
    clock = SystemClock()
    file = sqlite_file(config.database_url)
    is_new = file is not None and not await asyncio.to_thread(file.exists)
    keys = config.cipher_keys()
    await _require_migrated(config.database_url, is_own_file=file is not None)
    storage = Storage.open(config.database_url, Cipher(keys), clock)
    deployment = _deployment(config, registry, clock, is_past_known=is_new or config.time_factor < 1)
    return _join(config, registry, storage, deployment)


async def _require_migrated(database_url: str, *, is_own_file: bool) -> None:
    """A SQLite file is ours alone; a shared database is migrated by one deliberate command."""
    if is_own_file:
        await migrate.upgrade(database_url)
    elif not await migrate.is_current(database_url):
        raise MigrationsPending("the database is not at the newest migration.")


def _deployment(config: Config, registry: Registry, clock: SystemClock, *, is_past_known: bool) -> Deployment:
    fortnox = config.fortnox_app()
    return Deployment(
        public_url=config.public_url,
        fortnox=_vendor(fortnox),
        connectors={
            name: _vendor(config.connector_app(name, tuple(connector.base_urls)))
            for name, connector in registry.connectors.items()
        },
        clock=clock,
        timing=Timing().scaled(config.time_factor),
        new_id=uuid4,
        jitter=random.uniform,
        checkpoint=_checkpoint(config),
        ask_for_orders=fortnox.with_orders,
        ask_for_service_account=fortnox.service_account,
        extra_scopes=fortnox.extra_scopes,
        support_contact=config.support_contact,
        replay_link_days=config.replay_link_days,
        is_past_known=is_past_known,
        vies_url=config.vat_register_url(),
    )


def _vendor(app: OAuthApp) -> VendorApp:
    client = None
    if app.client_id and app.client_secret:
        client = OAuthClient(app.client_id, app.client_secret.get_secret_value())
    return VendorApp(base_urls=dict(app.base_urls), client=client)


def _checkpoint(config: Config) -> Checkpoint:
    if config.crash_at is None:
        return pass_through
    place = config.crash_at

    def crash(name: str) -> None:
        if name == place:
            os._exit(137)

    return crash


def _join(config: Config, registry: Registry, storage: Storage, deployment: Deployment) -> Bridge:
    doorbell = MemoryDoorbell()
    flights = TokenFlights(deployment.clock)
    sources = SourceAccess(registry=registry, storage=storage, deployment=deployment, flights=flights)
    fortnox = FortnoxAccess(storage=storage, deployment=deployment, flights=flights)
    vat_register = VatRegister(deployment)
    settings = SyncSettings(storage)
    resume = ResumeRuns(storage=storage, deployment=deployment, doorbell=doorbell)
    connections = Connections(storage=storage, sources=sources, fortnox=fortnox, deployment=deployment)
    accounts = Accounts(storage=storage, sources=sources, connections=connections, resume=resume, deployment=deployment)
    replay = Replay(storage=storage, settings=settings, registry=registry, deployment=deployment, doorbell=doorbell)
    world = RunWorld(
        storage=storage,
        sources=sources,
        fortnox=fortnox,
        replay=replay,
        vat_numbers=vat_register,
        deployment=deployment,
    )
    routing = Routing(storage=storage, connections=connections, settings=settings, sources=sources)
    execute = ExecuteRun(
        storage=storage,
        routing=routing,
        accounts=accounts,
        world=world,
        breakers=Breakers(deployment.clock, open_s=deployment.timing.breaker_open_s),
        deployment=deployment,
    )
    catalogues = Catalogues(
        connections=connections, sources=sources, fortnox=fortnox, storage=storage, registry=registry
    )
    changing = ChangeSettings(
        storage=storage,
        settings=settings,
        check=CheckSettings(connections=connections, catalogues=catalogues, fortnox=fortnox, storage=storage),
        connections=connections,
        deployment=deployment,
    )
    services = Services(
        accept=AcceptDelivery(
            storage=storage,
            events=storage.events,
            registry=registry,
            accounts=accounts,
            interests=Interests(storage, settings),
            deployment=deployment,
            doorbell=doorbell,
        ),
        accounts=accounts,
        api_keys=ApiKeys(storage, deployment),
        article_table=ArticleTableFile(settings=settings, changing=changing),
        authorize=Authorize(
            storage=storage, sources=sources, fortnox=fortnox, accounts=accounts, resume=resume, deployment=deployment
        ),
        backfills=Backfills(
            storage=storage, connections=connections, settings=settings, sources=sources, deployment=deployment
        ),
        catalogues=catalogues,
        change_settings=changing,
        connections=connections,
        customer_copies=CustomerCopies(
            storage=storage,
            connections=connections,
            settings=settings,
            fortnox=fortnox,
            deployment=deployment,
            doorbell=doorbell,
        ),
        customer_links=CustomerLinks(
            storage=storage,
            connections=connections,
            settings=settings,
            sources=sources,
            fortnox=fortnox,
            deployment=deployment,
        ),
        documents=DocumentRequests(storage=storage, connections=connections, deployment=deployment, doorbell=doorbell),
        execute=execute,
        mapping_fields=MappingFields(catalogues=catalogues, settings=settings, changing=changing),
        preflight=PreflightConnection(
            connections=connections,
            settings=settings,
            sources=sources,
            fortnox=fortnox,
            storage=storage,
            deployment=deployment,
        ),
        preview=PreviewDeal(connections=connections, settings=settings, world=world, deployment=deployment),
        replay=replay,
        roster=Roster(storage=storage, connections=connections, settings=settings, deployment=deployment),
        runs=Runs(storage=storage, connections=connections, sources=sources, deployment=deployment, doorbell=doorbell),
        settings=settings,
        sync_customers=SyncCustomers(
            storage=storage, connections=connections, deployment=deployment, doorbell=doorbell
        ),
        sync_products=SyncProducts(storage=storage, connections=connections, deployment=deployment, doorbell=doorbell),
    )
    worker = Worker(
        queue=RunQueue(storage, deployment.timing),
        execute=execute,
        doorbell=doorbell,
        timing=deployment.timing,
        slots=config.worker.slots,
        checkpoint=deployment.checkpoint,
    )
    backfilling = BackfillWork(
        storage=storage,
        connections=connections,
        sources=sources,
        forecast=ForecastDeal(connections=connections, routing=routing, world=world, deployment=deployment),
        deployment=deployment,
        doorbell=doorbell,
    )
    syncing = ScheduledSync(
        storage=storage, connections=connections, settings=settings, deployment=deployment, doorbell=doorbell
    )
    timing = deployment.timing
    background = (
        Periodic(
            Upkeep(connections=connections, fortnox=fortnox),
            first_s=timing.upkeep_first_s,
            interval_s=timing.upkeep_s,
        ),
        Periodic(services.customer_copies.fill_all, first_s=timing.copy_wake_s, interval_s=timing.copy_wake_s),
        Periodic(backfilling, first_s=timing.backfill_s, interval_s=timing.backfill_s),
        Periodic(syncing, first_s=timing.schedule_s, interval_s=timing.schedule_s),
    )
    app = build_app(services, public_url=config.public_url)
    return Bridge(app, services, config, worker, background, storage, sources, fortnox, vat_register, flights)
