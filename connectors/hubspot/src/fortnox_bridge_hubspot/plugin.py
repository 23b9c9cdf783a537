"""HubSpot as a source system: the whole of it, in one static description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel, ConfigDict

from fortnox_bridge.sdk import Connector, ConnectorContext, Session, SettingsInvalid, hookimpl


class HubSpotConfig(BaseModel):
    """The account's own settings: HubSpot needs none besides its credentials."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@asynccontextmanager
async def open_session(_config: HubSpotConfig, _ctx: ConnectorContext) -> AsyncIterator[Session]:
    raise SettingsInvalid("connector_missing", connector="hubspot")
    yield  # type: ignore[unreachable]


@hookimpl
def fortnox_bridge_connector() -> Connector[HubSpotConfig]:
    return Connector(name="hubspot", title="HubSpot", config_model=HubSpotConfig, open=open_session)
