"""Deliveries made by hand: the vendor's envelope, and whatever else a stranger sends."""

import asyncio
import base64
import json
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from tests.e2e.world import World


@dataclass(frozen=True)
class Hook:
    """Where the source sends its events, and the credentials that the bridge gave it."""

    url: str
    user: str
    password: str
    company_id: int

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def body(self, deal_id: str, **meta: object) -> bytes:
        """A deal moved to another stage, as version 2 of the vendor's webhooks tells it."""
        told = {
            "action": "change",
            "entity": "deal",
            "entity_id": deal_id,
            "company_id": str(self.company_id),
            "id": str(uuid4()),
            "timestamp": "2026-11-23T09:00:00.000Z",
            "version": "2.0",
            "attempt": 1,
            **meta,
        }
        return json.dumps({"meta": told, "data": {"id": int(deal_id)}, "previous": {"stage_id": 1}}).encode()

    async def post(self, body: bytes, *, authorization: str | None = "right", **headers: str) -> int:
        """The status of the answer to one request with Content-Length."""
        lines = {"Content-Length": str(len(body)), "Content-Type": "application/json", **headers}
        if authorization is not None:
            lines["Authorization"] = self.basic if authorization == "right" else authorization
        return await self.raw(self.head(lines) + body)

    def head(self, headers: dict[str, str]) -> bytes:
        parts = urlsplit(self.url)
        lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    async def raw(self, *pieces: bytes, pause_s: float = 0) -> int:
        """Send bytes as they are, with a pause between the pieces; 0 when the connection ends without an answer."""
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause_s)
            line = await asyncio.wait_for(reader.readline(), 20)
        except ConnectionError:
            return 0
        finally:
            writer.close()
        return int(line.split()[1]) if line else 0


async def hook_of(world: World) -> Hook:
    (hook,) = [row for row in await world.rows("pipedrive", "webhooks") if row["is_active"]]
    return Hook(hook["subscription_url"], hook["http_auth_user"], hook["http_auth_password"], int(hook["company_id"]))
