"""Several processes on one PostgreSQL and one Redis: they share the work, and any of them, and Redis, may go."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from redis import Redis
from tests.e2e.bridging import ENCRYPTION_KEY, HOST, connected, http_client, make_world, running_sandbox
from tests.e2e.vendor_checks import check_requests
from tests.e2e.world import World, one_line, until
from tests.servers.commands import started

from fortnox_bridge.bootstrap import build_bridge
from fortnox_bridge.config import Config
from fortnox_bridge.http import HttpRequest
from fortnox_bridge.serving import bind, serving

pytestmark = pytest.mark.integration


class Cluster:
    """Processes on one database, each with a log of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._processes: dict[str, BaseProcess] = {}

    def start(self, name: str, *command: str, **environment: str) -> None:
        log = self._folder / f"{name}.log"
        self._processes[name] = started(command, self._environment | environment, out=log, err=log)

    def kill(self, name: str) -> None:
        process = self._processes.pop(name)
        process.kill()
        process.join()

    def said(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self._folder.glob("*.log"))

    def end(self) -> None:
        for name in list(self._processes):
            self.kill(name)


@pytest.fixture
async def cluster(tmp_path: Path, postgres_url: str, redis_url: str) -> AsyncIterator[tuple[World, Cluster]]:
    """Two that serve, on one address behind the other, and two that work; joined by an administrator before."""
    async with running_sandbox() as sandbox, two_addresses() as (first, second):
        settings = {
            "public_url": f"http://{HOST}:{first}",
            "database_url": postgres_url,
            "encryption_keys": {"e2e": ENCRYPTION_KEY},
            "sandbox_url": sandbox.base_url,
            "time_factor": 0.2,
            "log_level": "error",
        }
        async with http_client(sandbox.base_url, settings["public_url"], f"http://{HOST}:{second}") as http:
            bridge = await build_bridge(Config.model_validate(settings))
            listener = bind(HOST, first)
            async with bridge.running(), serving(bridge.app, listener):
                key = await bridge.services.api_keys.create("e2e")
                world = make_world(http, sandbox.base_url, settings["public_url"], key.secret)
                world.connection_id = await connected(world, "pipedrive")
            processes = Cluster(tmp_path, environment_of(settings | {"redis_url": redis_url}))
            try:
                for name, port in (("web-1", first), ("web-2", second)):
                    processes.start(
                        name, "serve", FORTNOX_BRIDGE_PORT=str(port), FORTNOX_BRIDGE_WORKER__ENABLED="false"
                    )
                for name in ("worker-1", "worker-2"):
                    processes.start(name, "worker", FORTNOX_BRIDGE_WORKER__PROCESSES="2")
                for port in (first, second):
                    await answering(world, port, processes)
                yield world, processes
                check_requests(await world.requests())
            finally:
                processes.end()


async def test_two_workers_share_runs_that_two_servers_took_and_hear_of_them_at_once(
    cluster: tuple[World, Cluster],
) -> None:
    world, _ = cluster
    deals = [await world.deal([one_line(quantity=number)], org_id=await world.company()) for number in range(1, 7)]

    for deal in deals:
        await world.move(deal)

    for deal in deals:
        await until(lambda deal=deal: _documented(world, deal), f"a draft of deal {deal}")
    assert len(await world.rows("fortnox", "invoices")) == len(deals)


async def test_killed_worker_and_emptied_redis_lose_and_double_nothing(
    cluster: tuple[World, Cluster], redis_url: str
) -> None:
    """Faults 5, 13 and 14."""
    world, processes = cluster
    deals = [await world.deal([one_line(quantity=number)], org_id=await world.company()) for number in range(1, 9)]

    with Redis.from_url(redis_url) as redis:
        for place, deal in enumerate(deals):
            await world.move(deal)
            if place % 2:
                redis.flushall()
            if place == 3:
                processes.kill("worker-1")
            if place == 5:
                processes.kill("web-2")
                processes.start("worker-3", "worker", FORTNOX_BRIDGE_WORKER__PROCESSES="2")

        for deal in deals:
            await until(lambda deal=deal: _documented(world, deal), f"a draft of deal {deal}", patience_s=90)
    for deal in deals:
        assert len(await world.documents(deal)) == 1
        assert len(await world.notes(deal)) == 1


async def _documented(world: World, deal: str) -> bool | None:
    runs = await world.runs(deal)
    return (any(run["state"] == "done" for run in runs) and all(run["state"] != "running" for run in runs)) or None


@asynccontextmanager
async def two_addresses() -> AsyncIterator[tuple[int, int]]:
    """Ports that were free a moment ago."""
    listeners = [bind(HOST, 0) for _ in range(2)]
    ports = [int(each.getsockname()[1]) for each in listeners]
    for each in listeners:
        each.close()
    yield ports[0], ports[1]


def environment_of(settings: dict[str, object]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("FORTNOX_BRIDGE_")}
    told = {
        f"FORTNOX_BRIDGE_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }
    return own | told


async def answering(world: World, port: int, processes: Cluster) -> None:
    async def answers() -> bool | None:
        try:
            answer = await world.http.send(HttpRequest("GET", f"http://{HOST}:{port}/readyz"))
        except Exception:  # noqa: BLE001 - not listening yet, in whatever way that shows
            return None
        return answer.is_success or None

    try:
        await until(answers, f"port {port} to answer")
    except AssertionError as error:
        raise AssertionError(processes.said()) from error
