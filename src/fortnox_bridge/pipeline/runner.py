"""The way a deal takes, stage by stage. Errors go out to the caller, who decides about retrying and parking."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fortnox_bridge.domain.deal import Deal, DealHead
from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.draft_plan import DraftPlan, KnownCustomer, NewCustomer
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.rules import Attachments
from fortnox_bridge.domain.run import Done, Notice, Skipped, StageName
from fortnox_bridge.pipeline import create_draft, default_fill, note_back, preflight, read
from fortnox_bridge.pipeline import map as mapping
from fortnox_bridge.pipeline import match as matching
from fortnox_bridge.pipeline.articles.creation import remember_articles
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.create_draft import plan_hash
from fortnox_bridge.pipeline.document import attachments
from fortnox_bridge.pipeline.document.cancellation import withdraw
from fortnox_bridge.pipeline.document.conversion import convert
from fortnox_bridge.pipeline.document.standing import KEPT
from fortnox_bridge.pipeline.document.touch import DraftTouched
from fortnox_bridge.pipeline.document.update import marker_of, update
from fortnox_bridge.pipeline.explain import explained, plan_labels
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.outcome import Proceed, Skip
from fortnox_bridge.pipeline.owners import with_owner
from fortnox_bridge.pipeline.read_facts import HeadFacts
from fortnox_bridge.pipeline.steps import Steps
from fortnox_bridge.pipeline.wanted import wanted_kind
from fortnox_bridge.pipeline.work import ConvertOrder, FinishNote, MakeDraft, UpdateDraft, WithdrawDraft, Work


@dataclass(frozen=True, slots=True)
class Planned:
    matched: Matched
    plan: DraftPlan
    payload: Mapping[str, object]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """The document as it would be, with the matches it rests on. The payload lacks a number not yet issued.

    `labels` are what users call the source's own fields that it draws from, `source` what they call the source.
    """

    plan: DraftPlan
    payload: Mapping[str, object]
    labels: Mapping[str, str]
    source: str
    matched: Matched
    notices: tuple[Notice, ...]


async def run(ctx: StageContext) -> Done | Skipped:
    """Do the run's work, or find that there is none.

    Raises:
        BridgeError: by taxonomy; every stage that went well before is recorded and will not be repeated in effect.
        LeaseLost: the run belongs to somebody else.
    """
    try:
        outcome = await _run(ctx)
    except UserAction as error:
        raise await explained(ctx, error) from error
    ctx.checkpoint("run.outcome_ready")
    return outcome


async def preview(ctx: StageContext) -> Preview:
    """The same pipeline stopped after map: nothing is written, neither at a vendor nor in our ledgers."""
    steps = Steps(ctx, is_kept=False)
    try:
        facts = await read.gather_head(ctx)
        kind = wanted_kind(facts.head.stage, facts.documents, ctx.run, ctx.rules)
        notices: tuple[Notice, ...] = ()
        if kind is None:
            kind = ctx.rules.triggers[0].document_kind if ctx.rules.triggers else DocumentKind.INVOICE
            notices = (Notice("preview_without_rule", {"record": facts.head.title, "kind": kind.value}),)
        deal = read.decide_deal(await with_owner(ctx, await read.gather_deal(ctx, facts.head))).value
        planned = await _plan(ctx, steps, deal, kind)
        await _preflight(ctx, steps, planned)
    except UserAction as error:
        raise await explained(ctx, error) from error
    return _seen(ctx, planned, notices)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would make of the deal, or why nothing."""

    head: DealHead
    outcome: Preview | Skip


async def forecast(ctx: StageContext) -> Forecast:
    """What a run would do now, documents that stand and closed deals considered. Nothing is written either."""
    steps = Steps(ctx, is_kept=False)
    try:
        facts = await read.gather_head(ctx)
        outcome = read.decide_head(facts, ctx.run, ctx.rules)
        work = outcome.value if isinstance(outcome, Proceed) else outcome
        match work:
            case Skip():
                return Forecast(facts.head, work)
            case MakeDraft(otherwise=None, is_detour=False):
                kind = work.kind
            case ConvertOrder():
                kind = DocumentKind.INVOICE
            case _:
                return Forecast(facts.head, _stands(facts))
        deal = read.decide_deal(await read.gather_deal(ctx, facts.head)).value
        planned = await _plan(ctx, steps, deal, kind)
        await _preflight(ctx, steps, planned)
    except UserAction as error:
        raise await explained(ctx, error) from error
    return Forecast(facts.head, _seen(ctx, planned))


def _seen(ctx: StageContext, planned: Planned, notices: tuple[Notice, ...] = ()) -> Preview:
    told = notices + planned.plan.notices
    return Preview(planned.plan, planned.payload, planned.labels, ctx.source_title, planned.matched, told)


def _stands(facts: HeadFacts) -> Skip:
    """A document was begun before: what is left to do with it makes no new one."""
    document = facts.documents[-1]
    params = {"record": facts.head.title, "kind": document.kind.value, "number": document.number or "…"}
    return Skip("already_documented", params)


async def _run(ctx: StageContext) -> Done | Skipped:
    steps = Steps(ctx)
    while True:
        facts, work = await _read_head(ctx, steps)
        if isinstance(work, Skip):
            return Skipped(work.reason, work.params)
        outcome = await _carry_out(ctx, steps, facts.head, work)
        if not (isinstance(work, MakeDraft) and work.is_detour):
            return outcome
        ctx = replace(ctx, head=None)


async def _read_head(ctx: StageContext, steps: Steps) -> tuple[HeadFacts, Work | Skip]:
    async with steps.stage(StageName.READ, {"source": ctx.run.source, "rules": ctx.rules.revision}) as step:
        facts = step.facts = await read.gather_head(ctx)
        outcome = read.decide_head(facts, ctx.run, ctx.rules)
        step.decided(outcome)
    return facts, outcome.value if isinstance(outcome, Proceed) else outcome


async def _read_deal(ctx: StageContext, steps: Steps, head: DealHead) -> Deal:
    async with steps.stage(StageName.READ, head) as step:
        deal = step.facts = await with_owner(ctx, await read.gather_deal(ctx, head))
        read.decide_deal(deal)
        step.decided({"lines": len(deal.lines)})
    return deal


async def _carry_out(ctx: StageContext, steps: Steps, head: DealHead, work: Work) -> Done | Skipped:
    match work:
        case FinishNote():
            deal = await read.gather_deal(ctx, head)
            return await _tell(ctx, steps, deal, work.document, is_rewrite=work.is_rewrite)
        case ConvertOrder():
            async with steps.stage(StageName.CREATE_DRAFT, work) as step:
                document = await convert(ctx, work)
                step.decided(document)
            deal = await read.gather_deal(ctx, head)
            return await _tell(ctx, steps, deal, document, is_rewrite=False)
        case MakeDraft():
            return await _make(ctx, steps, head, work)
        case UpdateDraft():
            return await _update(ctx, steps, head, work)
        case WithdrawDraft():
            return await _withdraw(ctx, steps, head, work.document)


async def _update(ctx: StageContext, steps: Steps, head: DealHead, work: UpdateDraft) -> Done | Skipped:
    document = work.document
    deal = await _read_deal(ctx, steps, head)
    # The deal qualified when the draft was made: its days count from then, whenever it is written again.
    then = replace(ctx, run=replace(ctx.run, created_at=document.created_at or ctx.run.created_at))
    planned = await _plan(then, steps, deal, document.kind)
    plan = replace(planned.plan, marker=marker_of(ctx, document))
    if work.otherwise is not None and _is_said(ctx, plan, document):
        return await _carry_out_or_skip(ctx, steps, head, work.otherwise)
    await _preflight(ctx, steps, replace(planned, plan=plan))
    try:
        async with steps.stage(StageName.CREATE_DRAFT, plan) as step:
            document = await update(ctx, plan, planned.matched.customer, document)
            await remember_articles(ctx, planned.matched.articles)
            step.decided(document)
    except DraftTouched as touched:
        if work.is_asked:
            raise
        document = await _told_once(ctx, document, touched.notice)
    return await _tell(ctx, steps, deal, document, is_rewrite=work.is_asked)


def _is_said(ctx: StageContext, plan: DraftPlan, document: Document) -> bool:
    """Whether the draft was last written with this very plan, and no other is half way over it."""
    if not isinstance(plan.customer, KnownCustomer) or document.pending_plan_hash is not None:
        return False
    return plan_hash(ctx, plan, plan.customer.number) == document.plan_hash


async def _carry_out_or_skip(ctx: StageContext, steps: Steps, head: DealHead, work: Work | Skip) -> Done | Skipped:
    if isinstance(work, Skip):
        return Skipped(work.reason, work.params)
    return await _carry_out(ctx, steps, head, work)


async def _told_once(ctx: StageContext, document: Document, *notices: Notice) -> Document:
    """The document with the notices that it does not have yet, so that the note tells each of them once."""
    known = {notice.code for notice in document.notices}
    new = tuple(notice for notice in notices if notice.code not in known)
    return await ctx.documents.mark_verified(document.id, document.notices + new) if new else document


async def _withdraw(ctx: StageContext, steps: Steps, head: DealHead, document: Document) -> Done:
    kept = Notice(KEPT, {"record": head.title, "kind": document.kind.value, "number": document.number or "…"})
    try:
        async with steps.stage(StageName.CREATE_DRAFT, document) as step:
            document = await withdraw(ctx, document)
            step.decided(document)
    except DraftTouched as touched:
        document = await _told_once(ctx, document, kept, touched.notice)
        return await _tell(ctx, steps, await read.gather_deal(ctx, head), document, is_rewrite=False)
    async with steps.stage(StageName.NOTE_BACK, document) as step:
        notices = await note_back.tell_withdrawn(ctx, document, head, Notice("draft_withdrawn", dict(kept.params)))
        step.decided(notices)
    return Done(document.kind.value, document.number or "…", notices)


async def _make(ctx: StageContext, steps: Steps, head: DealHead, work: MakeDraft) -> Done | Skipped:
    earlier = work.document
    if earlier is not None and earlier.state is DocumentState.SENDING:
        # First of all: whether it stands already decides everything else, and costs one call.
        async with steps.stage(StageName.CREATE_DRAFT, earlier) as step:
            found = await create_draft.resolve(ctx, earlier)
            step.decided(found or {"found": False})
        earlier = found or earlier
    if work.otherwise is not None:
        return await _close(ctx, steps, head, earlier, work.otherwise)
    deal = await _read_deal(ctx, steps, head)
    planned = await _plan(ctx, steps, deal, work.kind)
    if earlier is None or earlier.state is not DocumentState.CREATED:
        await _preflight(ctx, steps, planned)
    async with steps.stage(StageName.CREATE_DRAFT, planned.plan) as step:
        document = await create_draft.create(ctx, planned.plan, planned.matched.customer, earlier)
        await remember_articles(ctx, planned.matched.articles)
        step.decided(document)
    return await _tell(ctx, steps, deal, document, is_rewrite=False)


async def _preflight(ctx: StageContext, steps: Steps, planned: Planned) -> None:
    async with steps.stage(StageName.PREFLIGHT, planned.plan) as step:
        facts = step.facts = await preflight.gather(ctx, planned.plan, planned.matched.articles)
        step.decided({"blockers": len(preflight.decide(facts).value.findings)})


async def _close(
    ctx: StageContext, steps: Steps, head: DealHead, document: Document | None, otherwise: Skip
) -> Done | Skipped:
    """The deal no longer asks for a draft, but one may have been made before it changed its mind."""
    if document is None or document.state is not DocumentState.CREATED:
        # A number that it may have is of one that we cancelled before.
        if document is not None:
            await ctx.documents.mark_rejected(document.id)
        return Skipped(otherwise.reason, otherwise.params)
    notice = Notice("draft_of_closed_deal", {"record": head.title})
    document = await ctx.documents.mark_verified(document.id, (*document.notices, notice))
    ctx.checkpoint("draft.verified")
    return await _tell(ctx, steps, await read.gather_deal(ctx, head), document, is_rewrite=False)


async def _plan(ctx: StageContext, steps: Steps, deal: Deal, kind: DocumentKind) -> Planned:
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


async def _tell(ctx: StageContext, steps: Steps, deal: Deal, document: Document, *, is_rewrite: bool) -> Done:
    document = await _attach(ctx, steps, document)
    async with steps.stage(StageName.NOTE_BACK, {"document": document, "deal": deal.ref}) as step:
        facts = step.facts = await note_back.gather(ctx, document)
        plan = note_back.decide(deal, facts, ctx.rules)
        step.decided(plan)
        notices = await note_back.write(ctx, document, plan, is_rewrite=is_rewrite)
    return Done(document.kind.value, document.number or "…", notices)
