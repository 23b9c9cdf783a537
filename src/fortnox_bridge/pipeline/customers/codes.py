"""Codes that the source states for a customer's card, held against Fortnox's registers before any write (F27).

The connection's own defaults are checked when the settings are saved.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import mapped_text
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import Overwrite
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.fields import is_same_value
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.customers.party import Sought, party_of
from fortnox_bridge.pipeline.register_codes import RegisterCodes, read_codes

REGISTERS: Final[Mapping[CustomerField, str]] = {
    CustomerField.CURRENCY: "currencies",
    CustomerField.TERMS_OF_PAYMENT: "terms_of_payment",
    CustomerField.TERMS_OF_DELIVERY: "terms_of_delivery",
    CustomerField.WAY_OF_DELIVERY: "ways_of_delivery",
    CustomerField.PRICE_LIST: "price_lists",
    CustomerField.SALES_ACCOUNT: "accounts",
    CustomerField.INVOICE_TEMPLATE: "print_templates",
    CustomerField.COST_CENTRE: "cost_centres",
    CustomerField.PROJECT: "projects",
}


async def gather(ctx: StageContext, sought: Sought, match: CustomerMatch) -> RegisterCodes:
    """The registers of the codes that may be written now; a card that says them already needs none."""
    return await read_codes(ctx, _wanted(ctx, sought, match))


def checked_codes(
    fields: Mapping[CustomerField, str],
    origins: Mapping[CustomerField, Origin],
    codes: RegisterCodes,
    party: Customer,
) -> dict[CustomerField, str]:
    """The fields with every code of the source's as the register writes it.

    Raises:
        MappingMissing: a register has no such code, or it is not in use any more.
    """
    checked = dict(fields)
    for target, register in REGISTERS.items():
        origin = origins.get(target)
        if target in checked and origin is not None and origin.kind is ValueOrigin.SOURCE:
            checked[target] = codes.checked(
                register, checked[target], product=party.name, field=origin.by, where=party.url
            )
    return checked


def _wanted(ctx: StageContext, sought: Sought, match: CustomerMatch) -> Iterator[tuple[str, str]]:
    _, rules = party_of(sought, ctx.rules.customers)
    for row in rules.mapping:
        register = REGISTERS.get(row.target)
        stated = mapped_text(row, sought) if register is not None else None
        if register is None or stated is None:
            continue
        if match.record is not None:
            held = match.record.card.get(row.target, "")
            is_kept = row.overwrite is Overwrite.ON_CREATION or (held and row.overwrite is Overwrite.IF_EMPTY)
            if is_kept or is_same_value(row.target, stated.text, held):
                continue
        yield register, stated.text
