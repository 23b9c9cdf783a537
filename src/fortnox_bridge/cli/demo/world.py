"""The demo's world: sandbox and bridge on loopback, connected through the real OAuth and webhook paths."""

import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from fortnox_bridge.bootstrap import build_bridge
from fortnox_bridge.cli.demo.browser import Browser, JsonApi
from fortnox_bridge.cli.simulators import installed_simulators
from fortnox_bridge.config import Config
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.http import HostPolicy, HttpClient, HttpRequest
from fortnox_bridge.sandbox.serve import serve_sandbox
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

    async def download(self, path: str, api_token: str) -> bytes:
        """A file as a user of the simulated source would get it."""
        headers = {"x-api-token": api_token}
        return (await self.http.send(HttpRequest("GET", self.sandbox_url + path, headers=headers))).body


@asynccontextmanager
async def demo_world(folder: Path, *, sandbox_port: int, bridge_port: int) -> AsyncIterator[DemoWorld]:
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
            yield DemoWorld(
                sandbox_url=sandbox.base_url,
                bridge_url=bridge_url,
                control=JsonApi(client, f"{sandbox.base_url}/_control"),
                bridge=api,
                browser=browser,
                http=client,
                connection_id=await _connect(api, browser),
                folder=folder,
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


async def _connect(api: JsonApi, browser: Browser) -> str:
    for provider in ("fortnox", "pipedrive"):
        ticket = await api.post("/authorizations", {"provider": provider})
        await browser.open(str(ticket["url"]))
    connection = await api.post("/connections", {"name": "Demo"})
    await _decide_settings(api, str(connection["id"]))
    return str(connection["id"])


async def _decide_settings(api: JsonApi, connection_id: str) -> None:
    """What an administrator would choose: the stage of won deals, and the field with the organisation number."""
    place = f"/connections/{connection_id}"
    stage = await _won_stage(api, place)
    fields = {
        (str(field["path"]).partition(".")[0], field["label"]): str(field["path"])
        for field in cast("list[dict[str, Any]]", (await api.get(f"{place}/fields"))["fields"])
    }
    number = fields["company", "Organisationsnummer"]
    saved = await api.get(f"{place}/settings")
    document = cast("dict[str, Any]", saved["document"])
    document["triggers"]["rules"] = [stage]
    company = document["customers"]["company"]
    company["match"] = [{"source": number, "key": "organisation_number"}]
    company["mapping"] += [
        {"target": "organisation_number", "sources": [number]},
        {"target": "invoice_email", "sources": [fields["company", "Fakturamejl"], "contact.email"]},
    ]
    company["number"] = {"write_to": fields["company", "Fortnox kundnummer"]}
    document["customers"]["default_country"] = "SE"
    document["customers"]["defaults"]["terms_of_payment"] = "30"
    await api.put(f"{place}/settings", {"revision": saved["revision"], "document": document})


async def _won_stage(api: JsonApi, place: str) -> dict[str, str]:
    pipelines = cast("list[dict[str, Any]]", (await api.get(f"{place}/pipelines"))["pipelines"])
    for pipeline in pipelines:
        for stage in pipeline["stages"]:
            if stage["name"] in {"Vunnen", "Won"}:
                return {"pipeline_id": pipeline["id"], "stage_id": stage["id"], "document": "invoice"}
    raise RuntimeError("the simulated Pipedrive has no stage for won deals")
