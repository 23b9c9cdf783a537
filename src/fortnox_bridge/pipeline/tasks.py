"""Which way a run takes: a deal's document, or a customer by itself."""

from fortnox_bridge.domain.run import Done, RunTask, Skipped, Synced
from fortnox_bridge.pipeline import runner, sync_customer
from fortnox_bridge.pipeline.context import StageContext


async def carry_out(ctx: StageContext) -> Done | Synced | Skipped:
    """Do the run's work, or find that there is none.

    Raises:
        BridgeError: by taxonomy; every effect that was had will not be repeated.
        LeaseLost: the run belongs to somebody else.
    """
    if ctx.run.key.task is RunTask.CUSTOMER:
        return await sync_customer.run(ctx)
    return await runner.run(ctx)
