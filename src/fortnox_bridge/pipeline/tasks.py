"""Which way a run takes: a deal's document, or a customer or product by itself."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fortnox_bridge.domain.run import Done, RunTask, Skipped, Synced
from fortnox_bridge.pipeline import runner, sync_customer, sync_product
from fortnox_bridge.pipeline.changes import unconcerned
from fortnox_bridge.pipeline.context import StageContext

_BY_THEMSELVES: Final[Mapping[RunTask, Callable[[StageContext], Awaitable[Synced]]]] = {
    RunTask.CUSTOMER: sync_customer.run,
    RunTask.PRODUCT: sync_product.run,
}


async def carry_out(ctx: StageContext) -> Done | Synced | Skipped:
    """Do the run's work, or find that there is none.

    Raises:
        BridgeError: by taxonomy; every effect that was had will not be repeated.
        LeaseLost: the run belongs to somebody else.
    """
    if ctx.run.key.task is RunTask.DOCUMENT:
        return await runner.run(ctx)
    return await unconcerned(ctx) or await _BY_THEMSELVES[ctx.run.key.task](ctx)
