"""Pipedrive as a source system: the whole of it, in one static description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Final

from fortnox_bridge.sdk import (
    Connector,
    ConnectorContext,
    DefaultMapping,
    DefaultSettings,
    OAuthEndpoints,
    Session,
    address_rows,
    hookimpl,
)
from fortnox_bridge_pipedrive.account import NAME, Account, PipedriveAccount
from fortnox_bridge_pipedrive.cards import CARDS
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import (
    ALLOWED_HOSTS,
    API_DOMAIN,
    BASE_URLS,
    OAUTH,
    SYSTEM,
    PipedriveConfig,
    api_base_url,
    company_url,
)
from fortnox_bridge_pipedrive.customers import PipedriveCustomers
from fortnox_bridge_pipedrive.deal_list import PipedriveDealList
from fortnox_bridge_pipedrive.deals import PipedriveDeals
from fortnox_bridge_pipedrive.demo import PipedriveDemo
from fortnox_bridge_pipedrive.features import PipedriveFeatures
from fortnox_bridge_pipedrive.field_types import CREATABLE
from fortnox_bridge_pipedrive.field_writer import PipedriveFieldWriter
from fortnox_bridge_pipedrive.fields import PipedriveFields
from fortnox_bridge_pipedrive.files import PipedriveFiles
from fortnox_bridge_pipedrive.hooks import PipedriveHooks
from fortnox_bridge_pipedrive.notes import PipedriveNotes
from fortnox_bridge_pipedrive.owners import PipedriveOwners
from fortnox_bridge_pipedrive.products import PipedriveProducts
from fortnox_bridge_pipedrive.simulator import PIPEDRIVE_SIMULATOR
from fortnox_bridge_pipedrive.stages import PipedriveStages
from fortnox_bridge_pipedrive.webhooks import receive

# Scopes are fixed in the app's registration, there is no scope parameter; the refresh token stays the same (facts 2.1).
_OAUTH: Final = OAuthEndpoints(
    authorize_path="/oauth/authorize",
    token_path="/oauth/token",  # noqa: S106 - a path
    revoke_path="/oauth/revoke",
    base=OAUTH,
)


# Organizations have no built-in organisation number, e-mail or phone (facts 9): those rows are the administrator's.
_DEFAULTS: Final = DefaultSettings(
    company_mapping=(
        DefaultMapping("name", ("company.name",)),
        DefaultMapping("website", ("company.website",)),
        *address_rows("company"),
    ),
    contact_mapping=(
        DefaultMapping("name", ("contact.name",)),
        DefaultMapping("email", ("contact.email",)),
        DefaultMapping("phone", ("contact.phone",)),
        *address_rows("contact"),
    ),
    # The way back from the draft to the deal, for those who read Fortnox.
    document_mapping=(DefaultMapping("comments", ("deal.url", "deal.title")),),
    product_source="product.code",
)


@asynccontextmanager
async def open_session(config: PipedriveConfig, ctx: ConnectorContext) -> AsyncIterator[Session]:
    client = PipedriveClient(ctx, api_base_url(config, ctx))
    account = Account(ctx.account, company_url(config, ctx), ctx.log)
    fields = PipedriveFields(client)
    files = PipedriveFiles(client)
    yield Session(
        account=PipedriveAccount(client),
        lister=PipedriveDealList(client, account),
        deals=PipedriveDeals(client, account, reads_instalments=config.reads_instalments),
        notes=PipedriveNotes(client),
        files=files,
        file_reader=files,
        features=PipedriveFeatures(client),
        field_writer=PipedriveFieldWriter(client, fields),
        fields=fields,
        field_maker=fields,
        stages=PipedriveStages(client),
        hooks=PipedriveHooks(client),
        owners=PipedriveOwners(client),
        customers=PipedriveCustomers(client, account),
        products=PipedriveProducts(client, account),
    )


@hookimpl
def fortnox_bridge_connector() -> Connector[PipedriveConfig]:
    return Connector(
        name=NAME,
        title=SYSTEM,
        config_model=PipedriveConfig,
        open=open_session,
        base_urls=MappingProxyType(BASE_URLS),
        allowed_hosts=ALLOWED_HOSTS,
        oauth=_OAUTH,
        accepts_api_token=True,
        account_extra_keys=(API_DOMAIN,),
        webhooks=receive,
        creatable_fields=frozenset(CREATABLE),
        defaults=_DEFAULTS,
        cards=CARDS,
        demo=PipedriveDemo(),
        simulator=PIPEDRIVE_SIMULATOR,
    )
