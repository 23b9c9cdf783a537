"""The customer number in the source, separately for companies and contacts (F25).

Written only where it is missing or different, so that repeating it is harmless and stirs up nothing.
"""

from dataclasses import dataclass

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.errors import ReconnectRequired, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.mapped import field_text
from fortnox_bridge.domain.rules import PartyRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.party import Sought
from fortnox_bridge.pipeline.explain import reason_of


@dataclass(frozen=True, slots=True)
class NumberBack:
    """A customer number to write into a field of the source's record."""

    party: Customer
    field: FieldPath
    number: str


def decide(sought: Sought, party: Customer, rules: PartyRules, number: str | None) -> NumberBack | None:
    field = rules.write_number_to
    if field is None or number is None or field_text(field, sought) == number:
        return None
    return NumberBack(party, field, number)


async def write(ctx: StageContext, wanted: NumberBack | None) -> tuple[Notice, ...]:
    """Write it; answers a notice where the source refuses, since what stands in Fortnox stands all the same.

    Raises:
        Transient, ReconnectRequired: nothing is known to be wrong with the field; the run tries again.
    """
    writer = ctx.source.field_writer
    if writer is None or wanted is None:
        return ()
    field = wanted.field
    key = field.custom_key if field.is_custom else field.name
    try:
        await writer.write_fields(wanted.party.ref, {key: wanted.number})
    except ReconnectRequired:
        raise
    except UserAction as error:
        params = {"customer": wanted.party.name, "field": str(field), "number": wanted.number}
        return (Notice("number_not_written_back", {**params, "reason": reason_of(ctx, error)}),)
    ctx.checkpoint("write_back.sent")
    return ()
