"""The fence: whoever writes for a run proves in the same transaction that it still is theirs."""

from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import LeaseLost, Run, RunState
from fortnox_bridge.storage.run_rows import to_run
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import run


async def hold(scoped: ScopedConnection, run_id: RunId, fence: int) -> Run:
    """Lock the run's row until the transaction ends; `LeaseLost` unless this fence still runs it.

    The lock leaves foreign keys to the row alone, so that events keep arriving meanwhile.
    """
    row = await scoped.first(
        scoped.select(run)
        .where(run.c.id == run_id, run.c.fence == fence, run.c.state == RunState.RUNNING)
        .with_for_update(key_share=True)
    )
    if row is None:
        raise LeaseLost(str(run_id))
    return to_run(row)
