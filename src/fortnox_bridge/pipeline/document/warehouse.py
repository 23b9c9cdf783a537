"""Marking a draft ready for Fortnox's warehouse module (F66)."""

from fortnox_bridge.domain.document import CreatedDocument
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext


async def mark_ready(ctx: StageContext, plan: DraftPlan, created: CreatedDocument) -> tuple[Notice, ...]:
    """Mark it where the plan wants it. A refusal takes nothing back: the draft stands, and the cause is told."""
    if not plan.is_warehouse_ready or created.is_warehouse_ready:
        return ()
    try:
        await ctx.fortnox.mark_warehouse_ready(created.number)
    except UserAction as error:
        cause = error.params.get("message") or error.code
        return (Notice("warehouse_not_ready", {"number": created.number, "message": cause}),)
    ctx.checkpoint("draft.warehouse_ready")
    return ()
