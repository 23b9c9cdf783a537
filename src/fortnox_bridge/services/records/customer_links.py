"""The first-link assistant: proposes Fortnox customers for source customers, and links those a person accepts (F30)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.customer_copy import CopiedCustomer, CopyReport, report_of
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import ConnectionId, SourceRef
from fortnox_bridge.domain.link import Link
from fortnox_bridge.domain.link_suggestions import (
    Because,
    Candidate,
    NameIndex,
    Suggestion,
    Verdict,
    claims_of,
    judge,
)
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import PartyRules
from fortnox_bridge.fortnox.limiter import Priority
from fortnox_bridge.sdk import SourcePage
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import ConnectionScope, Storage, StoredCustomerCopy

COMPANY = "company"


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """One page of source customers with what is proposed for them, and how far the copy that says so has come."""

    suggestions: tuple[Suggestion, ...]
    next_cursor: str | None
    copy: CopyReport


@dataclass(frozen=True, slots=True)
class WantedLink:
    """A person's choice: this source record is this customer."""

    kind: str
    external_id: str
    customer_number: str


class LinkOutcome(StrEnum):
    LINKED = "linked"
    ALREADY_LINKED = "already_linked"


@dataclass(frozen=True, slots=True)
class LinkedCustomer:
    """`customer_number` is the linked one, which for `already_linked` may be another than was asked for."""

    wanted: WantedLink
    outcome: LinkOutcome
    customer_number: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkFault:
    """Why one of the wanted links cannot be made: its place in the list, and a code of the catalogue."""

    index: int
    code: str
    params: Mapping[str, str]


class LinksRefused(Exception):
    """Some of the wanted links cannot be made, so none was. `faults` holds them all."""

    def __init__(self, faults: Sequence[LinkFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


class CustomerLinks:
    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        settings: SyncSettings,
        sources: SourceAccess,
        fortnox: FortnoxAccess,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._settings = settings
        self._sources = sources
        self._fortnox = fortnox
        self._deployment = deployment

    async def suggest(self, connection_id: ConnectionId, kind: str, cursor: str | None) -> SuggestionPage:
        """One page of companies or contacts against the local copy. Costs Fortnox no call, and makes the copy wanted.

        Raises:
            SettingsInvalid: the connector cannot list customers.
        """
        overview = await self._connections.get(connection_id)
        rules = (await self._settings.rules(connection_id)).customers
        page = await self._source_page(overview, kind, cursor)
        copy = self._storage.customer_copy(overview.company.id)
        await copy.want()
        report = report_of(await copy.standing(), self._deployment.clock.now())
        links = await self._links_of(overview, [party.ref for party in page.items])
        open_ones = [party for party in page.items if party.ref not in links]
        judged = await _judged(open_ones, rules.company if kind == COMPANY else rules.contact, copy)
        suggestions = (judged.get(party.ref) or _linked(party, links[party.ref]) for party in page.items)
        return SuggestionPage(tuple(suggestions), page.next_cursor, report)

    async def link_all(
        self, connection_id: ConnectionId, wanted: Sequence[WantedLink], *, author: str
    ) -> tuple[LinkedCustomer, ...]:
        """Link what a person accepted, each customer made sure of by one call. All of them or none.

        A record that is linked already stays linked as it is, and is answered as such.

        Raises:
            LinksRefused: every fault at once.
        """
        overview = await self._connections.get(connection_id)
        refs = [_ref(overview, each) for each in wanted]
        links = await self._links_of(overview, refs)
        numbers = [each.customer_number for each, ref in zip(wanted, refs, strict=True) if ref not in links]
        records = await self._records(overview, numbers)
        if faults := _faults(wanted, refs, links, records):
            raise LinksRefused(faults)
        async with self._storage.unit(ConnectionScope(connection_id)) as unit:
            for each, ref in zip(wanted, refs, strict=True):
                if ref in links:
                    continue
                record, link_id = records[each.customer_number], self._deployment.new_id()
                await unit.links.pick(connection_id, overview.company.id, ref, record, link_id)
                subject = f"{ref} → {record.number}"
                await note_action(unit, self._deployment, author, "customer.linked", subject, connection_id)
        return tuple(_outcome(each, links.get(ref), records) for each, ref in zip(wanted, refs, strict=True))

    async def _source_page(self, overview: ConnectionOverview, kind: str, cursor: str | None) -> SourcePage[Customer]:
        account = overview.source_account
        async with self._sources.open(account) as session:
            if session.customers is None:
                raise SettingsInvalid("capability_missing", connector=account.connector, capability="customers")
            return await session.customers.list_customers(kind, cursor)

    async def _links_of(self, overview: ConnectionOverview, refs: Sequence[SourceRef]) -> Mapping[SourceRef, Link]:
        async with self._storage.unit.view(ConnectionScope(overview.connection.id)) as unit:
            found = await unit.links.linked_customers(overview.connection.id, overview.company.id, refs)
        return {link.source: link for link in found}

    async def _records(self, overview: ConnectionOverview, numbers: Sequence[str]) -> Mapping[str, CustomerRecord]:
        gateway = self._fortnox.gateway(overview.company, priority=Priority.PERSON)
        found = {number: await gateway.get_customer(number) for number in dict.fromkeys(numbers)}
        return {number: record for number, record in found.items() if record is not None}


async def _judged(
    parties: Sequence[Customer], rules: PartyRules, copy: StoredCustomerCopy
) -> Mapping[SourceRef, Suggestion]:
    claims = {party.ref: claims_of(party, rules) for party in parties}
    hits = await copy.find_all(claim for each in claims.values() for claim in each)
    unequal = [party for party in parties if not any(claim in hits for claim in claims[party.ref])]
    similar: Mapping[SourceRef, Sequence[tuple[str, int]]] = {}
    if unequal:
        # Comparing with tens of thousands of names is work for a thread of its own.
        similar = await asyncio.to_thread(_similar, unequal, await copy.names())
    records = await copy.customers({number for each in similar.values() for number, _ in each})
    return {
        party.ref: judge(
            party,
            claims[party.ref],
            hits,
            [(records[number], score) for number, score in similar.get(party.ref, ()) if number in records],
        )
        for party in parties
    }


def _similar(
    parties: Sequence[Customer], names: Sequence[tuple[str, str]]
) -> Mapping[SourceRef, Sequence[tuple[str, int]]]:
    index = NameIndex.of(names)
    return {party.ref: index.similar_to(party.name) for party in parties}


def _linked(party: Customer, link: Link) -> Suggestion:
    record = link.record
    if not isinstance(record, CustomerRecord):
        return Suggestion(party, Verdict.LINKED)
    return Suggestion(
        party, Verdict.LINKED, (Candidate(CopiedCustomer(record, record.is_active), Because.LINKED, 100),)
    )


def _ref(overview: ConnectionOverview, wanted: WantedLink) -> SourceRef:
    account = overview.source_account
    return SourceRef(account.connector, account.external_id or "", wanted.kind, wanted.external_id)


def _faults(
    wanted: Sequence[WantedLink],
    refs: Sequence[SourceRef],
    links: Mapping[SourceRef, Link],
    records: Mapping[str, CustomerRecord],
) -> list[LinkFault]:
    faults = []
    for index, (each, ref) in enumerate(zip(wanted, refs, strict=True)):
        record = records.get(each.customer_number)
        if ref in refs[:index]:
            faults.append(LinkFault(index, "customer_named_twice", {"record": f"{each.kind} {each.external_id}"}))
        elif ref in links:
            continue
        elif record is None:
            faults.append(LinkFault(index, "customer_number_unknown", {"number": each.customer_number}))
        elif not record.is_active:
            candidates = f"{record.number} {record.name}"
            faults.append(LinkFault(index, "customer_inactive", {"customer": record.name, "candidates": candidates}))
    return faults


def _outcome(wanted: WantedLink, link: Link | None, records: Mapping[str, CustomerRecord]) -> LinkedCustomer:
    if link is None:
        record = records[wanted.customer_number]
        return LinkedCustomer(wanted, LinkOutcome.LINKED, record.number, record.name)
    name = link.record.name if isinstance(link.record, CustomerRecord) else ""
    return LinkedCustomer(wanted, LinkOutcome.ALREADY_LINKED, link.number or "", name)
