"""Joining what cards are made of."""

from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.cards.cards import Cards
from fortnox_bridge.services.cards.deal_documents import DealDocuments
from fortnox_bridge.services.cards.finances import CustomerFinances
from fortnox_bridge.services.cards.flights import Flights
from fortnox_bridge.services.cards.places import CardPlaces
from fortnox_bridge.services.cards.presses import CardPresses
from fortnox_bridge.services.cards.records import CardRecords
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.records.customers import SyncCustomers
from fortnox_bridge.services.runs.preview import PreviewDeal
from fortnox_bridge.services.runs.replay import Replay
from fortnox_bridge.services.runs.runs import Runs
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import Storage


def join_cards(
    *,
    storage: Storage,
    sources: SourceAccess,
    fortnox: FortnoxAccess,
    settings: SyncSettings,
    runs: Runs,
    replay: Replay,
    customers: SyncCustomers,
    previews: PreviewDeal,
    flights: Flights,
    deployment: Deployment,
) -> Cards:
    return Cards(
        places=CardPlaces(storage=storage, sources=sources, settings=settings),
        records=CardRecords(storage=storage, sources=sources, flights=flights, deployment=deployment),
        finances=CustomerFinances(storage=storage, readers=fortnox.reader, flights=flights, deployment=deployment),
        documents=DealDocuments(storage=storage, readers=fortnox.reader, flights=flights, deployment=deployment),
        presses=CardPresses(storage=storage, runs=runs, replay=replay, customers=customers, deployment=deployment),
        previews=previews,
        deployment=deployment,
    )
