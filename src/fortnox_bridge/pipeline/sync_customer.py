"""A customer by itself, without a document: read, matched, then created or brought up to date (F16).

The stages are the deal's; the write behind them is the same, so that a deal and a sync of one customer at the same
time make one customer.
"""

from dataclasses import dataclass

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.draft_plan import CustomerUpdate, KnownCustomer, NewCustomer
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import Change, Notice, RunTask, StageName, Synced, TriggerKind
from fortnox_bridge.pipeline import default_fill
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers import matching, number_back
from fortnox_bridge.pipeline.customers.creation import ensure_customer
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.customers.party import party_of
from fortnox_bridge.pipeline.customers.updates import as_updated
from fortnox_bridge.pipeline.default_fill import FillFacts
from fortnox_bridge.pipeline.explain import brought_to_outcome
from fortnox_bridge.pipeline.steps import Steps
from fortnox_bridge.pipeline.vat.sale import SaleBasis


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """What the customer in Fortnox shall be; `update` None: nothing differs, or there is none yet."""

    customer: KnownCustomer | NewCustomer
    update: CustomerUpdate | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def change(self) -> Change:
        if isinstance(self.customer, NewCustomer):
            return Change.CREATED
        return Change.UNCHANGED if self.update is None else Change.UPDATED


async def run(ctx: StageContext) -> Synced:
    """Bring the one customer up to date.

    Raises:
        BridgeError: by taxonomy; repeating the run repeats no effect.
        LeaseLost: the run belongs to somebody else.
    """
    return await brought_to_outcome(ctx, _run(ctx))


def decide(party: Customer, match: CustomerMatch, facts: FillFacts, rules: SyncRules) -> CustomerPlan:
    """A new customer is sold nothing yet, so that their VAT type is that of what the company sells by default."""
    if match.record is None:
        basis = SaleBasis(frozenset({rules.vat.default_kind}), where=party.url, record=party.name)
        filled = default_fill.new_customer(party, match, basis, facts, rules)
        return CustomerPlan(filled.customer, notices=filled.notices)
    update = default_fill.changed_card(party, match, match.record, facts, rules)
    record = as_updated(match.record, update)
    return CustomerPlan(KnownCustomer(record.number, record.name, record.organisation_number, party.ref), update)


async def _run(ctx: StageContext) -> Synced:
    steps, rules = Steps(ctx), ctx.rules
    async with steps.stage(StageName.READ, {"source": ctx.run.source}) as step:
        party = step.facts = await _read(ctx)
    async with steps.stage(StageName.MATCH, {"customer": party, "rules": rules.customers}) as step:
        # Who asks for this very customer wants it compared with Fortnox as it is now, not as it was last seen.
        facts = step.facts = await matching.gather(ctx, party, afresh=ctx.run.trigger is TriggerKind.MANUAL)
        match = matching.decide(party, facts, rules.customers)
        step.decided(match)
    async with steps.stage(StageName.DEFAULT_FILL, {"customer": party, "match": match, "rules": rules}) as step:
        fill_facts = step.facts = await default_fill.gather(ctx, party, match)
        plan = decide(party, match, fill_facts, rules)
        step.decided(plan)
    async with steps.stage(StageName.SYNC, plan) as step:
        customer = await ensure_customer(ctx, plan.customer, match, plan.update)
        step.decided(customer)
    async with steps.stage(StageName.NOTE_BACK, {"customer": customer}) as step:
        _, party_rules = party_of(party, rules.customers)
        wanted = number_back.decide(party, party, party_rules, customer.number)
        refused = await number_back.write(ctx, wanted)
        step.decided({"number_back": wanted, "notices": refused})
    fields = tuple(sorted(plan.update.fields)) if plan.update else ()
    return Synced(RunTask.CUSTOMER, customer.number, plan.change, fields, (*match.notices, *plan.notices, *refused))


async def _read(ctx: StageContext) -> Customer:
    if ctx.source.customers is None:
        raise SettingsInvalid("customers_not_readable", system=ctx.source_title)
    return await ctx.source.customers.read_customer(ctx.run.source)
