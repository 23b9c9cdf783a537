"""Runs as workers see them: claimed under a lease, held by a fence, ended or put back (facts: reliability 4.2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select, update
from sqlalchemy.exc import IntegrityError

from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, RunId
from fortnox_bridge.domain.run import (
    Done,
    LeaseLost,
    Parked,
    QueueStanding,
    Retry,
    Run,
    RunOutcome,
    RunState,
    Skipped,
    Synced,
    TriggerKind,
)
from fortnox_bridge.storage.fence import hold
from fortnox_bridge.storage.repositories.fair_order import next_runs
from fortnox_bridge.storage.run_rows import has_key, to_run
from fortnox_bridge.storage.scoped import ScopedConnection, broken_rule
from fortnox_bridge.storage.tables import connection, event, run, run_step

# The reason of a run that gave way to a queued one of its key instead of being queued again beside it.
SUPERSEDED: Final = "superseded"
# Looked at beyond what is wanted, since other workers take some in the same instant.
_SPARE: Final = 4


class RunQueue:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def claim(self, limit: int, lease_s: float, *, per_account: int = 1000) -> tuple[Run, ...]:
        """Take up to `limit` due runs, fairly among source accounts, none of which has more than `per_account`.

        Never one whose deal, or other record, is being worked on.
        """
        for each in (limit, limit * 8, limit * 64):
            claimed, is_all = await self._claim_among(each, limit, lease_s, per_account)
            if claimed or is_all:
                return claimed
        return ()

    async def _claim_among(
        self, each: int, limit: int, lease_s: float, per_account: int
    ) -> tuple[tuple[Run, ...], bool]:
        """What was taken of the first few of each account; and whether there are no more than those.

        Other workers take some in the same instant: when they have all of these, one looks further.
        """
        now = await self._db.now()
        wanted = (await next_runs(self._db, each=each, per_account=per_account))[: each * _SPARE]
        if not wanted:
            return (), True
        place = case({run_id: number for number, run_id in enumerate(wanted)}, value=run.c.id)
        due = (
            self._db.select(run, run.c.id)
            .where(run.c.id.in_(wanted), run.c.state == RunState.QUEUED)
            .order_by(place)
            .limit(limit)
            .with_for_update(skip_locked=True)
            # A CTE runs once; a subquery with LIMIT and SKIP LOCKED may be run again and lock more.
            .cte("due")
        )
        statement = (
            update(run)
            # The state once more: the row may have changed while this statement waited for it.
            .where(run.c.id.in_(select(due.c.id)), run.c.state == RunState.QUEUED)
            .values(
                state=RunState.RUNNING,
                fence=run.c.fence + 1,
                lease_until=now + timedelta(seconds=lease_s),
                started_at=func.coalesce(run.c.started_at, now),
            )
            .returning(*run.c)
        )
        try:
            async with self._db.savepoint():
                rows = await self._db.all(statement)
        except IntegrityError as error:
            if broken_rule(error) is None:
                raise
            # Another worker took a run of the same key in this instant: the next poll finds the rest.
            return (), True
        claimed = sorted((to_run(row) for row in rows), key=lambda one: (one.due_at, one.id))
        return tuple(claimed), len(wanted) < each

    async def heartbeat(self, run_id: RunId, fence: int, lease_s: float) -> None:
        """Keep the run for another `lease_s`; `LeaseLost` if it is not ours any more."""
        until = await self._db.now() + timedelta(seconds=lease_s)
        await self._change(run_id, fence, {"lease_until": until})

    async def set_connection(
        self, run_id: RunId, fence: int, connection_id: ConnectionId, settings_revision: int | None
    ) -> Run:
        """The run has been routed: it, its events and its steps belong to the connection from now on."""
        changed = await self._change(
            run_id, fence, {"connection_id": connection_id, "settings_revision": settings_revision}
        )
        for follower in (event, run_step):
            await self._db.execute(
                update(follower)
                .where(follower.c.run_id == run_id, follower.c.connection_id.is_distinct_from(connection_id))
                .values(connection_id=connection_id)
            )
        return changed

    async def finish(self, run_id: RunId, fence: int, outcome: RunOutcome) -> Run:
        """Store how the run ended, or that it is to be tried again.

        A run to be tried again whose key has a queued successor ends as skipped (`superseded`). The successor
        inherits its attempts, its age, its due time and what a person asked for: a key never has two queued runs.

        Raises:
            LeaseLost: the run is not ours any more; nothing was stored.
        """
        held = await hold(self._db, run_id, fence)
        if isinstance(outcome, Retry):
            return await self._queue_again(
                held,
                due_at=outcome.at,
                attempt=held.attempt + (1 if outcome.spends_attempt else 0),
                crashes=held.crashes,
                why={"reason": outcome.code, "reason_params": outcome.params},
            )
        ended = {"lease_until": None, "ended_at": await self._db.now()}
        return await self._change(run_id, fence, _ending(outcome) | ended)

    async def standing(self) -> QueueStanding:
        """How the queue stands, for operators."""
        open_states = (RunState.QUEUED, RunState.RUNNING, RunState.PARKED)
        rows = await self._db.all(
            self._db.select(run, run.c.state, func.count().label("number"))
            .where(run.c.state.in_(open_states))
            .group_by(run.c.state)
        )
        oldest = await self._db.first(
            self._db.select(run, func.min(run.c.due_at).label("due_at")).where(run.c.state == RunState.QUEUED)
        )
        now = await self._db.now()
        due_at = oldest["due_at"] if oldest is not None else None
        counts = {state.value: 0 for state in open_states} | {row["state"].value: row["number"] for row in rows}
        return QueueStanding(counts, max(0.0, (now - due_at).total_seconds()) if due_at is not None else 0.0)

    async def expire_leases(self, limit: int = 100) -> tuple[Run, ...]:
        """Put runs back whose holder has gone silent, with one crash more. Answers them as they stand now."""
        now = await self._db.now()
        rows = await self._db.all(
            self._db.select(run)
            .where(run.c.state == RunState.RUNNING, run.c.lease_until <= now)
            .order_by(run.c.lease_until, run.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(
            [
                await self._queue_again(lost, due_at=now, attempt=lost.attempt, crashes=lost.crashes + 1, why={})
                for lost in map(to_run, rows)
            ]
        )

    async def park_queued(self, run_id: RunId, parked: Parked) -> bool:
        """Park a run that nobody holds, as when its account was disconnected. False: it is not queued."""
        result = await self._db.execute(
            self._db.update(run)
            .where(run.c.id == run_id, run.c.state == RunState.QUEUED)
            .values(**_ending(parked), ended_at=await self._db.now())
        )
        return result.rowcount == 1

    async def hasten(self, reason: str, company_id: FortnoxCompanyId) -> int:
        """Runs of the company's connections that are queued again for this reason are due now; answer how many."""
        own = select(connection.c.id).where(connection.c.company_id == company_id)
        now = await self._db.now()
        result = await self._db.execute(
            self._db.update(run)
            .where(
                run.c.state == RunState.QUEUED, run.c.reason == reason, run.c.due_at > now, run.c.connection_id.in_(own)
            )
            .values(due_at=now)
        )
        return int(result.rowcount)

    async def _queue_again(
        self, held: Run, *, due_at: datetime, attempt: int, crashes: int, why: Mapping[str, object]
    ) -> Run:
        if await self._successor(held) is None:
            values = {
                "state": RunState.QUEUED,
                "due_at": due_at,
                "attempt": attempt,
                "crashes": crashes,
                "lease_until": None,
                **why,
            }
            try:
                async with self._db.savepoint():
                    return await self._change(held.id, held.fence, values)
            except IntegrityError as error:
                # A successor was committed after we looked: it takes over below.
                if broken_rule(error) is None:
                    raise
        successor = await self._successor(held)
        if successor is None:
            raise LeaseLost(str(held.id))
        await self._hand_over(held, successor, due_at=due_at, attempt=attempt, crashes=crashes)
        return await self._change(
            held.id,
            held.fence,
            {
                "state": RunState.SKIPPED,
                "reason": SUPERSEDED,
                "reason_params": {"run": str(successor.id)},
                "attempt": attempt,
                "crashes": crashes,
                "lease_until": None,
                "ended_at": await self._db.now(),
            },
        )

    async def _hand_over(self, held: Run, successor: Run, *, due_at: datetime, attempt: int, crashes: int) -> None:
        values: dict[str, object] = {
            "due_at": max(due_at, successor.due_at),
            "attempt": attempt,
            "crashes": crashes,
            "started_at": held.started_at,
        }
        if successor.trigger is TriggerKind.WEBHOOK and held.trigger is not TriggerKind.WEBHOOK:
            values |= {
                "trigger": held.trigger,
                "requested_kind": held.requested_kind,
                "requested_action": held.requested_action,
                "requested_by": held.requested_by,
                "replay_of": held.replay_of,
            }
        if successor.connection_id is None:
            values["connection_id"] = held.connection_id
        await self._db.execute(update(run).where(run.c.id == successor.id).values(values))

    async def _successor(self, held: Run) -> Run | None:
        row = await self._db.first(
            self._db.select(run).where(has_key(held.key), run.c.state == RunState.QUEUED).with_for_update()
        )
        return None if row is None else to_run(row)

    async def _change(self, run_id: RunId, fence: int, values: Mapping[str, object]) -> Run:
        row = await self._db.first(
            self._db.update(run)
            .where(run.c.id == run_id, run.c.fence == fence, run.c.state == RunState.RUNNING)
            .values(dict(values))
            .returning(*run.c)
        )
        if row is None:
            raise LeaseLost(str(run_id))
        return to_run(row)


def _ending(outcome: Done | Synced | Skipped | Parked) -> dict[str, object]:
    match outcome:
        case Done():
            params = {"document_kind": outcome.document_kind, "document_number": outcome.document_number}
            # The reason of an earlier retry says nothing about a run that is done.
            return {"state": RunState.DONE, "reason": None, "reason_params": params, "detail": None}
        case Synced():
            params = {
                "task": outcome.task.value,
                "number": outcome.number,
                "change": outcome.change.value,
                "fields": ", ".join(outcome.fields),
            }
            return {"state": RunState.DONE, "reason": None, "reason_params": params, "detail": None}
        case Skipped():
            return {
                "state": RunState.SKIPPED,
                "reason": outcome.reason,
                "reason_params": outcome.params,
                "detail": None,
            }
        case Parked():
            return {
                "state": RunState.PARKED,
                "reason": outcome.code,
                "reason_params": outcome.params,
                "reason_where": outcome.where,
                "detail": outcome.detail or None,
            }
