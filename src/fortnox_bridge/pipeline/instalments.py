"""A deal that is paid in instalments, one draft each: its run starts one run for each of them (F63)."""

from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.document import DocumentKind, DocumentState
from fortnox_bridge.domain.errors import InvariantBroken, SourceDataInvalid
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.instalment import instalment_ref, is_instalment, only_instalment
from fortnox_bridge.domain.rules import DocumentRules, Instalments
from fortnox_bridge.domain.run import Notice, Skipped, TriggerKind
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.wanted import BY_A_PERSON


def is_split(deal: Deal, rules: DocumentRules) -> bool:
    """Whether the deal itself gets no document, because its instalments do."""
    return bool(deal.instalments) and not is_instalment(deal.ref) and rules.instalments is Instalments.ONE_DRAFT_EACH


async def start_each(ctx: StageContext, deal: Deal, kind: DocumentKind) -> Skipped:
    """Queue a run for every instalment that has no such document yet; after a crash again, and none twice."""
    await let_follow(ctx)
    for instalment in deal.instalments:
        ref = instalment_ref(deal.ref, instalment)
        if ctx.run.trigger in BY_A_PERSON or kind not in await _documented_kinds(ctx, ref):
            await _start(ctx, ref, kind)
    return Skipped("split_into_instalments", {"record": deal.title, "count": str(len(deal.instalments))})


async def let_follow(ctx: StageContext) -> None:
    """Drafts of a deal's instalments are edited and cancelled with it, as a draft of its own would be (F18, F61)."""
    rules = ctx.rules
    is_followed = rules.cancel.statuses or rules.cancel.stages or rules.document.follows_edits
    if ctx.run.trigger is not TriggerKind.WEBHOOK or not is_followed or is_instalment(ctx.run.source):
        return
    for ref in await ctx.documents.drafted_instalments(ctx.run.source):
        await _start(ctx, ref, None)


async def refuse_double(ctx: StageContext, deal: Deal) -> None:
    """A deal whose instalments have drafts must not be billed in full as well, whatever the settings say by now."""
    if is_instalment(deal.ref):
        return
    for instalment in deal.instalments:
        if await _documented_kinds(ctx, instalment_ref(deal.ref, instalment)):
            raise SourceDataInvalid("instalments_drafted", where=deal.url, record=deal.title)


def first_of(deal: Deal) -> tuple[Deal, Notice]:
    """What a preview shows of a deal that is split."""
    first = only_instalment(deal, instalment_ref(deal.ref, deal.instalments[0]))
    if first is None:
        raise InvariantBroken("instalment_missing", record=deal.title)
    return first, Notice("preview_first_instalment", {"record": deal.title, "count": str(len(deal.instalments))})


async def _start(ctx: StageContext, ref: SourceRef, kind: DocumentKind | None) -> None:
    await ctx.followers.start(ref, kind)
    ctx.checkpoint("instalment.started")


async def _documented_kinds(ctx: StageContext, ref: SourceRef) -> set[DocumentKind]:
    documents = await ctx.documents.documents_of(ref, ctx.run.key.generation)
    return {document.kind for document in documents if document.state in {DocumentState.CREATED, DocumentState.SENDING}}
