"""Who is invoiced, and what the source states of them: the deal's company or contact, or one of them by itself."""

from collections.abc import Iterable

from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import field_text, find_mapped
from fortnox_bridge.domain.rules import CustomerKey, CustomerRules, PartyRules

Sought = Deal | Customer
"""What a customer in Fortnox is sought for: a deal, or a company or contact without one."""


def party_of(sought: Sought, rules: CustomerRules) -> tuple[Customer, PartyRules]:
    """Who is invoiced: the company, or the contact where persons may be customers (F21)."""
    company, contact = _parties(sought)
    record = sought.title if isinstance(sought, Deal) else sought.name
    if company is not None:
        party, party_rules = company, rules.company
    elif contact is None:
        raise SourceDataInvalid("customer_missing", where=sought.url, record=record)
    elif not rules.contacts_as_customers:
        code = "contact_not_allowed" if isinstance(sought, Deal) else "contact_no_customer"
        raise SettingsInvalid(code, where=sought.url, record=record, contact=contact.name)
    else:
        party, party_rules = contact, rules.contact
    if party.is_deleted:
        raise SourceDataInvalid("customer_deleted", where=sought.url, record=record, customer=party.name)
    return party, party_rules


def stated_name(sought: Sought, party: Customer, rules: PartyRules) -> str:
    return _mapped(sought, rules, CustomerField.NAME) or party.name


def stated_organisation_number(sought: Sought, party: Customer, rules: PartyRules) -> str | None:
    """The source's own idea of the number: as mapped, as matched by, or as the neutral model has it."""
    mapped = _mapped(sought, rules, CustomerField.ORGANISATION_NUMBER)
    by_pairs = (pair.source for pair in rules.match if pair.key is CustomerKey.ORGANISATION_NUMBER)
    own = party.personal_number if party.kind is PartyKind.PERSON else party.organisation_number
    return mapped or first_text(sought, by_pairs) or own


def first_text(sought: Sought, paths: Iterable[FieldPath]) -> str | None:
    """The first of the fields that is not empty."""
    return next((text for text in (field_text(path, sought) for path in paths) if text), None)


def _parties(sought: Sought) -> tuple[Customer | None, Customer | None]:
    if isinstance(sought, Deal):
        return sought.company, sought.contact
    return (sought, None) if sought.kind is PartyKind.COMPANY else (None, sought)


def _mapped(sought: Sought, rules: PartyRules, target: CustomerField) -> str | None:
    mapped = find_mapped(rules.mapping, target, sought)
    return mapped.text if mapped else None
