"""All use cases of one running service, as its ways in see them."""

from dataclasses import dataclass

from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.api_keys import ApiKeys
from fortnox_bridge.services.access.authorize import Authorize
from fortnox_bridge.services.access.disconnect import Disconnect
from fortnox_bridge.services.access.installed import InstalledConnectors
from fortnox_bridge.services.actions.action_options import ActionOptions
from fortnox_bridge.services.actions.answer_action import AnswerAction
from fortnox_bridge.services.actions.surfaces import ActionSurfaces
from fortnox_bridge.services.backfills.backfill import Backfills
from fortnox_bridge.services.cards.cards import Cards
from fortnox_bridge.services.cards.surfaces import CardSurfaces
from fortnox_bridge.services.connections.catalogues import Catalogues
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.connections.preflight import PreflightConnection
from fortnox_bridge.services.connections.roster import Roster
from fortnox_bridge.services.records.customer_copy import CustomerCopies
from fortnox_bridge.services.records.customer_links import CustomerLinks
from fortnox_bridge.services.records.customers import SyncCustomers
from fortnox_bridge.services.records.products import SyncProducts
from fortnox_bridge.services.runs.accept import AcceptDelivery
from fortnox_bridge.services.runs.documents import DocumentRequests
from fortnox_bridge.services.runs.execute import ExecuteRun
from fortnox_bridge.services.runs.preview import PreviewDeal
from fortnox_bridge.services.runs.replay import Replay
from fortnox_bridge.services.runs.runs import Runs
from fortnox_bridge.services.settings.article_table import ArticleTableFile
from fortnox_bridge.services.settings.change_settings import ChangeSettings
from fortnox_bridge.services.settings.mapping_fields import MappingFields
from fortnox_bridge.services.settings.settings import SyncSettings


@dataclass(frozen=True, slots=True)
class Services:
    accept: AcceptDelivery
    accounts: Accounts
    action_options: ActionOptions
    action_surfaces: ActionSurfaces
    answer_action: AnswerAction
    api_keys: ApiKeys
    article_table: ArticleTableFile
    authorize: Authorize
    backfills: Backfills
    card_surfaces: CardSurfaces
    cards: Cards
    catalogues: Catalogues
    change_settings: ChangeSettings
    connections: Connections
    customer_copies: CustomerCopies
    customer_links: CustomerLinks
    disconnect: Disconnect
    documents: DocumentRequests
    execute: ExecuteRun
    installed_connectors: InstalledConnectors
    mapping_fields: MappingFields
    preflight: PreflightConnection
    preview: PreviewDeal
    replay: Replay
    roster: Roster
    runs: Runs
    settings: SyncSettings
    sync_customers: SyncCustomers
    sync_products: SyncProducts
