"""Queueing runs that bring single records of the source up to date in Fortnox, without a document (F16)."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.domain.run import BusinessKey, Run, RunTask, TriggerKind
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.storage import SYSTEM, NewRun, Storage

MOST_AT_ONCE: Final = 200


class RecordSync:
    """What the syncs of customers and of products have in common."""

    def __init__(
        self, *, storage: Storage, connections: Connections, deployment: Deployment, doorbell: Doorbell
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._deployment = deployment
        self._doorbell = doorbell

    async def _queue(
        self, connection_id: ConnectionId, task: RunTask, records: Sequence[tuple[str, str]], *, requested_by: str
    ) -> tuple[Run, ...]:
        """One run for each (kind, id), in their order; a record that is queued already answers its run.

        All of them are queued, or none.
        """
        overview = await self._connections.get(connection_id)
        queued: list[Run] = []
        async with self._storage.unit(SYSTEM) as unit:
            for kind, external_id in dict.fromkeys(records):
                wanted = NewRun(
                    id=RunId(self._deployment.new_id()),
                    key=BusinessKey(overview.source_account.id, kind, external_id, task=task),
                    trigger=TriggerKind.MANUAL,
                    requested_by=requested_by,
                    connection_id=connection_id,
                )
                queued.append((await unit.runs.create_manual(wanted)).run)
            subject = f"{len(queued)} {task.value}s"
            await note_action(unit, self._deployment, requested_by, f"{task.value}s.synced", subject, connection_id)
        self._doorbell.ring()
        return tuple(queued)
