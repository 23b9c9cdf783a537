"""All use cases of one running service, as its ways in see them."""

from dataclasses import dataclass

from fortnox_bridge.services.accept import AcceptDelivery
from fortnox_bridge.services.accounts import Accounts
from fortnox_bridge.services.api_keys import ApiKeys
from fortnox_bridge.services.article_table import ArticleTableFile
from fortnox_bridge.services.authorize import Authorize
from fortnox_bridge.services.backfill import Backfills
from fortnox_bridge.services.catalogues import Catalogues
from fortnox_bridge.services.change_settings import ChangeSettings
from fortnox_bridge.services.connections import Connections
from fortnox_bridge.services.customer_copy import CustomerCopies
from fortnox_bridge.services.customer_links import CustomerLinks
from fortnox_bridge.services.customers import SyncCustomers
from fortnox_bridge.services.documents import DocumentRequests
from fortnox_bridge.services.execute import ExecuteRun
from fortnox_bridge.services.mapping_fields import MappingFields
from fortnox_bridge.services.preflight import PreflightConnection
from fortnox_bridge.services.preview import PreviewDeal
from fortnox_bridge.services.products import SyncProducts
from fortnox_bridge.services.replay import Replay
from fortnox_bridge.services.roster import Roster
from fortnox_bridge.services.runs import Runs
from fortnox_bridge.services.settings import SyncSettings


@dataclass(frozen=True, slots=True)
class Services:
    accept: AcceptDelivery
    accounts: Accounts
    api_keys: ApiKeys
    article_table: ArticleTableFile
    authorize: Authorize
    backfills: Backfills
    catalogues: Catalogues
    change_settings: ChangeSettings
    connections: Connections
    customer_copies: CustomerCopies
    customer_links: CustomerLinks
    documents: DocumentRequests
    execute: ExecuteRun
    mapping_fields: MappingFields
    preflight: PreflightConnection
    preview: PreviewDeal
    replay: Replay
    roster: Roster
    runs: Runs
    settings: SyncSettings
    sync_customers: SyncCustomers
    sync_products: SyncProducts
