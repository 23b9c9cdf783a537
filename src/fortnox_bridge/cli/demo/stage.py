"""A connector's simulator, as the demo drives it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from fortnox_bridge.cli.demo.browser import JsonApi
from fortnox_bridge.http import HttpClient, HttpRequest


class SimulatorStage:
    """Implements `DemoStage` over the sandbox's control."""

    def __init__(self, control: JsonApi, http: HttpClient, sandbox_url: str, name: str) -> None:
        self._control = control
        self._http = http
        self._base_url = f"{sandbox_url}/{name}"
        self._name = name

    async def seed(self, wishes: Mapping[str, object]) -> Mapping[str, Any]:
        return await self._control.post(f"/{self._name}/seed", wishes)

    async def configure(self, knobs: Mapping[str, object]) -> None:
        await self._control.post(f"/{self._name}/configure", knobs)

    async def rows(self, collection: str) -> Sequence[Mapping[str, Any]]:
        answer: object = await self._control.get(f"/{self._name}/{collection}")
        return cast("list[dict[str, Any]]", answer)

    async def fetch(self, path: str, headers: Mapping[str, str]) -> bytes:
        return (await self._http.send(HttpRequest("GET", self._base_url + path, headers=headers))).body
