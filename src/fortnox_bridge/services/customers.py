"""Customers by themselves: queueing their sync (F16), and whom a run could not choose among (F23)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from fortnox_bridge.domain.ids import ConnectionId, RunId
from fortnox_bridge.domain.run import BusinessKey, Run, RunTask, StageName, Step, TriggerKind
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.storage import SYSTEM, NewRun, Storage

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class CustomerName:
    """A customer record of the source: its kind and id."""

    kind: Literal["company", "contact"]
    external_id: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Fortnox customer that may be the one; `None` where a list row did not tell."""

    number: str
    name: str
    organisation_number: str | None
    city: str | None
    is_active: bool


class SyncCustomers:
    def __init__(
        self, *, storage: Storage, connections: Connections, deployment: Deployment, doorbell: Doorbell
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._deployment = deployment
        self._doorbell = doorbell

    async def __call__(
        self, connection_id: ConnectionId, records: Sequence[CustomerName], *, requested_by: str
    ) -> tuple[Run, ...]:
        """Queue one run for each record, in their order; a record that is queued already answers its run.

        All of them are queued, or none.
        """
        overview = await self._connections.get(connection_id)
        queued: list[Run] = []
        async with self._storage.unit(SYSTEM) as unit:
            for record in dict.fromkeys(records):
                key = BusinessKey(overview.source_account.id, record.kind, record.external_id, task=RunTask.CUSTOMER)
                wanted = NewRun(
                    id=RunId(self._deployment.new_id()),
                    key=key,
                    trigger=TriggerKind.MANUAL,
                    requested_by=requested_by,
                    connection_id=connection_id,
                )
                queued.append((await unit.runs.create_manual(wanted)).run)
            subject = f"{len(queued)} customers"
            await note_action(unit, self._deployment, requested_by, "customers.synced", subject, connection_id)
        self._doorbell.ring()
        return tuple(queued)


def candidates_of(steps: Iterable[Step]) -> tuple[Candidate, ...]:
    """Whom the run's last match could not choose among, or found inactive; empty when that was no question."""
    matches = [step for step in steps if step.stage is StageName.MATCH]
    decision = matches[-1].decision if matches else None
    data = decision.get("data") if isinstance(decision, Mapping) else None
    rows = data.get("candidates") if isinstance(data, Mapping) else None
    return tuple(_candidate(row) for row in rows or () if isinstance(row, Mapping))


def _candidate(row: Mapping[str, object]) -> Candidate:
    number, city = row.get("organisation_number"), row.get("city")
    return Candidate(
        number=str(row["number"]),
        name=str(row["name"]),
        organisation_number=str(number) if number else None,
        city=str(city) if city else None,
        is_active=row.get("is_active") is True,
    )
