"""Several processes on one PostgreSQL and one Redis, started and killed like any others."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from tests.e2e.bridging import ENCRYPTION_KEY, HOST, connected, http_client, make_world, running_sandbox
from tests.e2e.vendor_checks import check_requests
from tests.e2e.world import World, until
from tests.servers.commands import started

from fortnox_bridge.bootstrap import build_bridge
from fortnox_bridge.config import Config
from fortnox_bridge.http import HttpRequest
from fortnox_bridge.serving import bind, serving


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

    def workers(self) -> list[str]:
        return sorted(name for name in self._processes if name.startswith("worker"))

    def signal(self, name: str, number: int) -> None:
        os.kill(cast("int", self._processes[name].pid), number)

    def ended(self) -> dict[str, int]:
        """Those that nobody killed and that are gone all the same, with their exit codes."""
        return {name: each.exitcode for name, each in self._processes.items() if each.exitcode is not None}

    def said(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self._folder.glob("*.log"))

    def end(self) -> None:
        for name in list(self._processes):
            self.kill(name)


@asynccontextmanager
async def running_cluster(
    folder: Path, postgres_url: str, redis_url: str, *, workers: int = 2, time_factor: float = 0.2
) -> AsyncIterator[tuple[World, Cluster]]:
    """Two that serve, each on an address of its own, and some that work; joined by an administrator before."""
    async with running_sandbox() as sandbox, two_addresses() as (first, second):
        settings = {
            "public_url": f"http://{HOST}:{first}",
            "database_url": postgres_url,
            "encryption_keys": {"e2e": ENCRYPTION_KEY},
            "sandbox_url": sandbox.base_url,
            "time_factor": time_factor,
            "log_level": "error",
        }
        async with http_client(sandbox.base_url, settings["public_url"], f"http://{HOST}:{second}") as http:
            bridge = await build_bridge(Config.model_validate(settings))
            listener = bind(HOST, first)
            async with bridge.running(), serving(bridge.app, listener):
                key = await bridge.services.api_keys.create("e2e")
                world = make_world(http, sandbox.base_url, settings["public_url"], key.secret)
                world.connection_id = await connected(world, "pipedrive")
            processes = Cluster(folder, environment_of(settings | {"redis_url": redis_url}))
            try:
                for name, port in (("web-1", first), ("web-2", second)):
                    processes.start(
                        name, "serve", FORTNOX_BRIDGE_PORT=str(port), FORTNOX_BRIDGE_WORKER__ENABLED="false"
                    )
                for name in (f"worker-{number}" for number in range(1, workers + 1)):
                    processes.start(name, "worker", FORTNOX_BRIDGE_WORKER__PROCESSES=str(workers))
                for port in (first, second):
                    await answering(world, port, processes)
                yield world, processes
                check_requests(await world.requests())
            finally:
                processes.end()


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
