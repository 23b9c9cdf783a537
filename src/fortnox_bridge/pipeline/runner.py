"""The way a deal takes, stage by stage. Errors go out to the caller, who decides about retrying and parking."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.run import Done, Notice, Skipped, StageName
from fortnox_bridge.pipeline import create_draft, instalments, merged, read
from fortnox_bridge.pipeline.articles.creation import remember_articles
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.conversion import convert
from fortnox_bridge.pipeline.explain import brought_to_outcome, explained
from fortnox_bridge.pipeline.living import update_draft, withdraw_draft
from fortnox_bridge.pipeline.match import Matched
from fortnox_bridge.pipeline.outcome import Proceed, Skip
from fortnox_bridge.pipeline.phases import Planned, check_first, deal_to_show, make_plan, read_deal, tell
from fortnox_bridge.pipeline.read_facts import HeadFacts
from fortnox_bridge.pipeline.steps import Steps
from fortnox_bridge.pipeline.wanted import wanted_kind
from fortnox_bridge.pipeline.work import ConvertOrder, FinishNote, MakeDraft, UpdateDraft, WithdrawDraft, Work


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
    return await brought_to_outcome(ctx, _run(ctx))


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
        deal, told = await deal_to_show(ctx, facts.head)
        notices += told
        planned = await make_plan(ctx, steps, deal, kind)
        await check_first(ctx, steps, planned)
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
        deal, notices = await deal_to_show(ctx, facts.head)
        planned = await make_plan(ctx, steps, deal, kind)
        await check_first(ctx, steps, planned)
    except UserAction as error:
        raise await explained(ctx, error) from error
    return Forecast(facts.head, _seen(ctx, planned, notices))


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
            await instalments.let_follow(ctx)
            return Skipped(work.reason, work.params)
        outcome = await _carry_out(ctx, steps, facts.head, work)
        if not (isinstance(work, MakeDraft) and work.is_detour):
            return outcome
        ctx = replace(ctx, head=None)


async def _read_head(ctx: StageContext, steps: Steps) -> tuple[HeadFacts, Work | Skip]:
    async with steps.stage(StageName.READ, {"source": ctx.run.source, "rules": ctx.rules.revision}) as step:
        head = ctx.head or await ctx.source.deals.read_head(ctx.run.source)
        away = await merged.take_over(ctx, head)
        if away is not None:
            step.decided(away)
            return HeadFacts(head, (), None, (), can_note=False), away
        facts = step.facts = await read.gather_head(replace(ctx, head=head))
        outcome = read.decide_head(facts, ctx.run, ctx.rules)
        step.decided(outcome)
    return facts, outcome.value if isinstance(outcome, Proceed) else outcome


async def _carry_out(ctx: StageContext, steps: Steps, head: DealHead, work: Work) -> Done | Skipped:
    match work:
        case FinishNote():
            deal = await read.gather_deal(ctx, head)
            return await tell(ctx, steps, deal, work.document, is_rewrite=work.is_rewrite)
        case ConvertOrder():
            async with steps.stage(StageName.CREATE_DRAFT, work) as step:
                document = await convert(ctx, work)
                step.decided(document)
            deal = await read.gather_deal(ctx, head)
            return await tell(ctx, steps, deal, document, is_rewrite=False)
        case MakeDraft():
            return await _make(ctx, steps, head, work)
        case UpdateDraft():
            outcome = await update_draft(ctx, steps, head, work)
            return outcome if isinstance(outcome, Done) else await _instead(ctx, steps, head, outcome)
        case WithdrawDraft():
            return await withdraw_draft(ctx, steps, head, work.document)


async def _instead(ctx: StageContext, steps: Steps, head: DealHead, work: FinishNote | Skip) -> Done | Skipped:
    if isinstance(work, Skip):
        return Skipped(work.reason, work.params)
    return await _carry_out(ctx, steps, head, work)


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
    deal = await read_deal(ctx, steps, head)
    is_made = earlier is not None and earlier.state is DocumentState.CREATED
    if not is_made and instalments.is_split(deal, ctx.rules.document):
        return await instalments.start_each(ctx, deal, work.kind)
    if not is_made:
        await instalments.refuse_double(ctx, deal)
    planned = await make_plan(ctx, steps, deal, work.kind)
    if earlier is not None:
        # Of a deal that was merged since, the marker is the one it was sent with.
        planned = replace(planned, plan=replace(planned.plan, marker=earlier.marker))
    if not is_made:
        await check_first(ctx, steps, planned)
    async with steps.stage(StageName.CREATE_DRAFT, planned.plan) as step:
        document = await create_draft.create(ctx, planned.plan, planned.matched.customer, earlier)
        await remember_articles(ctx, planned.matched.articles)
        step.decided(document)
    return await tell(ctx, steps, deal, document, is_rewrite=False)


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
    return await tell(ctx, steps, await read.gather_deal(ctx, head), document, is_rewrite=False)
