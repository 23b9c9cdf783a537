"""Cancellation: a deal that is lost takes its untouched draft with it (F18).

First the intent: whatever dies in between, the next run knows that the draft was to go, and looks before it acts. A
deal that is won again gets a new draft in the same place.
"""

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentState
from fortnox_bridge.domain.errors import InvariantBroken
from fortnox_bridge.domain.rules import CancelRule
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.touch import DraftTouched, decide


def is_called_for(rule: CancelRule, head: DealHead) -> bool:
    if head.status in rule.statuses:
        return True
    stage = head.stage
    return stage is not None and any(
        place.stage_id == stage.id and stage.pipeline_id in {None, place.pipeline_id} for place in rule.stages
    )


async def withdraw(ctx: StageContext, document: Document) -> Document:
    """Cancel the draft; one that somebody else cancelled stays so.

    Raises:
        DraftTouched: somebody took it over; it stands as before.
    """
    if document.number is None:
        raise InvariantBroken("ledger_broken", detail="a draft without a number")
    is_begun = document.state is DocumentState.WITHDRAWN
    was_there: list[bool] = []

    def check(now: CreatedDocument | None) -> None:
        was_there.append(now is not None and not now.is_cancelled)
        if now is None or now.is_cancelled:
            return
        notice = decide(document, now)
        if notice is not None:
            raise DraftTouched(notice.code, **notice.params)

    if not is_begun:
        await ctx.documents.mark_withdrawn(document.id)
    ctx.checkpoint("cancel.intent_committed")
    try:
        await ctx.fortnox.cancel_document(document.kind, document.number, check=check)
    except DraftTouched:
        await ctx.documents.mark_kept(document.id)
        raise
    ctx.checkpoint("cancel.put")
    cancelled = await ctx.documents.mark_cancelled(document.id)
    if not is_begun and not was_there[0]:
        # A person was quicker. What a person removed is never made again by itself.
        await ctx.documents.mark_removed(document.id)
    ctx.checkpoint("cancel.recorded")
    return cancelled
