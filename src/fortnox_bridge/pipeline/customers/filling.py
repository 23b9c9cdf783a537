"""What a new customer's card starts with: the source's values, then the connection's defaults (F26, F27, F29). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import Mapped, find_mapped, mapped_text
from fortnox_bridge.domain.normalise import is_organisation, is_valid_vat_number, normalise_organisation_number
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import CustomerRules, PartyRules
from fortnox_bridge.pipeline.customers.fields import checked_value
from fortnox_bridge.pipeline.customers.party import Sought, stated_name, stated_organisation_number


@dataclass(frozen=True, slots=True)
class FilledCard:
    """Values with where each came from; `cleaned` are those whose characters Fortnox would not take."""

    fields: Mapping[CustomerField, str]
    origins: Mapping[CustomerField, Origin]
    cleaned: tuple[CustomerField, ...] = ()


def fill_card(
    sought: Sought, party: Customer, own_number: str | None, rules: CustomerRules, party_rules: PartyRules
) -> FilledCard:
    country = party_country(sought, party, party_rules)
    fields: dict[CustomerField, str] = {}
    origins: dict[CustomerField, Origin] = {}
    cleaned: list[CustomerField] = []
    for target, stated in _stated(sought, party, own_number, party_rules).items():
        if target is CustomerField.VAT_NUMBER:
            # Whether it is written or left out aloud belongs to the VAT decision.
            fields[target], origins[target] = stated.text.strip(), Origin(ValueOrigin.SOURCE, stated.by)
            continue
        value = checked_value(target, stated.text, label=stated.by, party=party, country=country)
        if value.text:
            fields[target], origins[target] = value.text, Origin(ValueOrigin.SOURCE, stated.by)
            if value.is_changed:
                cleaned.append(target)
    if CustomerField.NAME not in fields:
        raise SourceDataInvalid("customer_name_missing", where=party.url, customer=party.ref.external_id)
    for target, text in rules.defaults.items():
        if target not in fields and text:
            origin = Origin(ValueOrigin.CONNECTION_DEFAULT, f"customers.defaults.{target}")
            fields[target], origins[target] = text, origin
    if CustomerField.EMAIL in fields and CustomerField.INVOICE_EMAIL not in fields:
        # An empty invoice address is not necessarily filled from the ordinary one (facts, fortnox.md 7.1).
        fields[CustomerField.INVOICE_EMAIL] = fields[CustomerField.EMAIL]
        origins[CustomerField.INVOICE_EMAIL] = origins[CustomerField.EMAIL]
    return FilledCard(fields, origins, tuple(cleaned))


def is_private_person(party: Customer, fields: Mapping[CustomerField, str]) -> bool:
    """A company field makes a company; a contact is a person unless its numbers are a business's (F29)."""
    number = normalise_organisation_number(fields.get(CustomerField.ORGANISATION_NUMBER, ""))
    vat_number = fields.get(CustomerField.VAT_NUMBER) or party.vat_number
    is_business = (number and is_organisation(number)) or (vat_number and is_valid_vat_number(vat_number))
    return party.kind is PartyKind.PERSON and not is_business


def party_country(sought: Sought, party: Customer, rules: PartyRules) -> str | None:
    """The country of the customer as mapped, else as their address or the deal's billing address has it."""
    mapped = find_mapped(rules.mapping, CustomerField.COUNTRY_CODE, sought)
    billing = sought.billing_address if isinstance(sought, Deal) else None
    addresses = (address for address in (party.address, billing) if address is not None)
    stated = mapped.text if mapped else next((each.country_code for each in addresses if each.country_code), None)
    return stated.strip().upper() if stated else None


def _stated(
    sought: Sought, party: Customer, own_number: str | None, rules: PartyRules
) -> Mapping[CustomerField, Mapped]:
    """What the source says for each target, and the field it stands in."""
    stated: dict[CustomerField, Mapped] = {}
    for row in rules.mapping:
        mapped = mapped_text(row, sought)
        if mapped is not None:
            stated.setdefault(row.target, mapped)
    if name := stated_name(sought, party, rules):
        stated.setdefault(CustomerField.NAME, Mapped(name, "name"))
    if number := stated_organisation_number(sought, party, rules):
        stated.setdefault(CustomerField.ORGANISATION_NUMBER, Mapped(number, "organisation_number"))
    stated.pop(CustomerField.CUSTOMER_NUMBER, None)
    if own_number:
        stated[CustomerField.CUSTOMER_NUMBER] = Mapped(own_number, str(rules.number_from))
    return stated
