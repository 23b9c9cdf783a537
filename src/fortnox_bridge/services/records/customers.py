"""Customers by themselves: queueing their sync (F16), and whom a run could not choose among (F23)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.run import Run, RunTask, StageName, Step
from fortnox_bridge.services.records.record_sync import RecordSync


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


class SyncCustomers(RecordSync):
    async def __call__(
        self, connection_id: ConnectionId, records: Sequence[CustomerName], *, requested_by: str
    ) -> tuple[Run, ...]:
        """Queue one run for each record, in their order; a record that is queued already answers its run.

        All of them are queued, or none.
        """
        named = [(record.kind, record.external_id) for record in records]
        return await self._queue(connection_id, RunTask.CUSTOMER, named, requested_by=requested_by)


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
