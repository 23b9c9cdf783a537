"""Making sure that a record is the account's own, by reading it with the account's tokens (F103).

What a platform signs names the account, seldom the record: without this, whoever may sign for one account could ask
for any id. What was read once stays shown at once; that it is still there is looked up beside it.
"""

import asyncio
from datetime import timedelta
from typing import Final

from fortnox_bridge.domain.connection import SourceAccount
from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.errors import SourceDataInvalid, Unavailable
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.mapped import field_text
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.sdk import Session
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.cards.finances import is_fresh
from fortnox_bridge.services.cards.flights import Flights
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import SYSTEM, CardRecord, Storage

COMPANY: Final = "company"
CONTACT: Final = "contact"
_MISSING: Final = "source_record_missing"


class CardRecords:
    def __init__(self, *, storage: Storage, sources: SourceAccess, flights: Flights, deployment: Deployment) -> None:
        self._storage = storage
        self._sources = sources
        self._flights = flights
        self._deployment = deployment

    async def find(self, account: SourceAccount, ref: SourceRef, rules: SyncRules, *, patience_s: float) -> CardRecord:
        """The record, as it was read last.

        Raises:
            SourceDataInvalid: it does not exist in this account, or cannot be seen by its user.
            Unavailable: it was never read before, and the source does not answer in time.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            known = await unit.card_records.get(account.id, ref.kind, ref.external_id)
        if known is None:
            try:
                async with asyncio.timeout(patience_s):
                    return await self._read(account, ref, rules)
            except TimeoutError:
                raise Unavailable("source_unavailable", system=self._title(account)) from None
        again = timedelta(seconds=self._deployment.timing.card_record_s)
        if not is_fresh(known.seen_at, self._deployment.clock.now(), again):
            self._flights.join((account.id, ref), self._read_again(account, ref, rules))
        return known

    async def _read_again(self, account: SourceAccount, ref: SourceRef, rules: SyncRules) -> None:
        await self._read(account, ref, rules)

    async def _read(self, account: SourceAccount, ref: SourceRef, rules: SyncRules) -> CardRecord:
        seen_at = self._deployment.clock.now()
        try:
            async with self._sources.open(account) as session:
                name, url, number = await self._look(session, account, ref, rules)
        except SourceDataInvalid:
            async with self._storage.unit(SYSTEM) as unit:
                await unit.card_records.forget(account.id, ref.kind, ref.external_id)
            raise
        record = CardRecord(name, url, number, seen_at)
        async with self._storage.unit(SYSTEM) as unit:
            await unit.card_records.keep(account.id, ref.kind, ref.external_id, record)
        return record

    async def _look(
        self, session: Session, account: SourceAccount, ref: SourceRef, rules: SyncRules
    ) -> tuple[str, str | None, str | None]:
        """Its name, a link to it, and the customer number that it states."""
        record = f"{ref.kind} {ref.external_id}"
        if ref.kind == self._sources.connector(account.connector).object_kind:
            head = await session.deals.read_head(ref)
            if head.status is DealStatus.DELETED:
                raise SourceDataInvalid(_MISSING, record=record, system=self._title(account))
            return head.title, head.url, None
        if ref.kind not in {COMPANY, CONTACT} or session.customers is None:
            raise SourceDataInvalid("card_kind_unknown", record=record)
        customer = await session.customers.read_customer(ref)
        if customer.is_deleted:
            raise SourceDataInvalid(_MISSING, record=record, system=self._title(account))
        party = rules.customers.company if ref.kind == COMPANY else rules.customers.contact
        return customer.name, customer.url, field_text(party.number_from, customer) if party.number_from else None

    def _title(self, account: SourceAccount) -> str:
        return self._sources.connector(account.connector).title
