"""Starting worlds: the bridge in the test's own process."""

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr
from tests.e2e.vendor_checks import check_requests
from tests.e2e.world import World

from fortnox_bridge.bootstrap import Bridge, build_bridge
from fortnox_bridge.cli.demo.browser import Browser, JsonApi
from fortnox_bridge.cli.demo.joining import connect_accounts
from fortnox_bridge.cli.demo.stage import SimulatorStage
from fortnox_bridge.cli.simulators import installed_simulators
from fortnox_bridge.config import Config, FortnoxApp, WorkerSettings
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.registry import load_registry
from fortnox_bridge.sandbox.serve import RunningSandbox, serve_sandbox
from fortnox_bridge.serving import bind, serving

HOST = "127.0.0.1"
# Time for a vendor's waiting (webhook retries); the bridge's own intervals go by `time_factor`.
TIME_SCALE = 0.01
# What a company that uses everything grants besides the least.
EXTRA_SCOPES = ("bookkeeping", "print", "project", "costcenter", "inbox", "archive", "connectfile")
ENCRYPTION_KEY = base64.b64encode(os.urandom(32)).decode()


@asynccontextmanager
async def running_sandbox(time_scale: float = TIME_SCALE) -> AsyncIterator[RunningSandbox]:
    async with serve_sandbox(installed_simulators(), now=SystemClock().now, time_scale=time_scale) as sandbox:
        yield sandbox


@asynccontextmanager
async def running_world(
    database_url: str,
    *,
    time_factor: float,
    slots: int = 8,
    is_service_account: bool = True,
    with_orders: bool = True,
    extra_scopes: tuple[str, ...] = EXTRA_SCOPES,
) -> AsyncIterator[World]:
    """Sandbox and bridge, connected. At the end every vendor request is held against the vendors' descriptions."""
    async with running_bridge(
        database_url,
        time_factor=time_factor,
        slots=slots,
        is_service_account=is_service_account,
        with_orders=with_orders,
        extra_scopes=extra_scopes,
    ) as (world, _):
        yield world


@asynccontextmanager
async def running_bridge(
    database_url: str,
    *,
    time_factor: float,
    slots: int = 8,
    is_service_account: bool = True,
    with_orders: bool = True,
    extra_scopes: tuple[str, ...] = EXTRA_SCOPES,
    source: str = "pipedrive",
) -> AsyncIterator[tuple[World, Bridge]]:
    """A world, and the bridge in it for what cannot be brought about from outside."""
    async with running_sandbox() as sandbox:
        listener = bind(HOST, 0)
        bridge_url = f"http://{HOST}:{listener.getsockname()[1]}"
        config = Config(
            public_url=bridge_url,
            database_url=database_url,
            encryption_keys={"e2e": SecretStr(ENCRYPTION_KEY)},
            fortnox=FortnoxApp(service_account=is_service_account, with_orders=with_orders, extra_scopes=extra_scopes),
            sandbox_url=sandbox.base_url,
            time_factor=time_factor,
            log_level="error",
            worker=WorkerSettings(slots=slots),
            support_contact="support@bryggan.example",
        )
        bridge = await build_bridge(config)
        async with bridge.running(), serving(bridge.app, listener), http_client(sandbox.base_url, bridge_url) as http:
            key = await bridge.services.api_keys.create("e2e")
            world = make_world(http, sandbox.base_url, bridge_url, key.secret)
            world.connection_id = await connected(world, source)
            yield world, bridge
            check_requests(await world.requests())


async def connected(world: World, source: str) -> str:
    """Join the simulated accounts of `source` and Fortnox, as the demo does."""
    connector = load_registry().connectors[source]
    assert connector.demo is not None
    stage = SimulatorStage(world.control, world.http, world.sandbox_url, source)
    return await connect_accounts(world.api, world.browser, connector, connector.demo, stage, world.bridge_url)


def http_client(*origins: str) -> HttpClient:
    policy = HostPolicy(hosts=(), origins=origins)
    return HttpClient(system="e2e", policy=policy, connect_timeout_s=5, timeout_s=30)


def make_world(http: HttpClient, sandbox_url: str, bridge_url: str, key: str) -> World:
    return World(
        sandbox_url=sandbox_url,
        bridge_url=bridge_url,
        http=http,
        control=JsonApi(http, f"{sandbox_url}/_control"),
        api=JsonApi(http, f"{bridge_url}/api/v1", {"Authorization": f"Bearer {key}"}),
        browser=Browser(http),
        api_key=key,
    )
