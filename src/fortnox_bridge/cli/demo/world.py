"""The demo's world: sandbox and bridge on loopback, connected through the real OAuth and webhook paths."""

import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from fortnox_bridge.bootstrap import build_bridge
from fortnox_bridge.cli.demo.browser import Browser, JsonApi
from fortnox_bridge.cli.demo.joining import connect_accounts
from fortnox_bridge.cli.demo.stage import SimulatorStage
from fortnox_bridge.cli.simulators import installed_simulators
from fortnox_bridge.config import Config
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.sandbox.serve import serve_sandbox
from fortnox_bridge.sdk import Connector, DemoScript, DemoStage
from fortnox_bridge.serving import bind, serving

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """Everything a story needs. `connection_id` joins the simulated accounts; `folder` keeps what is left behind."""

    sandbox_url: str
    bridge_url: str
    control: JsonApi
    bridge: JsonApi
    browser: Browser
    http: HttpClient
    connection_id: str
    folder: Path
    title: str
    script: DemoScript
    stage: DemoStage
    attaches_files: bool
    api_key: str = field(repr=False)


@asynccontextmanager
async def demo_world(
    folder: Path, connector: Connector[Any], script: DemoScript, *, sandbox_port: int, bridge_port: int
) -> AsyncIterator[DemoWorld]:
    """Start both services, connect the accounts, and close everything at the end."""
    clock = SystemClock()
    async with serve_sandbox(installed_simulators(), now=clock.now, host=_HOST, port=sandbox_port) as sandbox:
        listener = bind(_HOST, bridge_port)
        bridge_url = f"http://{_HOST}:{listener.getsockname()[1]}"
        bridge = await build_bridge(_config(folder, bridge_url, sandbox.base_url))
        policy = HostPolicy(hosts=(), origins=(sandbox.base_url, bridge_url))
        client = HttpClient(system="demo", policy=policy, connect_timeout_s=5, timeout_s=30)
        async with bridge.running(), serving(bridge.app, listener), client:
            key = await bridge.services.api_keys.create("demo")
            api = JsonApi(client, f"{bridge_url}/api/v1", {"Authorization": f"Bearer {key.secret}"})
            browser = Browser(client)
            control = JsonApi(client, f"{sandbox.base_url}/_control")
            stage = SimulatorStage(control, client, sandbox.base_url, connector.name)
            connection_id = await connect_accounts(api, browser, connector, script, stage, bridge_url)
            yield DemoWorld(
                sandbox_url=sandbox.base_url,
                bridge_url=bridge_url,
                control=control,
                bridge=api,
                browser=browser,
                http=client,
                connection_id=connection_id,
                folder=folder,
                title=connector.title,
                script=script,
                stage=stage,
                attaches_files=script.attaches_files,
                api_key=key.secret,
            )


def _config(folder: Path, bridge_url: str, sandbox_url: str) -> Config:
    return Config(
        public_url=bridge_url,
        database_url=f"sqlite+aiosqlite:///{folder / 'bridge.db'}",
        encryption_keys={"demo": SecretStr(base64.b64encode(secrets.token_bytes(32)).decode())},
        sandbox_url=sandbox_url,
        log_level="error",
        log_format="text",
        support_contact="support@bryggan.example",
    )
