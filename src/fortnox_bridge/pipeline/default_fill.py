"""Default-fill: every field of the customer gets its value, in a fixed order, and the step says which source won.

For a new customer: the mapped source value, else the connection's default, else Fortnox's own. A customer that
exists keeps what is agreed on its card: nothing is sent (F26, F28).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.draft_plan import KnownCustomer, NewCustomer
from fortnox_bridge.domain.errors import MappingMissing, SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import mapped_text
from fortnox_bridge.domain.marker import customer_marker
from fortnox_bridge.domain.normalise import is_organisation, normalise_organisation_number
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import CustomerRules, PartyRules, SyncRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.fields import checked_value
from fortnox_bridge.pipeline.customers.matching import CustomerMatch, party_of, stated_name, stated_organisation_number
from fortnox_bridge.pipeline.customers.vat_number import stated_vat_number, with_vat_number
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.outcome import Proceed
from fortnox_bridge.pipeline.sale import (
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


@dataclass(frozen=True, slots=True)
class Filled:
    """`sale` is the one VAT decision of the document; its notices are among these."""

    customer: KnownCustomer | NewCustomer
    origins: Mapping[CustomerField, Origin]
    sale: SaleDecision
    notices: tuple[Notice, ...] = ()


async def gather(ctx: StageContext) -> FillFacts:
    return FillFacts(company_number_of(ctx), VatNumberFacts(business_date(ctx.run.created_at)))


def company_number_of(ctx: StageContext) -> str:
    number = ctx.company.database_number
    if number is None:
        raise MappingMissing("company_not_identified", company=ctx.company.name)
    return number


def decide(deal: Deal, matched: Matched, facts: FillFacts, rules: SyncRules) -> Proceed[Filled]:
    match = matched.customer
    _, party_rules = party_of(deal, rules.customers)
    basis = basis_of(deal, matched.articles, rules.vat)
    if match.record is not None:
        return Proceed(_existing(deal, match, basis, facts, rules, party_rules))
    return Proceed(_new(deal, match, basis, facts, rules, party_rules))


def _existing(
    deal: Deal, match: CustomerMatch, basis: SaleBasis, facts: FillFacts, rules: SyncRules, party_rules: PartyRules
) -> Filled:
    record = match.record
    assert record is not None
    number = stated_vat_number(deal, match.party, party_rules)
    known = facts_of_known(record, match.party, basis, number, facts.vat.on, rules)
    sale = sale_to_known(known, match.party, record, basis, rules)
    targets = {row.target for row in party_rules.mapping} | set(rules.customers.defaults)
    customer = KnownCustomer(record.number, record.name, record.organisation_number, match.party.ref)
    return Filled(customer, dict.fromkeys(sorted(targets), Origin(ValueOrigin.CUSTOMER_CARD)), sale, sale.notices)


def _new(
    deal: Deal, match: CustomerMatch, basis: SaleBasis, facts: FillFacts, rules: SyncRules, party_rules: PartyRules
) -> Filled:
    party = match.party
    fields, origins, cleaned = _fill(deal, match, rules.customers, party_rules)
    is_person = _is_person(party, fields)
    known = facts_of_new(party, fields, basis, facts.vat, rules, is_person=is_person)
    sale = sale_to_new(known, party, basis, rules)
    notices = [Notice("customer_field_cleaned", {"customer": party.name, "field": name.value}) for name in cleaned]
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


def _fill(
    deal: Deal, match: CustomerMatch, rules: CustomerRules, party_rules: PartyRules
) -> tuple[dict[CustomerField, str], dict[CustomerField, Origin], list[CustomerField]]:
    party = match.party
    stated = _stated(deal, match, party_rules)
    fields: dict[CustomerField, str] = {}
    origins: dict[CustomerField, Origin] = {}
    cleaned: list[CustomerField] = []
    for target, (text, label) in stated.items():
        value = checked_value(target, text, label=label, party=party)
        if value.text:
            fields[target], origins[target] = value.text, Origin(ValueOrigin.SOURCE, label)
            if value.is_changed:
                cleaned.append(target)
    if CustomerField.NAME not in fields:
        raise SourceDataInvalid("customer_name_missing", where=party.url, customer=party.ref.external_id)
    for target, text in rules.defaults.items():
        if target not in fields and text:
            fields[target], origins[target] = (
                text,
                Origin(ValueOrigin.CONNECTION_DEFAULT, f"customers.defaults.{target}"),
            )
    if CustomerField.EMAIL in fields and CustomerField.INVOICE_EMAIL not in fields:
        # An empty invoice address is not necessarily filled from the ordinary one (facts, fortnox.md 7.1).
        fields[CustomerField.INVOICE_EMAIL] = fields[CustomerField.EMAIL]
        origins[CustomerField.INVOICE_EMAIL] = origins[CustomerField.EMAIL]
    return fields, origins, cleaned


def _stated(deal: Deal, match: CustomerMatch, rules: PartyRules) -> dict[CustomerField, tuple[str, str]]:
    """What the source says for each target: the text and the field it stands in. First non-empty wins (F27)."""
    stated: dict[CustomerField, tuple[str, str]] = {}
    for row in rules.mapping:
        mapped = mapped_text(row, deal)
        if mapped is not None:
            stated.setdefault(row.target, (mapped.text, mapped.by))
    name = stated_name(deal, match.party, rules)
    if name:
        stated.setdefault(CustomerField.NAME, (name, "name"))
    number = stated_organisation_number(deal, match.party, rules)
    if number:
        stated.setdefault(CustomerField.ORGANISATION_NUMBER, (number, "organisation_number"))
    stated.pop(CustomerField.CUSTOMER_NUMBER, None)
    if match.own_number:
        stated[CustomerField.CUSTOMER_NUMBER] = (match.own_number, str(rules.number_from))
    return stated


def _is_person(party: Customer, fields: Mapping[CustomerField, str]) -> bool:
    """A company field makes a company; a contact is a person unless its number is an organisation's (F29)."""
    number = normalise_organisation_number(fields.get(CustomerField.ORGANISATION_NUMBER, ""))
    return party.kind is PartyKind.PERSON and not (number and is_organisation(number))
