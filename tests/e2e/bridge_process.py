"""The bridge as a process of its own, to be killed, and a prepared world that many such processes start from.

The sandbox stays in the test's process. Connecting is done once; every case begins with a copy of the database.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.e2e.bridging import ENCRYPTION_KEY, EXTRA_SCOPES, HOST, connected, http_client, make_world, running_sandbox
from tests.e2e.vendor_checks import check_requests
from tests.e2e.world import World, until
from tests.servers.commands import started

from fortnox_bridge.bootstrap import build_bridge
from fortnox_bridge.config import Config
from fortnox_bridge.http import HttpRequest
from fortnox_bridge.serving import bind, serving

CRASHED = 137
# Webhook retries after 0.3, 3 and 15 s: the second comes when a restarted process is up.
_SENDER_SCALE = 0.1
_FILE = "bridge.db"


@dataclass
class BridgeProcess:
    """One process of `fortnox-bridge serve`; its standard error is kept in `log`."""

    process: BaseProcess
    log: Path

    async def exit_code(self, patience_s: float = 30) -> int:
        await asyncio.to_thread(self.process.join, patience_s)
        assert self.process.exitcode is not None, f"still up after {patience_s} s"
        return self.process.exitcode

    async def end(self) -> None:
        if self.process.exitcode is None:
            self.process.kill()
            await asyncio.to_thread(self.process.join)


@dataclass
class Prepared:
    """Connected accounts in a database that is not in use, the sandbox that they live in, and their administrator."""

    world: World
    port: int
    database: Path
    time_factor: float
    source: str

    def copy_to(self, folder: Path) -> Path:
        return Path(shutil.copy(self.database, folder / _FILE))

    @asynccontextmanager
    async def serving(self, database: Path, *, crash_at: str | None = None) -> AsyncIterator[BridgeProcess]:
        """A process on `database` for as long as the block lasts; it ends however it likes."""
        log = database.with_suffix(".log")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FORTNOX_BRIDGE_")},
            "FORTNOX_BRIDGE_PUBLIC_URL": self.world.bridge_url,
            "FORTNOX_BRIDGE_HOST": HOST,
            "FORTNOX_BRIDGE_PORT": str(self.port),
            "FORTNOX_BRIDGE_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
            "FORTNOX_BRIDGE_ENCRYPTION_KEYS": json.dumps({"e2e": ENCRYPTION_KEY}),
            "FORTNOX_BRIDGE_SANDBOX_URL": self.world.sandbox_url,
            "FORTNOX_BRIDGE_TIME_FACTOR": str(self.time_factor),
            "FORTNOX_BRIDGE_LOG_LEVEL": "debug",
            **({"FORTNOX_BRIDGE_CRASH_AT": crash_at} if crash_at else {}),
        }
        running = BridgeProcess(started(("serve",), environment, out=log, err=log), log)
        try:
            await self._ready(running)
            if crash_at is not None and self.source == "pipedrive":
                await self._renew_hook()
            yield running
        finally:
            await running.end()

    async def _renew_hook(self) -> None:
        """A new webhook, since Pipedrive bans one after ten first tries that met a dead process (facts 17.2)."""
        await self.world.seed("pipedrive", {"forget_webhooks": {}})
        await self.world.api.post(f"{self.world.place}/hooks/check")

    async def _ready(self, running: BridgeProcess) -> None:
        async def answers() -> bool:
            assert running.process.exitcode is None, running.log.read_text()[-2000:]
            try:
                answer = await self.world.http.send(HttpRequest("GET", f"{self.world.bridge_url}/livez"))
            except Exception:  # noqa: BLE001 - not listening yet, in whatever way that shows
                return False
            return answer.is_success

        await until(answers, "the bridge to listen")


@asynccontextmanager
async def prepared_world(folder: Path, *, time_factor: float, source: str = "pipedrive") -> AsyncIterator[Prepared]:
    """Connect once, in this process, and leave the database behind. At the end vendor requests are checked."""
    async with running_sandbox(_SENDER_SCALE) as sandbox:
        listener = bind(HOST, 0)
        port = int(listener.getsockname()[1])
        bridge_url = f"http://{HOST}:{port}"
        database = folder / "prepared.db"
        config = Config.model_validate(
            {
                "public_url": bridge_url,
                "database_url": f"sqlite+aiosqlite:///{database}",
                "encryption_keys": {"e2e": ENCRYPTION_KEY},
                "sandbox_url": sandbox.base_url,
                "fortnox": {"extra_scopes": EXTRA_SCOPES},
                "log_level": "error",
                "time_factor": 0.5,
            }
        )
        bridge = await build_bridge(config)
        async with http_client(sandbox.base_url, bridge_url) as http:
            async with bridge.running(), serving(bridge.app, listener):
                key = await bridge.services.api_keys.create("e2e")
                world = make_world(http, sandbox.base_url, bridge_url, key.secret)
                # Every restarted process begins a window of its own: what the sandbox counts is not what is tested.
                await world.configure("fortnox", rate_window="off")
                world.connection_id = await connected(world, source)
                if source == "pipedrive":
                    await _decide(world)
                    await world.documents("0")
            yield Prepared(world, port, database, time_factor, source)
            check_requests(await world.requests())


async def _decide(world: World) -> None:
    rules = [await world.stage_rule("Förhandling", "order"), await world.stage_rule("Vunnen", "invoice")]

    def change(document: dict) -> None:
        document["triggers"]["rules"] = rules
        document["products"]["when_missing"] = "create"
        document["document"]["attach"] = "pdf"

    await world.settings(change)
