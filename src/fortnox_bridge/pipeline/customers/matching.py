"""Match, the customer: remembered, taken from a number field, found by pairs, or to be created (F20-F25, F31)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fortnox_bridge.domain.alphabet import clean_text
from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.errors import MappingMissing, SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.fields import FieldPath, read_field
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.identity import is_same_customer
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.normalise import is_valid_email, normalise_email, normalise_organisation_number
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import (
    CustomerKey,
    CustomerRules,
    EmptyMatchField,
    MatchPair,
    MissingCustomer,
    PartyRules,
)
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.values import as_text
from fortnox_bridge.pipeline.context import StageContext

TRUSTED_FOR: Final = timedelta(hours=24)
_MOST_CANDIDATES: Final = 10
_NAME_LIMIT: Final = 1024


@dataclass(frozen=True, slots=True)
class Lookup:
    """One pair's search: the value as searched for and every customer that has it."""

    pair: MatchPair
    value: str
    hits: tuple[CustomerRecord, ...]


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """`current` is the linked customer as Fortnox has it now, asked only when the link `is_stale`.

    `taken_number` comes from the number field of the source, `taken` is who has that number in Fortnox.
    """

    link: Link | None = None
    is_stale: bool = False
    current: CustomerRecord | None = None
    taken_number: str | None = None
    taken: CustomerRecord | None = None
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerMatch:
    """`record` None: to be created, under `own_number` if the source gives one.

    `is_remembered`: the link stands and was verified lately; otherwise it is to be written. `broken_number` is a
    remembered number that no longer exists in Fortnox.
    """

    party: Customer
    record: CustomerRecord | None
    own_number: str | None = None
    is_remembered: bool = False
    is_picked: bool = False
    broken_number: str | None = None
    notices: tuple[Notice, ...] = ()


def party_of(deal: Deal, rules: CustomerRules) -> tuple[Customer, PartyRules]:
    """Who is invoiced: the company, or the contact where persons may be customers."""
    if deal.company is not None:
        party, party_rules = deal.company, rules.company
    elif deal.contact is None:
        raise SourceDataInvalid("customer_missing", where=deal.url, record=deal.title)
    elif not rules.contacts_as_customers:
        raise SettingsInvalid("contact_not_allowed", where=deal.url, record=deal.title, contact=deal.contact.name)
    else:
        party, party_rules = deal.contact, rules.contact
    if party.is_deleted:
        raise SourceDataInvalid("customer_deleted", where=deal.url, record=deal.title, customer=party.name)
    return party, party_rules


async def gather(ctx: StageContext, deal: Deal) -> CustomerFacts:
    party, rules = party_of(deal, ctx.rules.customers)
    link = await ctx.links.find(LinkKind.CUSTOMER, party.ref)
    if link is not None and link.state is LinkState.LINKED and link.number is not None:
        if not _is_stale(link, ctx.clock.now()):
            return CustomerFacts(link)
        current = await ctx.fortnox.get_customer(link.number)
        if current is not None:
            return CustomerFacts(link, is_stale=True, current=current)
    number = _own_number(deal, rules)
    taken = await ctx.fortnox.get_customer(number) if number else None
    lookups = () if taken else await _look_up(ctx, deal, rules)
    return CustomerFacts(link, _is_linked(link), None, number, taken, lookups)


def decide(deal: Deal, facts: CustomerFacts, rules: CustomerRules) -> CustomerMatch:
    party, party_rules = party_of(deal, rules)
    if _is_linked(facts.link) and facts.link is not None:
        record = _remembered(facts.link, facts)
        if record is not None:
            _require_active(party, record)
            return CustomerMatch(
                party, record, is_remembered=not facts.is_stale, is_picked=facts.link.is_picked_by_user
            )
    broken = facts.link.number if facts.link is not None and _is_linked(facts.link) else None
    notices = (Notice("customer_link_broken", {"customer": party.name, "number": broken}),) if broken else ()
    if facts.taken is not None:
        return CustomerMatch(party, _confirmed(deal, party, party_rules, facts.taken), notices=notices)
    for lookup in facts.lookups:
        if lookup.hits:
            record = _only_active(party, lookup)
            if lookup.pair.key is CustomerKey.CUSTOMER_NUMBER:
                record = _confirmed(deal, party, party_rules, record)
            return CustomerMatch(party, record, notices=notices)
    if party_rules.when_missing is MissingCustomer.PARK:
        raise MappingMissing("customer_not_found", where=party.url, customer=party.name, tried=_tried(facts.lookups))
    if party_rules.number_from is not None and facts.taken_number is None:
        raise SourceDataInvalid(
            "customer_number_empty", where=party.url, customer=party.name, field=str(party_rules.number_from)
        )
    return CustomerMatch(party, None, own_number=facts.taken_number, broken_number=broken, notices=notices)


def stated_name(deal: Deal, party: Customer, rules: PartyRules) -> str:
    return _mapped(deal, rules, CustomerField.NAME) or party.name


def stated_organisation_number(deal: Deal, party: Customer, rules: PartyRules) -> str | None:
    """The source's own idea of the number: as mapped, as matched by, or as the neutral model has it."""
    mapped = _mapped(deal, rules, CustomerField.ORGANISATION_NUMBER)
    by_pairs = (pair.source for pair in rules.match if pair.key is CustomerKey.ORGANISATION_NUMBER)
    own = party.personal_number if party.kind is PartyKind.PERSON else party.organisation_number
    return mapped or _first_text(deal, by_pairs) or own


async def _look_up(ctx: StageContext, deal: Deal, rules: PartyRules) -> tuple[Lookup, ...]:
    """Pair after pair until one has a hit; an empty field parks or is passed over, as configured."""
    party, _ = party_of(deal, ctx.rules.customers)
    lookups: list[Lookup] = []
    for pair in rules.match:
        text = _first_text(deal, (pair.source,))
        if text is None:
            if rules.when_empty is EmptyMatchField.PARK:
                raise SourceDataInvalid(
                    "match_field_empty", where=party.url, customer=party.name, field=str(pair.source)
                )
            continue
        value = _searchable(pair, text, party)
        lookups.append(Lookup(pair, value, await ctx.fortnox.find_customers(pair.key, value)))
        if lookups[-1].hits:
            break
    return tuple(lookups)


def _searchable(pair: MatchPair, text: str, party: Customer) -> str:
    value: str | None = text
    if pair.key is CustomerKey.NAME:
        value = _as_fortnox_has_it(text)
    elif pair.key is CustomerKey.ORGANISATION_NUMBER:
        value = normalise_organisation_number(text)
    elif pair.key is CustomerKey.EMAIL:
        value = normalise_email(text) if is_valid_email(text) else None
    if not value:
        raise SourceDataInvalid(
            "match_field_invalid", where=party.url, customer=party.name, field=str(pair.source), value=text
        )
    return value


def _remembered(link: Link, facts: CustomerFacts) -> CustomerRecord | None:
    """The linked customer, unless the number has come to mean somebody else, or nobody."""
    known = link.record
    if not facts.is_stale:
        return known if isinstance(known, CustomerRecord) else None
    current = facts.current
    if current is None:
        return None
    if isinstance(known, CustomerRecord) and not is_same_customer(
        known.name, known.organisation_number, current.name, current.organisation_number
    ):
        raise MappingMissing("customer_reassigned", number=current.number, expected=known.name, found=current.name)
    return current


def _confirmed(deal: Deal, party: Customer, rules: PartyRules, record: CustomerRecord) -> CustomerRecord:
    """A number that a person or an earlier run wrote into the source proves nothing by itself (F31)."""
    name = _as_fortnox_has_it(stated_name(deal, party, rules))
    number = stated_organisation_number(deal, party, rules)
    if not is_same_customer(name, number, record.name, record.organisation_number):
        raise MappingMissing(
            "customer_number_taken", where=party.url, customer=name, number=record.number, found=record.name
        )
    _require_active(party, record)
    return record


def _as_fortnox_has_it(name: str) -> str:
    """A name with an emoji was stored without it, and must be found again without it."""
    return clean_text(name, limit=_NAME_LIMIT).text


def _only_active(party: Customer, lookup: Lookup) -> CustomerRecord:
    active = [record for record in lookup.hits if record.is_active]
    if len(active) > 1:
        raise MappingMissing(
            "customer_ambiguous",
            where=party.url,
            customer=party.name,
            field=str(lookup.pair.source),
            value=lookup.value,
            candidates=_listed(active),
        )
    if not active:
        raise MappingMissing("customer_inactive", where=party.url, customer=party.name, candidates=_listed(lookup.hits))
    return active[0]


def _require_active(party: Customer, record: CustomerRecord) -> None:
    if not record.is_active:
        raise MappingMissing("customer_inactive", where=party.url, customer=party.name, candidates=_listed([record]))


def _listed(records: Iterable[CustomerRecord]) -> str:
    lines = [
        f"{record.number} {record.name}" + (f" ({record.city})" if record.city else "")
        for record in sorted(records, key=lambda record: record.number)
    ]
    more = [f"+{len(lines) - _MOST_CANDIDATES}"] if len(lines) > _MOST_CANDIDATES else []
    return "; ".join(lines[:_MOST_CANDIDATES] + more)


def _tried(lookups: Iterable[Lookup]) -> str:
    return "; ".join(f"{lookup.pair.key.value}: {lookup.value}" for lookup in lookups) or "–"


def _own_number(deal: Deal, rules: PartyRules) -> str | None:
    return _first_text(deal, (rules.number_from,)) if rules.number_from else None


def _mapped(deal: Deal, rules: PartyRules, target: CustomerField) -> str | None:
    return _first_text(deal, (path for row in rules.mapping if row.target is target for path in row.sources))


def _first_text(deal: Deal, paths: Iterable[FieldPath]) -> str | None:
    values = (read_field(path, deal) for path in paths)
    return next((text for text in (as_text(value) for value in values if value is not None) if text), None)


def _is_linked(link: Link | None) -> bool:
    return link is not None and link.state is LinkState.LINKED


def _is_stale(link: Link, now: datetime) -> bool:
    if link.verified_at is None or not isinstance(link.record, CustomerRecord):
        return True
    return now - link.verified_at > TRUSTED_FOR
