"""What happens to drafts that stand, step by step: brought up to date, or cancelled with their deal (F18, F60, F61)."""

from dataclasses import replace

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.draft_plan import DraftPlan, KnownCustomer
from fortnox_bridge.domain.run import Done, Notice, StageName
from fortnox_bridge.pipeline import note_back, read
from fortnox_bridge.pipeline.articles.creation import remember_articles
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.create_draft import plan_hash
from fortnox_bridge.pipeline.document.cancellation import withdraw
from fortnox_bridge.pipeline.document.standing import KEPT
from fortnox_bridge.pipeline.document.touch import DraftTouched
from fortnox_bridge.pipeline.document.update import marker_of, update
from fortnox_bridge.pipeline.outcome import Skip
from fortnox_bridge.pipeline.phases import check_first, make_plan, read_deal, tell
from fortnox_bridge.pipeline.steps import Steps
from fortnox_bridge.pipeline.work import FinishNote, UpdateDraft


async def update_draft(ctx: StageContext, steps: Steps, head: DealHead, work: UpdateDraft) -> Done | FinishNote | Skip:
    """Bring the draft up to date; answers what is to be done instead when it says so already."""
    document = work.document
    deal = await read_deal(ctx, steps, head)
    # The deal qualified when the draft was made: its days count from then, whenever it is written again.
    then = replace(ctx, run=replace(ctx.run, created_at=document.created_at or ctx.run.created_at))
    planned = await make_plan(then, steps, deal, document.kind)
    plan = replace(planned.plan, marker=await marker_of(ctx, document))
    if work.otherwise is not None and _is_said(ctx, plan, document):
        return work.otherwise
    await check_first(ctx, steps, replace(planned, plan=plan))
    try:
        async with steps.stage(StageName.CREATE_DRAFT, plan) as step:
            document = await update(ctx, plan, planned.matched.customer, document)
            await remember_articles(ctx, planned.matched.articles)
            step.decided(document)
    except DraftTouched as touched:
        if work.is_asked:
            raise
        document = await _told_once(ctx, document, touched.notice)
    return await tell(ctx, steps, deal, document, is_rewrite=work.is_asked)


def _is_said(ctx: StageContext, plan: DraftPlan, document: Document) -> bool:
    """Whether the draft was last written with this very plan, and no other is half way over it."""
    if not isinstance(plan.customer, KnownCustomer) or document.pending_plan_hash is not None:
        return False
    return plan_hash(ctx, plan, plan.customer.number) == document.plan_hash


async def _told_once(ctx: StageContext, document: Document, *notices: Notice) -> Document:
    """The document with the notices that it does not have yet, so that the note tells each of them once."""
    known = {notice.code for notice in document.notices}
    new = tuple(notice for notice in notices if notice.code not in known)
    return await ctx.documents.mark_verified(document.id, document.notices + new) if new else document


async def withdraw_draft(ctx: StageContext, steps: Steps, head: DealHead, document: Document) -> Done:
    """Cancel the draft with its deal, or tell why it stands."""
    kept = Notice(KEPT, {"record": head.title, "kind": document.kind.value, "number": document.number or "…"})
    try:
        async with steps.stage(StageName.CREATE_DRAFT, document) as step:
            document = await withdraw(ctx, document)
            step.decided(document)
    except DraftTouched as touched:
        document = await _told_once(ctx, document, kept, touched.notice)
        return await tell(ctx, steps, await read.gather_deal(ctx, head), document, is_rewrite=False)
    async with steps.stage(StageName.NOTE_BACK, document) as step:
        notices = await note_back.tell_withdrawn(ctx, document, head, Notice("draft_withdrawn", dict(kept.params)))
        step.decided(notices)
    return Done(document.kind.value, document.number or "…", notices)
