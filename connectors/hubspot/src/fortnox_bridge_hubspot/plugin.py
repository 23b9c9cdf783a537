"""HubSpot as a source system: the whole of it, in one static description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

from fortnox_bridge.sdk import Connector, ConnectorContext, Session, SettingsInvalid, hookimpl
from fortnox_bridge_hubspot.config import ALLOWED_HOSTS, BASE_URLS, HUB_ID, NAME, OAUTH, SYSTEM, HubSpotConfig


@asynccontextmanager
async def open_session(_config: HubSpotConfig, _ctx: ConnectorContext) -> AsyncIterator[Session]:
    raise SettingsInvalid("connector_missing", connector=NAME)
    yield  # type: ignore[unreachable]


@hookimpl
def fortnox_bridge_connector() -> Connector[HubSpotConfig]:
    return Connector(
        name=NAME,
        title=SYSTEM,
        config_model=HubSpotConfig,
        open=open_session,
        base_urls=MappingProxyType(BASE_URLS),
        allowed_hosts=ALLOWED_HOSTS,
        oauth=OAUTH,
        accepts_api_token=True,
        account_extra_keys=(HUB_ID,),
    )
