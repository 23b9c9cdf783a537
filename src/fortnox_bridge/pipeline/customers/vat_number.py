"""The customer's VAT number: what the source says, what the EU's register says, and what a card gets (F56)."""

from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import find_mapped
from fortnox_bridge.domain.normalise import is_valid_vat_number, normalise_vat_number
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import PartyRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import RegisterAnswer, SaleDecision, VatNumber, explanation, read_vat_number
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.filling import party_country
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.customers.party import Sought, party_of
from fortnox_bridge.pipeline.vat.sale import VatNumberFacts


async def gather(ctx: StageContext, sought: Sought, match: CustomerMatch) -> VatNumberFacts:
    """The register is asked only where its answer counts: a new customer with a foreign number of the EU."""
    on = business_date(ctx.run.created_at)
    if match.record is not None or not ctx.rules.vat.checks_vies:
        return VatNumberFacts(on)
    party, rules = party_of(sought, ctx.rules.customers)
    country = party_country(sought, party, rules)
    number = read_vat_number(stated_vat_number(sought, party, rules), country)
    if number is None or not number.is_foreign:
        return VatNumberFacts(on)
    return VatNumberFacts(on, await _answer(ctx, number))


async def _answer(ctx: StageContext, number: VatNumber) -> RegisterAnswer:
    known = await ctx.registers.vat_number(number.text)
    if known is not None and not ctx.is_afresh:
        return known
    answer = await ctx.vat_numbers.check(number)
    if answer is not RegisterAnswer.UNAVAILABLE:
        await ctx.registers.keep_vat_number(number.text, answer)
    return answer


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
