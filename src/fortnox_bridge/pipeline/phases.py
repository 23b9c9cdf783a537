"""Stages that several ways through the pipeline share: read, plan, check, tell. Each is recorded as a step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fortnox_bridge.domain.deal import Deal, DealHead
from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan, NewCustomer
from fortnox_bridge.domain.rules import Attachments
from fortnox_bridge.domain.run import Done, Notice, StageName
from fortnox_bridge.pipeline import default_fill, instalments, note_back, preflight, read
from fortnox_bridge.pipeline import map as mapping
from fortnox_bridge.pipeline import match as matching
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document import attachments
from fortnox_bridge.pipeline.explain import plan_labels
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.owners import with_owner
from fortnox_bridge.pipeline.steps import Steps


@dataclass(frozen=True, slots=True)
class Planned:
    matched: Matched
    plan: DraftPlan
    payload: Mapping[str, object]
    labels: Mapping[str, str]


async def read_deal(ctx: StageContext, steps: Steps, head: DealHead) -> Deal:
    async with steps.stage(StageName.READ, head) as step:
        step.facts = whole = await with_owner(ctx, await read.gather_deal(ctx, head))
        deal = read.decide_deal(whole, ctx.rules.document).value
        step.decided({"lines": len(deal.lines)})
    return deal


async def deal_to_show(ctx: StageContext, head: DealHead) -> tuple[Deal, tuple[Notice, ...]]:
    """The deal that a document would be made of; of one that is split, its first instalment."""
    whole = await with_owner(ctx, await read.gather_deal(ctx, head))
    deal = read.decide_deal(whole, ctx.rules.document).value
    if not instalments.is_split(deal, ctx.rules.document):
        await instalments.refuse_double(ctx, deal)
        return deal, ()
    deal, first = instalments.first_of(deal)
    return deal, (first,)


async def check_first(ctx: StageContext, steps: Steps, planned: Planned) -> None:
    async with steps.stage(StageName.PREFLIGHT, planned.plan) as step:
        facts = step.facts = await preflight.gather(ctx, planned.plan, planned.matched.articles)
        step.decided({"blockers": len(preflight.decide(facts).value.findings)})


async def make_plan(ctx: StageContext, steps: Steps, deal: Deal, kind: DocumentKind) -> Planned:
    rules = ctx.rules
    async with steps.stage(StageName.MATCH, {"deal": deal, "rules": rules}) as step:
        match_facts = step.facts = await matching.gather(ctx, deal)
        matched = matching.decide(deal, match_facts, rules).value
        step.decided(matched)
    async with steps.stage(StageName.DEFAULT_FILL, {"deal": deal, "match": matched, "rules": rules}) as step:
        fill_facts = step.facts = await default_fill.gather(ctx, deal, matched.customer)
        filled = default_fill.decide(deal, matched, fill_facts, rules).value
        step.decided(filled)
    given = {"deal": deal, "match": matched, "fill": filled, "rules": rules}
    async with steps.stage(StageName.MAP, given) as step:
        map_facts = step.facts = await mapping.gather(ctx, deal, kind)
        plan = mapping.decide(deal, matched, filled, map_facts, rules).value
        number = "" if isinstance(plan.customer, NewCustomer) else plan.customer.number
        payload = ctx.fortnox.payload(plan, number)
        labels = await plan_labels(ctx, plan)
        step.decided({"plan": plan, "payload": payload, "labels": labels, "source": ctx.source_title})
    return Planned(matched, plan, payload, labels)


async def _attach(ctx: StageContext, steps: Steps, document: Document) -> Document:
    """The document with what must be told of its files."""
    if ctx.rules.document.attach is Attachments.NONE:
        return document
    async with steps.stage(StageName.ATTACH, document) as step:
        plan, notices = await attachments.attach(ctx, document)
        step.decided({"plan": plan, "notices": notices})
    return replace(document, notices=document.notices + notices)


async def tell(ctx: StageContext, steps: Steps, deal: Deal, document: Document, *, is_rewrite: bool) -> Done:
    document = await _attach(ctx, steps, document)
    async with steps.stage(StageName.NOTE_BACK, {"document": document, "deal": deal.ref}) as step:
        facts = step.facts = await note_back.gather(ctx, document)
        plan = note_back.decide(deal, facts, ctx.rules)
        step.decided(plan)
        notices = await note_back.write(ctx, document, plan, is_rewrite=is_rewrite)
    return Done(document.kind.value, document.number or "…", notices)
