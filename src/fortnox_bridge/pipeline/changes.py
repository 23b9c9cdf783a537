"""Changes in the source that concern Fortnox at once: of records that were used there before, where settings say so.

Nothing is created by a mere edit (F49).
"""

from fortnox_bridge.domain.link import LinkKind, LinkState
from fortnox_bridge.domain.rules import WhenChanged
from fortnox_bridge.domain.run import RunTask, Skipped, TriggerKind
from fortnox_bridge.pipeline.context import StageContext


async def unconcerned(ctx: StageContext) -> Skipped | None:
    """Why a change that the source told of is no work; decided without asking anybody outside."""
    if ctx.run.trigger is not TriggerKind.WEBHOOK:
        return None
    is_customer = ctx.run.key.task is RunTask.CUSTOMER
    when = ctx.rules.customers.when_changed if is_customer else ctx.rules.products.when_changed
    params = {"record": f"{ctx.run.source.kind} {ctx.run.source.external_id}"}
    if when is WhenChanged.NEXT_USE:
        return Skipped("change_at_next_use", params)
    link = await ctx.links.find(LinkKind.CUSTOMER if is_customer else LinkKind.ARTICLE, ctx.run.source)
    if link is None or link.state is not LinkState.LINKED:
        return Skipped("not_linked", params)
    return None
