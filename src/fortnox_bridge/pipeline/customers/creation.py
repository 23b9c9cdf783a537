"""Create draft, the customer: one per source record, however many runs want it and whatever answers are lost.

The link row is the right to create; the marker in the customer's external reference proves afterwards that we made
it (facts: reliability 4.3).
"""

from dataclasses import replace

from fortnox_bridge.domain.draft_plan import CustomerUpdate, KnownCustomer, NewCustomer
from fortnox_bridge.domain.errors import InvariantBroken, LockHeld, OutcomeUnknown, RateLimited, UserAction
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.link import Link, LinkKind, LinkState
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.quarantine import Resend, Wait, decide_miss
from fortnox_bridge.pipeline.sending import refuse_late, send_deadline
from fortnox_bridge.sdk import NotSent

_KIND = LinkKind.CUSTOMER
_SEARCHED = (
    (CustomerKey.ORGANISATION_NUMBER, CustomerField.ORGANISATION_NUMBER),
    (CustomerKey.EMAIL, CustomerField.EMAIL),
    (CustomerKey.NAME, CustomerField.NAME),
)


async def ensure_customer(
    ctx: StageContext,
    customer: KnownCustomer | NewCustomer,
    match: CustomerMatch,
    update: CustomerUpdate | None = None,
) -> KnownCustomer:
    """The customer to put on the document, up to date and remembered for next time."""
    if match.party.former_ids:
        await ctx.links.adopt(_KIND, match.party.ref, match.party.former_ids)
    if isinstance(customer, KnownCustomer):
        if match.record is not None and not match.is_remembered:
            await ctx.links.link(_KIND, match.party.ref, match.record, is_picked=match.is_picked)
        return customer if update is None else await _update(ctx, update, match.party.ref)
    link = await _claim(ctx, customer, match)
    if link.state is LinkState.LINKED:
        if not isinstance(link.record, CustomerRecord):
            raise InvariantBroken("link_without_record", source=str(customer.source))
        return _known(link.record, customer.source)
    if link.owner != ctx.run.id:
        raise LockHeld(
            "customer_being_created",
            retry_after_s=ctx.timing.intent_wait_s,
            customer=customer.fields[CustomerField.NAME],
        )
    customer = replace(customer, marker=link.marker or customer.marker)
    record = await _recover(ctx, customer, link) if link.state is LinkState.SENDING else None
    return _known(record or await _create(ctx, customer), customer.source)


async def _update(ctx: StageContext, update: CustomerUpdate, source: SourceRef) -> KnownCustomer:
    """No intent goes before it: the same change made twice is made once."""
    record = await ctx.fortnox.update_customer(update)
    ctx.checkpoint("customer.updated")
    await ctx.links.link(_KIND, source, record)
    return _known(record, source)


async def _claim(ctx: StageContext, customer: NewCustomer, match: CustomerMatch) -> Link:
    link = await ctx.links.claim(_KIND, customer.source, customer.marker)
    if link.state is LinkState.LINKED and match.broken_number is not None and link.number == match.broken_number:
        await ctx.links.forget(_KIND, customer.source)
        return await ctx.links.claim(_KIND, customer.source, customer.marker)
    return link


async def _create(ctx: StageContext, customer: NewCustomer) -> CustomerRecord:
    send_before = send_deadline(ctx)
    link = await ctx.links.mark_sending(_KIND, customer.source)
    ctx.checkpoint("customer.intent_committed")
    try:
        refuse_late(ctx, send_before)
        record = await ctx.fortnox.create_customer(customer)
    except (UserAction, RateLimited, NotSent):
        # Refused for certain, so nobody has to wait for a customer that cannot appear.
        await ctx.links.release(_KIND, customer.source)
        raise
    except OutcomeUnknown as error:
        found = await _find_ours(ctx, customer)
        if found is None:
            raise _unknown(ctx, customer, link) from error
        record = found
    ctx.checkpoint("customer.posted")
    return await _remember(ctx, customer, record)


async def _recover(ctx: StageContext, customer: NewCustomer, link: Link) -> CustomerRecord | None:
    """What became of a POST whose answer we do not have; None: for certain nothing, so it may be sent again."""
    found = await _find_ours(ctx, customer)
    if found is not None:
        return await _remember(ctx, customer, found)
    decision = decide_miss(link.sent_at, link.first_missed_at, ctx.clock.now(), ctx.timing)
    if isinstance(decision, Resend):
        return None
    if decision.is_first_late_miss:
        await ctx.links.mark_missed(_KIND, customer.source)
    raise _unknown(ctx, customer, link, decision)


async def _find_ours(ctx: StageContext, customer: NewCustomer) -> CustomerRecord | None:
    """The customer that carries our marker, by every field that Fortnox can search and we have sent."""
    number = customer.fields.get(CustomerField.CUSTOMER_NUMBER)
    if number:
        taken = await ctx.fortnox.get_customer(number)
        return taken if taken and taken.external_reference == customer.marker else None
    for key, target in _SEARCHED:
        value = customer.fields.get(target)
        if value:
            for hit in await ctx.fortnox.find_customers(key, value):
                if hit.external_reference == customer.marker:
                    return hit
    return None


async def _remember(ctx: StageContext, customer: NewCustomer, record: CustomerRecord) -> CustomerRecord:
    await ctx.links.link(_KIND, customer.source, record)
    ctx.checkpoint("customer.recorded")
    return record


def _unknown(ctx: StageContext, customer: NewCustomer, link: Link, wait: Wait | None = None) -> OutcomeUnknown:
    if wait is None:
        decision = decide_miss(link.sent_at, link.first_missed_at, ctx.clock.now(), ctx.timing)
        wait = decision if isinstance(decision, Wait) else Wait(ctx.timing.second_look_s)
    return OutcomeUnknown(
        "customer_outcome_unknown", retry_after_s=wait.seconds, customer=customer.fields[CustomerField.NAME]
    )


def _known(record: CustomerRecord, source: SourceRef) -> KnownCustomer:
    return KnownCustomer(record.number, record.name, record.organisation_number, source)
