"""Default-fill: every field of the customer gets its value, in a fixed order, and the step says which source won.

For a new customer: the mapped source value, else the connection's default, else Fortnox's own. A customer that
exists keeps what is agreed on its card, but for the rows that may overwrite it (F26, F28).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.draft_plan import CustomerUpdate, KnownCustomer, NewCustomer
from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.marker import customer_marker
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import PartyRules, SyncRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers import codes, vat_number
from fortnox_bridge.pipeline.customers.codes import checked_codes
from fortnox_bridge.pipeline.customers.filling import fill_card, is_private_person
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.customers.party import Sought, party_of
from fortnox_bridge.pipeline.customers.updates import as_updated, planned_update
from fortnox_bridge.pipeline.customers.vat_number import stated_vat_number, with_vat_number
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.outcome import Proceed
from fortnox_bridge.pipeline.register_codes import RegisterCodes
from fortnox_bridge.pipeline.vat.sale import (
    SaleBasis,
    VatNumberFacts,
    basis_of,
    facts_of_known,
    facts_of_new,
    sale_to_known,
    sale_to_new,
)


@dataclass(frozen=True, slots=True)
class FillFacts:
    """`company_number` is the Fortnox company's database number, part of every marker."""

    company_number: str
    vat: VatNumberFacts
    codes: RegisterCodes = field(default_factory=RegisterCodes)


@dataclass(frozen=True, slots=True)
class Filled:
    """`sale` is the one VAT decision of the document; its notices are among these."""

    customer: KnownCustomer | NewCustomer
    origins: Mapping[CustomerField, Origin]
    sale: SaleDecision
    notices: tuple[Notice, ...] = ()
    update: CustomerUpdate | None = None


async def gather(ctx: StageContext, sought: Sought, match: CustomerMatch) -> FillFacts:
    return FillFacts(
        company_number_of(ctx), await vat_number.gather(ctx, sought, match), await codes.gather(ctx, sought, match)
    )


def company_number_of(ctx: StageContext) -> str:
    number = ctx.company.database_number
    if number is None:
        raise MappingMissing("company_not_identified", company=ctx.company.name)
    return number


def decide(deal: Deal, matched: Matched, facts: FillFacts, rules: SyncRules) -> Proceed[Filled]:
    match = matched.customer
    _, party_rules = party_of(deal, rules.customers)
    basis = basis_of(deal, matched.articles, rules)
    if match.record is not None:
        return Proceed(_existing(deal, match, basis, facts, rules, party_rules))
    return Proceed(new_customer(deal, match, basis, facts, rules))


def _existing(
    deal: Deal, match: CustomerMatch, basis: SaleBasis, facts: FillFacts, rules: SyncRules, party_rules: PartyRules
) -> Filled:
    assert match.record is not None
    update = changed_card(deal, match, match.record, facts, rules)
    record = as_updated(match.record, update)
    number = stated_vat_number(deal, match.party, party_rules)
    known = facts_of_known(record, match.party, basis, number, facts.vat.on, rules)
    sale = sale_to_known(known, match.party, record, basis, rules)
    targets = {row.target for row in party_rules.mapping} | set(rules.customers.defaults)
    origins = dict.fromkeys(sorted(targets), Origin(ValueOrigin.CUSTOMER_CARD))
    customer = KnownCustomer(record.number, record.name, record.organisation_number, match.party.ref)
    return Filled(customer, {**origins, **(update.origins if update else {})}, sale, sale.notices, update)


def changed_card(
    sought: Sought, match: CustomerMatch, record: CustomerRecord, facts: FillFacts, rules: SyncRules
) -> CustomerUpdate | None:
    """What is to be written to a customer who exists; None: nothing."""
    _, party_rules = party_of(sought, rules.customers)
    update = planned_update(sought, match.party, party_rules, record)
    if update is None:
        return None
    fields = checked_codes(update.fields, update.origins, facts.codes, match.party)
    # A code that was only written otherwise is what the card says already.
    fields = {target: text for target, text in fields.items() if text != record.card.get(target)}
    return replace(update, fields=fields) if fields else None


def new_customer(sought: Sought, match: CustomerMatch, basis: SaleBasis, facts: FillFacts, rules: SyncRules) -> Filled:
    """A customer to be created, for a deal or by itself."""
    party, party_rules = party_of(sought, rules.customers)
    card = fill_card(sought, party, match.own_number, rules.customers, party_rules)
    fields, origins = checked_codes(card.fields, card.origins, facts.codes, party), dict(card.origins)
    is_person = is_private_person(party, fields)
    known = facts_of_new(party, fields, basis, facts.vat, rules, is_person=is_person)
    if wanted := fields.pop(CustomerField.VAT_TYPE, None):
        known = replace(known, default_vat_type=VatType(wanted))
    sale = sale_to_new(known, party, basis, rules)
    notices = [Notice("customer_field_cleaned", {"customer": party.name, "field": name.value}) for name in card.cleaned]
    notices += with_vat_number(fields, origins, sale, party)
    if CustomerField.COUNTRY_CODE not in fields and sale.customer_country:
        fields[CustomerField.COUNTRY_CODE] = sale.customer_country
        origins[CustomerField.COUNTRY_CODE] = Origin(ValueOrigin.DECISION, "vat.sale")
    assert sale.vat_type is not None
    customer = NewCustomer(
        source=party.ref,
        marker=customer_marker(facts.company_number, party.ref),
        is_person=is_person,
        vat_type=sale.vat_type,
        fields=fields,
        origins=origins,
    )
    left = {name: Origin(ValueOrigin.FORTNOX_DEFAULT) for name in CustomerField if name not in origins}
    origins[CustomerField.VAT_TYPE] = Origin(ValueOrigin.DECISION, "vat.sale")
    return Filled(customer, {**left, **origins}, sale, (*notices, *sale.notices))
