"""Products by themselves: queueing their sync (F16)."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.domain.run import BusinessKey, Run, RunTask, TriggerKind
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.storage import SYSTEM, NewRun, Storage

MOST_AT_ONCE: Final = 200
PRODUCT: Final = "product"


class SyncProducts:
    def __init__(
        self, *, storage: Storage, connections: Connections, deployment: Deployment, doorbell: Doorbell
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._deployment = deployment
        self._doorbell = doorbell

    async def __call__(
        self, connection_id: ConnectionId, external_ids: Sequence[str], *, requested_by: str
    ) -> tuple[Run, ...]:
        """Queue one run for each product, in their order; a product that is queued already answers its run.

        All of them are queued, or none.
        """
        overview = await self._connections.get(connection_id)
        queued: list[Run] = []
        async with self._storage.unit(SYSTEM) as unit:
            for external_id in dict.fromkeys(external_ids):
                wanted = NewRun(
                    id=RunId(self._deployment.new_id()),
                    key=BusinessKey(overview.source_account.id, PRODUCT, external_id, task=RunTask.PRODUCT),
                    trigger=TriggerKind.MANUAL,
                    requested_by=requested_by,
                    connection_id=connection_id,
                )
                queued.append((await unit.runs.create_manual(wanted)).run)
            subject = f"{len(queued)} products"
            await note_action(unit, self._deployment, requested_by, "products.synced", subject, connection_id)
        self._doorbell.ring()
        return tuple(queued)
