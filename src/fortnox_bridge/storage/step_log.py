"""The step log: what each stage of a run saw and decided, in order."""

from sqlalchemy import func, select

from fortnox_bridge.domain.run import Step
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.tables import run_step


class StoredStepLog:
    def __init__(self, binding: RunBinding) -> None:
        self._binding = binding

    async def record(self, step: Step) -> None:
        run_id = self._binding.run.id
        # The fence locks the run's row, so that two steps of one run cannot take the same number.
        following = select(func.coalesce(func.max(run_step.c.sequence), 0) + 1).where(run_step.c.run_id == run_id)
        async with self._binding.writing() as db:
            await db.add(
                run_step,
                {
                    "run_id": run_id,
                    "sequence": following.scalar_subquery(),
                    "connection_id": self._binding.connection.id,
                    "stage": step.stage,
                    "attempt": step.attempt,
                    "input_hash": step.input_hash,
                    "facts": step.facts,
                    "decision": step.decision,
                    "started_at": step.started_at,
                    "duration_ms": step.duration_ms,
                    "error_code": step.error_code,
                },
            )
