"""Products by themselves: queueing their sync (F16)."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.run import Run, RunTask
from fortnox_bridge.services.records.record_sync import RecordSync

PRODUCT: Final = "product"


class SyncProducts(RecordSync):
    async def __call__(
        self, connection_id: ConnectionId, external_ids: Sequence[str], *, requested_by: str
    ) -> tuple[Run, ...]:
        """Queue one run for each product, in their order; a product that is queued already answers its run.

        All of them are queued, or none.
        """
        records = [(PRODUCT, external_id) for external_id in external_ids]
        return await self._queue(connection_id, RunTask.PRODUCT, records, requested_by=requested_by)
