"""Example as a source system: the whole of it, in one static description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fortnox_bridge.sdk import (
    Connector,
    ConnectorContext,
    DefaultMapping,
    DefaultSettings,
    Session,
    address_rows,
    hookimpl,
)
from fortnox_bridge_example.client import ExampleClient
from fortnox_bridge_example.config import ALLOWED_HOSTS, BASE_URLS, NAME, SYSTEM, ExampleConfig
from fortnox_bridge_example.demo import ExampleDemo
from fortnox_bridge_example.hooks import ExampleHooks
from fortnox_bridge_example.mapping import Mapping
from fortnox_bridge_example.notes import ExampleNotes
from fortnox_bridge_example.simulator import EXAMPLE_SIMULATOR
from fortnox_bridge_example.source import ExampleSource
from fortnox_bridge_example.webhooks import receive

_DEFAULTS = DefaultSettings(
    company_mapping=(
        DefaultMapping("name", ("company.name",)),
        DefaultMapping("organisation_number", ("company.organisation_number",)),
        DefaultMapping("email", ("company.email",)),
        *address_rows("company"),
    ),
    contact_mapping=(
        DefaultMapping("name", ("contact.name",)),
        DefaultMapping("email", ("contact.email",)),
    ),
    product_source="product.code",
)


@asynccontextmanager
async def open_session(_config: ExampleConfig, ctx: ConnectorContext) -> AsyncIterator[Session]:
    """One account, one unit of work. Nothing is asked before a capability is used."""
    client = ExampleClient(ctx)
    source = ExampleSource(client, Mapping(ctx.account))
    yield Session(
        account=source,
        deals=source,
        stages=source,
        fields=source,
        notes=ExampleNotes(client),
        hooks=ExampleHooks(client),
    )


@hookimpl
def fortnox_bridge_connector() -> Connector[ExampleConfig]:
    return Connector(
        name=NAME,
        title=SYSTEM,
        config_model=ExampleConfig,
        open=open_session,
        base_urls=BASE_URLS,
        allowed_hosts=ALLOWED_HOSTS,
        accepts_api_token=True,
        webhooks=receive,
        defaults=_DEFAULTS,
        demo=ExampleDemo(),
        simulator=EXAMPLE_SIMULATOR,
    )
