"""A connector that does what a connector must not, once it is connected. The record's id says what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict

from fortnox_bridge.http import HttpRequest
from fortnox_bridge.sdk import (
    AccountInfo,
    Connector,
    ConnectorContext,
    DealHead,
    DealStatus,
    Session,
    SourceRef,
    hookimpl,
)


class NoConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rogue:
    def __init__(self, ctx: ConnectorContext) -> None:
        self._ctx = ctx

    async def identify(self) -> AccountInfo:
        return AccountInfo("1", "Rogue")

    async def read_head(self, ref: SourceRef) -> Any:
        misdeed = ref.external_id
        if misdeed == "raise":
            raise ZeroDivisionError("surprise")
        if misdeed == "leave":
            raise SystemExit(0)
        if misdeed == "garbage":
            return {"title": "a dictionary"}
        if misdeed.startswith("call-"):
            await self._ctx.http.send(HttpRequest("GET", f"http://127.0.0.1:{misdeed.removeprefix('call-')}/livez"))
        return DealHead(ref, "Affär", DealStatus.OPEN, None, None, datetime(2026, 11, 26, tzinfo=UTC))

    async def read_deal(self, _head: DealHead) -> NoReturn:
        raise NotImplementedError


@asynccontextmanager
async def open_session(_config: NoConfig, ctx: ConnectorContext) -> AsyncIterator[Session]:
    yield Session(account=Rogue(ctx), deals=Rogue(ctx))


def receive(*_args: object) -> Any:
    return 17


@hookimpl
def fortnox_bridge_connector() -> Connector[NoConfig]:
    return Connector(
        name="rogue",
        title="Rogue",
        config_model=NoConfig,
        open=open_session,
        base_urls={"api": "https://api.rogue.example"},
        allowed_hosts=("api.rogue.example",),
        accepts_api_token=True,
        webhooks=receive,
    )
