"""Joining everything: each use case gets what it works with."""

from starlette.applications import Starlette

from fortnox_bridge.bootstrap.bridge import Bridge
from fortnox_bridge.bootstrap.card_joining import join_cards
from fortnox_bridge.bootstrap.sharing import share
from fortnox_bridge.config import Config
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.observability import PrometheusMeters
from fortnox_bridge.registry import Registry
from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.api_keys import ApiKeys
from fortnox_bridge.services.access.authorize import Authorize
from fortnox_bridge.services.access.disconnect import Disconnect
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.guards import Guards
from fortnox_bridge.services.access.installed import InstalledConnectors
from fortnox_bridge.services.access.resume import ResumeRuns
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.access.vat_register import VatRegister
from fortnox_bridge.services.actions.action_options import ActionOptions
from fortnox_bridge.services.actions.answer_action import AnswerAction
from fortnox_bridge.services.actions.report_actions import ReportActions
from fortnox_bridge.services.actions.surfaces import ActionSurfaces
from fortnox_bridge.services.application import Services
from fortnox_bridge.services.backfills.backfill import Backfills
from fortnox_bridge.services.backfills.backfill_work import BackfillWork
from fortnox_bridge.services.cards.flights import Flights
from fortnox_bridge.services.cards.surfaces import CardSurfaces
from fortnox_bridge.services.connections.catalogues import Catalogues
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.connections.interests import Interests
from fortnox_bridge.services.connections.preflight import PreflightConnection
from fortnox_bridge.services.connections.roster import Roster
from fortnox_bridge.services.connections.routing import Routing
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.reconcile.reconcile import Reconcile
from fortnox_bridge.services.records.customer_copy import CustomerCopies
from fortnox_bridge.services.records.customer_links import CustomerLinks
from fortnox_bridge.services.records.customers import SyncCustomers
from fortnox_bridge.services.records.products import SyncProducts
from fortnox_bridge.services.records.scheduled_sync import ScheduledSync
from fortnox_bridge.services.retention import Retention
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
from fortnox_bridge.storage import Storage
from fortnox_bridge.web.app import build_app
from fortnox_bridge.web.health import health_routes
from fortnox_bridge.web.metrics import metrics_routes
from fortnox_bridge.worker.loop import Worker
from fortnox_bridge.worker.periodic import Periodic


def join(
    config: Config, registry: Registry, storage: Storage, deployment: Deployment, meters: PrometheusMeters
) -> Bridge:
    sharing = share(config, deployment, storage)
    doorbell = sharing.doorbell
    flights = TokenFlights(deployment.clock, deployment.meters)
    guards = Guards(deployment)
    sources = SourceAccess(registry=registry, guards=guards, storage=storage, deployment=deployment, flights=flights)
    fortnox = FortnoxAccess(storage=storage, deployment=deployment, flights=flights, limiters=sharing.limiters)
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
    catalogues = Catalogues(connections=connections, sources=sources, fortnox=fortnox, storage=storage)
    changing = ChangeSettings(
        storage=storage,
        settings=settings,
        check=CheckSettings(connections=connections, catalogues=catalogues, fortnox=fortnox, storage=storage),
        connections=connections,
        deployment=deployment,
    )
    runs = Runs(storage=storage, connections=connections, sources=sources, deployment=deployment, doorbell=doorbell)
    preview = PreviewDeal(connections=connections, settings=settings, world=world, deployment=deployment)
    sync_customers = SyncCustomers(storage=storage, connections=connections, deployment=deployment, doorbell=doorbell)
    card_flights = Flights()
    installed = InstalledConnectors(registry, guards.failures)
    services = Services(
        accept=AcceptDelivery(
            storage=storage,
            events=storage.events,
            registry=registry,
            guards=guards,
            accounts=accounts,
            interests=Interests(storage, settings),
            deployment=deployment,
            doorbell=doorbell,
        ),
        accounts=accounts,
        action_options=ActionOptions(storage),
        action_surfaces=ActionSurfaces(registry=registry, guards=guards, deployment=deployment),
        answer_action=AnswerAction(storage=storage, sources=sources, deployment=deployment, doorbell=doorbell),
        api_keys=ApiKeys(storage, deployment),
        article_table=ArticleTableFile(settings=settings, changing=changing),
        authorize=Authorize(
            storage=storage, sources=sources, fortnox=fortnox, accounts=accounts, resume=resume, deployment=deployment
        ),
        backfills=Backfills(
            storage=storage, connections=connections, settings=settings, sources=sources, deployment=deployment
        ),
        card_surfaces=CardSurfaces(registry=registry, guards=guards, deployment=deployment),
        cards=join_cards(
            storage=storage,
            sources=sources,
            fortnox=fortnox,
            settings=settings,
            runs=runs,
            replay=replay,
            customers=sync_customers,
            previews=preview,
            flights=card_flights,
            deployment=deployment,
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
        disconnect=Disconnect(storage=storage, sources=sources, fortnox=fortnox, deployment=deployment),
        documents=DocumentRequests(storage=storage, connections=connections, deployment=deployment, doorbell=doorbell),
        execute=execute,
        installed_connectors=installed,
        mapping_fields=MappingFields(catalogues=catalogues, settings=settings, changing=changing),
        preflight=PreflightConnection(
            connections=connections,
            settings=settings,
            sources=sources,
            fortnox=fortnox,
            storage=storage,
            deployment=deployment,
        ),
        preview=preview,
        replay=replay,
        roster=Roster(storage=storage, connections=connections, settings=settings, deployment=deployment),
        runs=runs,
        settings=settings,
        sync_customers=sync_customers,
        sync_products=SyncProducts(storage=storage, connections=connections, deployment=deployment, doorbell=doorbell),
    )
    worker = Worker(
        queue=RunQueue(storage, deployment.timing, per_account=config.worker.per_account),
        execute=execute,
        # Only what this process hears: what it starts itself, it rings for itself.
        doorbell=sharing.bell,
        timing=deployment.timing,
        slots=config.worker.slots,
        checkpoint=deployment.checkpoint,
        meters=deployment.meters,
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
    upkeep = Upkeep(connections=connections, accounts=accounts, fortnox=fortnox)
    reporting = ReportActions(storage=storage, sources=sources, deployment=deployment)
    reconcile = Reconcile(
        storage=storage,
        events=storage.events,
        connections=connections,
        settings=settings,
        sources=sources,
        deployment=deployment,
        doorbell=doorbell,
    )
    copies = services.customer_copies.fill_all
    background = tuple(
        Periodic(name, action, sharing.turns, first_s=first_s, interval_s=interval_s)
        for name, action, first_s, interval_s in (
            ("upkeep", upkeep, timing.upkeep_first_s, timing.upkeep_s),
            ("customer_copies", copies, timing.copy_wake_s, timing.copy_wake_s),
            ("backfills", backfilling, timing.backfill_s, timing.backfill_s),
            ("schedules", syncing, timing.schedule_s, timing.schedule_s),
            ("retention", Retention(storage=storage, deployment=deployment), timing.upkeep_first_s, timing.retention_s),
            ("reconcile", reconcile, timing.reconcile_look_s, timing.reconcile_look_s),
            ("action_reports", reporting, timing.report_s, timing.report_s),
        )
    )
    metrics = metrics_routes(meters.text, services.runs.standing) if config.metrics else []
    app = build_app(
        services, public_url=config.public_url, card_margin_s=timing.card_margin_s, meters=meters, further=metrics
    )
    health_app = Starlette(routes=[*health_routes(services.runs.is_storage_ready, installed.failed), *metrics])
    return Bridge(
        app,
        health_app,
        services,
        config,
        worker,
        background,
        sharing,
        storage,
        sources,
        fortnox,
        vat_register,
        flights,
        card_flights,
    )
