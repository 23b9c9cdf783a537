"""The customer's VAT number: what the source says it is, and what is written on a new customer's card (F56)."""

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import find_mapped
from fortnox_bridge.domain.normalise import is_valid_vat_number, normalise_vat_number
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import PartyRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import SaleDecision, explanation
from fortnox_bridge.pipeline.customers.party import Sought


def stated_vat_number(sought: Sought, party: Customer, rules: PartyRules) -> str | None:
    """As mapped, else as the neutral model has it; not checked."""
    mapped = find_mapped(rules.mapping, CustomerField.VAT_NUMBER, sought)
    return mapped.text if mapped is not None else party.vat_number


def with_vat_number(
    fields: dict[CustomerField, str], origins: dict[CustomerField, Origin], sale: SaleDecision, party: Customer
) -> tuple[Notice, ...]:
    """Write the number as it must look, or leave out one that Fortnox would refuse, aloud."""
    stated = fields.get(CustomerField.VAT_NUMBER) or party.vat_number
    if not stated:
        return ()
    by = origins.get(CustomerField.VAT_NUMBER, Origin(ValueOrigin.SOURCE, "vat_number"))
    number = sale.vat_number or normalise_vat_number(stated)
    if sale.vat_number is None and not is_valid_vat_number(number):
        fields.pop(CustomerField.VAT_NUMBER, None)
        origins.pop(CustomerField.VAT_NUMBER, None)
        said = explanation.malformed_vat_number(party.name, stated)
        return () if said in sale.notices else (said,)
    fields[CustomerField.VAT_NUMBER], origins[CustomerField.VAT_NUMBER] = number, by
    return ()
