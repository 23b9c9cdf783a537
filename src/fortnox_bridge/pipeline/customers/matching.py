"""Match, the customer: remembered, taken from a number field, found by pairs, or to be created (F20-F25, F31)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.errors import LockHeld, MappingMissing, SourceDataInvalid
from fortnox_bridge.domain.identity import is_same_customer
from fortnox_bridge.domain.link import Link, LinkKind
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey, CustomerRules, MissingCustomer, Overwrite, PartyRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.candidates import only_active, require_active
from fortnox_bridge.pipeline.customers.lookups import Lookup, as_fortnox_has_it, is_customer_number, look_up, tried
from fortnox_bridge.pipeline.customers.party import (
    Sought,
    first_text,
    party_of,
    stated_name,
    stated_organisation_number,
)
from fortnox_bridge.pipeline.customers.remembered import is_linked, is_stale, still_same
from fortnox_bridge.pipeline.customers.updates import planned_update
from fortnox_bridge.pipeline.merged import former_refs


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """`current` is the linked customer as Fortnox has it now, asked only when the link `is_stale`.

    `merged_numbers` are other customers' that records were remembered for which were merged into this one.

    `taken_number` comes from the number field of the source, `taken` is who has that number in Fortnox.
    """

    link: Link | None = None
    is_stale: bool = False
    current: CustomerRecord | None = None
    taken_number: str | None = None
    taken: CustomerRecord | None = None
    lookups: tuple[Lookup, ...] = ()
    merged_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerMatch:
    """`record` None: to be created, under `own_number` if the source gives one.

    `is_remembered`: the link stands and was verified lately; otherwise it is to be written. `broken_number` is a
    remembered number that no longer exists in Fortnox, or that the source has replaced by another.
    """

    party: Customer
    record: CustomerRecord | None
    own_number: str | None = None
    is_remembered: bool = False
    is_picked: bool = False
    broken_number: str | None = None
    notices: tuple[Notice, ...] = ()


async def gather(ctx: StageContext, sought: Sought, *, afresh: bool = False) -> CustomerFacts:
    """`afresh` asks Fortnox for a linked customer however lately they were seen."""
    party, _ = party_of(sought, ctx.rules.customers)
    found = [
        await ctx.links.find(LinkKind.CUSTOMER, ref) for ref in (party.ref, *former_refs(party.ref, party.former_ids))
    ]
    # Those that stand come first; of several, the record's own, then in the order in which the source names them.
    links = sorted((each for each in found if each is not None), key=lambda each: not is_linked(each))
    facts = await _gather(ctx, sought, next(iter(links), None), afresh=afresh)
    others = dict.fromkeys(each.number for each in links[1:] if each.number and each.number != links[0].number)
    return replace(facts, merged_numbers=tuple(others)) if others else facts


async def _gather(ctx: StageContext, sought: Sought, link: Link | None, *, afresh: bool) -> CustomerFacts:
    party, rules = party_of(sought, ctx.rules.customers)
    if link is not None and is_linked(link) and link.number is not None and not _is_restated(sought, rules, link):
        is_old = afresh or is_stale(link, ctx.clock.now(), ctx.rules.customers.trusted_for_h)
        if not is_old and not _is_changed(sought, party, rules, link):
            return CustomerFacts(link)
        current = await ctx.fortnox.get_customer(link.number)
        if current is not None:
            return CustomerFacts(link, is_stale=True, current=current)
    number = _own_number(sought, party, rules)
    taken = await ctx.fortnox.get_customer(number) if number else None
    lookups = () if taken else await look_up(ctx, sought)
    return CustomerFacts(link, is_linked(link), None, number, taken, lookups)


def decide(sought: Sought, facts: CustomerFacts, rules: CustomerRules) -> CustomerMatch:
    party, party_rules = party_of(sought, rules)
    broken: str | None = None
    notices = _merged(party, facts)
    if facts.link is not None and is_linked(facts.link):
        broken = facts.link.number
        if not _is_restated(sought, party_rules, facts.link):
            record = _remembered(sought, party, party_rules, facts)
            if record is not None:
                require_active(party, record)
                is_picked = facts.link.is_picked_by_user
                is_kept = not facts.is_stale
                return CustomerMatch(party, record, is_remembered=is_kept, is_picked=is_picked, notices=notices)
            notices += (Notice("customer_link_broken", {"customer": party.name, "number": broken or "–"}),)
    if facts.taken is not None:
        return CustomerMatch(party, _confirmed(sought, party, party_rules, facts.taken), notices=notices)
    found = _found(sought, party, party_rules, facts.lookups)
    if found is not None:
        return CustomerMatch(party, found, notices=notices)
    _may_be_created(party, party_rules, facts)
    return CustomerMatch(party, None, own_number=facts.taken_number, broken_number=broken, notices=notices)


def _merged(party: Customer, facts: CustomerFacts) -> tuple[Notice, ...]:
    """Two customers in Fortnox for what is one record by now: one number is kept, and a person may merge them there."""
    if not facts.merged_numbers or facts.link is None or facts.link.number is None:
        return ()
    others = ", ".join(facts.merged_numbers)
    return (Notice("customers_merged", {"customer": party.name, "number": facts.link.number, "others": others}),)


def _is_restated(sought: Sought, rules: PartyRules, link: Link) -> bool:
    """Whether somebody has since put another number into the field that numbers are taken from (F25).

    A choice made here stands above it, and so does the link above a text that is no number.
    """
    text = first_text(sought, (rules.number_from,)) if rules.number_from and not link.is_picked_by_user else None
    return text is not None and is_customer_number(text.strip()) and text.strip() != link.number


def _is_changed(sought: Sought, party: Customer, rules: PartyRules, link: Link) -> bool:
    """Whether the card as last seen is to be changed: only then must it be seen as it is now."""
    if all(row.overwrite is Overwrite.ON_CREATION for row in rules.mapping):
        return False
    record = link.record
    if not isinstance(record, CustomerRecord) or not record.card:
        return True
    return planned_update(sought, party, rules, record) is not None


def _found(sought: Sought, party: Customer, rules: PartyRules, lookups: Iterable[Lookup]) -> CustomerRecord | None:
    for lookup in lookups:
        if lookup.hits:
            record = only_active(party, lookup)
            if lookup.key is CustomerKey.CUSTOMER_NUMBER:
                return _confirmed(sought, party, rules, record)
            return record
    return None


def _may_be_created(party: Customer, rules: PartyRules, facts: CustomerFacts) -> None:
    unread = next((lookup.unread for lookup in facts.lookups if lookup.unread is not None), None)
    if unread is not None:
        # Somebody who has not been read yet may be this very customer: then a new one would be the double.
        raise LockHeld(
            "customer_copy_incomplete",
            customer=party.name,
            known=str(unread.known),
            total=str(unread.known + unread.missing) if unread.missing else "…",
        )
    if rules.when_missing is MissingCustomer.PARK:
        raise MappingMissing("customer_not_found", where=party.url, customer=party.name, tried=tried(facts.lookups))
    if rules.number_from is not None and facts.taken_number is None:
        raise SourceDataInvalid(
            "customer_number_empty", where=party.url, customer=party.name, field=str(rules.number_from)
        )


def _remembered(sought: Sought, party: Customer, rules: PartyRules, facts: CustomerFacts) -> CustomerRecord | None:
    """The linked customer; None when its number means nobody any more."""
    if facts.link is None or not facts.is_stale:
        return facts.link.record if facts.link and isinstance(facts.link.record, CustomerRecord) else None
    if facts.current is None:
        return None
    return still_same(facts.link, facts.current, *_claim(sought, party, rules))


def _confirmed(sought: Sought, party: Customer, rules: PartyRules, record: CustomerRecord) -> CustomerRecord:
    """A number that a person or an earlier run wrote into the source proves nothing by itself (F31)."""
    name, number = _claim(sought, party, rules)
    if not is_same_customer(name, number, record.name, record.organisation_number):
        raise MappingMissing(
            "customer_number_taken", where=party.url, customer=name, number=record.number, found=record.name
        )
    require_active(party, record)
    return record


def _claim(sought: Sought, party: Customer, rules: PartyRules) -> tuple[str, str | None]:
    """Name and organisation number as the source has them."""
    return as_fortnox_has_it(stated_name(sought, party, rules)), stated_organisation_number(sought, party, rules)


def _own_number(sought: Sought, party: Customer, rules: PartyRules) -> str | None:
    """The number the source gives. Two records that were merged may have left both their numbers in the field."""
    text = first_text(sought, (rules.number_from,)) if rules.number_from else None
    if text is not None and not is_customer_number(text.strip()):
        raise SourceDataInvalid(
            "customer_number_invalid",
            where=party.url,
            customer=party.name,
            field=str(rules.number_from),
            value=text[:100],
        )
    return text.strip() if text else None
