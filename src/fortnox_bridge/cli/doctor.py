"""`fortnox-bridge doctor`: whether this deployment can work, one line for each thing it stands on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from rich.markup import escape

from fortnox_bridge.bootstrap import Bridge, build_bridge
from fortnox_bridge.cli.running import out, read_config, run
from fortnox_bridge.config import Config, sqlite_file
from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.storage import SYSTEM, StorageUnavailable, UnknownKey, migrate

_SLOW_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_well` None: nothing is wrong, and a person may want to know."""

    is_well: bool | None
    what: str
    remedy: str = ""


def doctor() -> None:
    """Check settings, database, keys, Redis, connectors, accounts and the queue; ends with 1 if something is wrong."""

    async def command() -> int:
        config = read_config(log_level="error", log_format="text")
        is_wrong = False
        async for finding in _findings(config):
            mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]![/]"}[finding.is_well]
            text = escape(f"{finding.what} {finding.remedy}".strip())
            out.print(f"{mark} {text}", highlight=False, soft_wrap=True)
            is_wrong |= finding.is_well is False
        return 1 if is_wrong else 0

    run(command())


async def _findings(config: Config) -> AsyncIterator[Finding]:
    yield _address(config)
    is_up = True
    async for finding in _database(config):
        is_up &= finding.is_well is not False
        yield finding
    async for finding in _redis(config):
        yield finding
    if not is_up:
        return
    try:
        config.cipher_keys()
    except ValueError as error:
        yield Finding(False, f"Encryption keys: {error}.")
        return
    bridge = await build_bridge(config)
    try:
        for part in (_connectors, _accounts, _queue):
            async for finding in part(bridge):
                yield finding
    finally:
        await bridge.aclose()


def _address(config: Config) -> Finding:
    if config.public_url.startswith("https://"):
        return Finding(True, f"Vendors and people reach the service at {config.public_url}.")
    if config.sandbox_url is not None:
        return Finding(None, f"The sandbox at {config.sandbox_url} stands for the vendors: nothing is real.")
    return Finding(
        False,
        f"The public address {config.public_url} is not https.",
        "Vendors deliver to https only: set FORTNOX_BRIDGE_PUBLIC_URL.",
    )


async def _database(config: Config) -> AsyncIterator[Finding]:
    kind = "SQLite" if sqlite_file(config.database_url) is not None else "PostgreSQL"
    try:
        revision = await migrate.current(config.database_url)
    except StorageUnavailable as error:
        yield Finding(False, f"{kind} does not answer ({error}).", "Check FORTNOX_BRIDGE_DATABASE_URL.")
        return
    if revision == migrate.head() or kind == "SQLite":
        yield Finding(True, f"{kind} answers, at migration {revision or 'none yet'}.")
    else:
        yield Finding(
            False,
            f"{kind} is at migration {revision or 'none'}, this release needs {migrate.head()}.",
            "Run `fortnox-bridge migrate`.",
        )


async def _redis(config: Config) -> AsyncIterator[Finding]:
    if config.redis_url is None:
        return
    from fortnox_bridge.cluster.window_state import RedisWindowState

    state = RedisWindowState(config.redis_url.get_secret_value())
    try:
        problem = await state.problem()
    finally:
        await state.aclose()
    if problem is None:
        yield Finding(True, "Redis answers.")
    else:
        yield Finding(
            None,
            f"Redis does not answer ({problem}): workers look every second and keep to their part of the rate window.",
            "Check FORTNOX_BRIDGE_REDIS_URL.",
        )


async def _connectors(bridge: Bridge) -> AsyncIterator[Finding]:
    for each in bridge.services.installed_connectors.list():
        if each.report.problem:
            is_blocked = each.report.status == "blocked"
            yield Finding(None if is_blocked else False, f"Connector {each.name}: {each.report.problem}.")
        else:
            yield Finding(True, f"Connector {each.name} {each.report.version}.")


async def _accounts(bridge: Bridge) -> AsyncIterator[Finding]:
    """A secret that no key decrypts shows here, before a run needs it."""
    services = bridge.services
    ends = [(each.name, each.access) for each in await services.accounts.list_source_accounts()]
    ends += [(each.name, each.access) for each in await services.accounts.list_companies()]
    for name, access in ends:
        if access is AccessState.NEEDS_RECONNECT:
            yield Finding(
                False, f"{name} has lost its access.", "Connect it again: `fortnox-bridge connections connect`."
            )
        else:
            yield Finding(access is AccessState.CONNECTED or None, f"{name}: {access.value.replace('_', ' ')}.")
    try:
        async with bridge.storage.unit.view(SYSTEM) as unit:
            count = await unit.credentials.require_known_keys()
    except UnknownKey:
        yield Finding(
            False,
            "A stored secret was encrypted with a key that is not set.",
            "Add it to FORTNOX_BRIDGE_ENCRYPTION_KEYS, or connect the accounts again.",
        )
    else:
        yield Finding(True, f"All {count} stored secrets can be read.")


async def _queue(bridge: Bridge) -> AsyncIterator[Finding]:
    standing = await bridge.services.runs.standing()
    told = ", ".join(f"{number} {state}" for state, number in sorted(standing.runs.items()))
    if standing.lag_s > _SLOW_S:
        yield Finding(
            False,
            f"Runs: {told}; the oldest due one has waited for {standing.lag_s:.0f} s.",
            "Is a worker up? `fortnox-bridge serve` or `worker`.",
        )
    else:
        yield Finding(True, f"Runs: {told}.")
