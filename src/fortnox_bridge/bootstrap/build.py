"""From the settings to a service that can run."""

import asyncio

import structlog

from fortnox_bridge.bootstrap.bridge import Bridge
from fortnox_bridge.bootstrap.deployment import build_deployment
from fortnox_bridge.bootstrap.joining import join
from fortnox_bridge.config import Config, sqlite_file
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.observability import PrometheusMeters, configure_logging
from fortnox_bridge.registry import LoadStatus, load_registry
from fortnox_bridge.storage import Cipher, Storage, migrate

log = structlog.get_logger()


class MigrationsPending(Exception):
    """Another release's tables; the service does not start on them."""


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
    meters = PrometheusMeters()
    is_past_known = is_new or config.time_factor < 1
    deployment = build_deployment(config, registry, clock, meters, is_past_known=is_past_known)
    return join(config, registry, storage, deployment, meters)


async def _require_migrated(database_url: str, *, is_own_file: bool) -> None:
    """A SQLite file is ours alone; a shared database is migrated by one deliberate command."""
    if is_own_file:
        await migrate.upgrade(database_url)
    elif not await migrate.is_current(database_url):
        raise MigrationsPending("the database is not at the newest migration.")
