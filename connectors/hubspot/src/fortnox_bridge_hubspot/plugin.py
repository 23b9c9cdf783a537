"""HubSpot as a source system: the whole of it, in one static description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Final

from fortnox_bridge.sdk import (
    Connector,
    ConnectorContext,
    CredentialKind,
    DefaultMapping,
    DefaultSettings,
    Session,
    address_rows,
    hookimpl,
)
from fortnox_bridge_hubspot.account import Account, HubSpotAccount
from fortnox_bridge_hubspot.action_registration import REGISTER_ACTIONS
from fortnox_bridge_hubspot.actions import ACTIONS, HubSpotActionReporter
from fortnox_bridge_hubspot.cards import CARDS
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import ALLOWED_HOSTS, BASE_URLS, HUB_ID, NAME, OAUTH, SCOPES, SYSTEM, HubSpotConfig
from fortnox_bridge_hubspot.customers import HubSpotCustomers
from fortnox_bridge_hubspot.deal_list import HubSpotDealList
from fortnox_bridge_hubspot.deals import HubSpotDeals, Reading
from fortnox_bridge_hubspot.deals_of_record import HubSpotDealsOfRecord
from fortnox_bridge_hubspot.definitions import HubSpotDefinitions
from fortnox_bridge_hubspot.demo import HubSpotDemo
from fortnox_bridge_hubspot.features import HubSpotFeatures
from fortnox_bridge_hubspot.field_maker import HubSpotFieldMaker
from fortnox_bridge_hubspot.field_writer import HubSpotFieldWriter
from fortnox_bridge_hubspot.fields import HubSpotFields
from fortnox_bridge_hubspot.files import HubSpotFiles
from fortnox_bridge_hubspot.leaver import HubSpotLeaver
from fortnox_bridge_hubspot.notes import HubSpotNotes
from fortnox_bridge_hubspot.owners import HubSpotOwners
from fortnox_bridge_hubspot.products import HubSpotProducts
from fortnox_bridge_hubspot.properties import OwnFields
from fortnox_bridge_hubspot.records import HubSpotRecords
from fortnox_bridge_hubspot.simulator import HUBSPOT_SIMULATOR
from fortnox_bridge_hubspot.stages import HubSpotStages
from fortnox_bridge_hubspot.taxes import HubSpotTaxes
from fortnox_bridge_hubspot.webhooks import receive
from fortnox_bridge_hubspot.wire_requests import CREATABLE

# Companies have no built-in organisation number or e-mail (facts 10): those rows are the administrator's.
_DEFAULTS: Final = DefaultSettings(
    company_mapping=(
        DefaultMapping("name", ("company.name",)),
        DefaultMapping("phone", ("company.phone",)),
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
async def open_session(_config: HubSpotConfig, ctx: ConnectorContext) -> AsyncIterator[Session]:
    client = HubSpotClient(ctx)
    records = HubSpotRecords(client)
    identity = HubSpotAccount(client)
    account = Account(ctx.account, ctx.log)
    definitions = HubSpotDefinitions(client)
    own_fields = OwnFields(definitions, ctx.wanted_fields)
    customers = HubSpotCustomers(records, account, own_fields)
    products = HubSpotProducts(records, identity, account, own_fields)
    taxes = HubSpotTaxes(client, ctx.log)
    deals = HubSpotDeals(Reading(records, identity, account, customers, products, taxes, own_fields, ctx.log))
    yield Session(
        account=identity,
        deals=deals,
        lister=HubSpotDealList(records, deals),
        customers=customers,
        products=products,
        owners=HubSpotOwners(client),
        stages=HubSpotStages(client),
        fields=HubSpotFields(definitions),
        features=HubSpotFeatures(client),
        notes=HubSpotNotes(client, records, ctx.clock),
        files=HubSpotFiles(client, ctx.clock),
        action_reporter=HubSpotActionReporter(client, ctx.account_extra.get(SCOPES, "")),
        deals_of_record=HubSpotDealsOfRecord(records, account),
        field_writer=HubSpotFieldWriter(client, records, definitions),
        field_maker=HubSpotFieldMaker(client, definitions),
        leaver=HubSpotLeaver(client) if ctx.credential_kind is CredentialKind.OAUTH else None,
    )


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
        account_extra_keys=(HUB_ID, SCOPES),
        webhooks=receive,
        cards=CARDS,
        actions=ACTIONS,
        commands=(REGISTER_ACTIONS,),
        creatable_fields=frozenset(CREATABLE),
        defaults=_DEFAULTS,
        demo=HubSpotDemo(),
        simulator=HUBSPOT_SIMULATOR,
    )
