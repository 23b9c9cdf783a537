"""Runs as people see them: asked for, listed, opened."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy import exists as sql_exists

from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, RunId, SourceAccountId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, Run, RunState, Step, TriggerKind
from fortnox_bridge.storage.errors import OutOfScope
from fortnox_bridge.storage.paging import Page, one_page, to_page
from fortnox_bridge.storage.records import Enqueued, NewRun, RunFilter
from fortnox_bridge.storage.run_rows import has_key, new_row, same_key, to_run, to_step, unless_queued
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import connection, run, run_step, source_account


class RunRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def create_manual(self, new: NewRun) -> Enqueued:
        """Queue a run for a person; one that is queued for the same key takes the request in instead.

        Raises:
            OutOfScope: the source account is not of this scope.
        """
        source = await self._source_of(new.key)
        while True:
            now = await self._db.now()
            row = new_row(
                new.id,
                new.key,
                source,
                new.trigger,
                now,
                connection_id=new.connection_id,
                requested_kind=new.requested_kind,
                requested_action=new.requested_action,
                requested_by=new.requested_by,
                replay_of=new.replay_of,
            )
            inserted = await self._db.first(unless_queued(self._db.upsert(run, row)).returning(*run.c))
            if inserted is not None:
                return Enqueued(to_run(inserted), is_coalesced=False)
            # Not narrowed by scope: a queued run that is not routed yet belongs to the account checked above.
            absorbed = await self._db.first(
                update(run)
                .where(has_key(new.key), run.c.state == RunState.QUEUED)
                .values(
                    due_at=now,
                    trigger=new.trigger,
                    requested_by=new.requested_by,
                    requested_kind=func.coalesce(new.requested_kind, run.c.requested_kind),
                    requested_action=func.coalesce(new.requested_action, run.c.requested_action),
                    replay_of=func.coalesce(new.replay_of, run.c.replay_of),
                    connection_id=func.coalesce(run.c.connection_id, new.connection_id),
                )
                .returning(*run.c)
            )
            # None: a worker claimed it between the two statements, so that there is room for a successor.
            if absorbed is not None:
                return Enqueued(to_run(absorbed), is_coalesced=True)

    async def create_quietly(self, new: NewRun) -> Enqueued:
        """Queue a run that nobody waits for; one that is queued for the same key stays as it is and is answered.

        Raises:
            OutOfScope: the source account is not of this scope.
        """
        source = await self._source_of(new.key)
        while True:
            row = new_row(
                new.id,
                new.key,
                source,
                new.trigger,
                await self._db.now(),
                connection_id=new.connection_id,
                requested_kind=new.requested_kind,
                requested_by=new.requested_by,
            )
            inserted = await self._db.first(unless_queued(self._db.upsert(run, row)).returning(*run.c))
            if inserted is not None:
                return Enqueued(to_run(inserted), is_coalesced=False)
            standing = await self._db.first(select(run).where(has_key(new.key), run.c.state == RunState.QUEUED))
            # None: a worker claimed it between the two statements, so that there is room for a successor.
            if standing is not None:
                return Enqueued(to_run(standing), is_coalesced=True)

    async def count_open(self, connection_id: ConnectionId, trigger: TriggerKind) -> int:
        """How many of a connection's runs of this kind are queued or running."""
        row = await self._db.first(
            self._db.select(run, func.count().label("number")).where(
                run.c.connection_id == connection_id,
                run.c.trigger == trigger,
                run.c.state.in_((RunState.QUEUED, RunState.RUNNING)),
            )
        )
        return 0 if row is None else int(row["number"])

    async def get(self, run_id: RunId) -> Run | None:
        row = await self._db.first(self._db.select(run).where(run.c.id == run_id))
        return None if row is None else to_run(row)

    async def steps(self, run_id: RunId) -> tuple[Step, ...]:
        rows = await self._db.all(
            self._db.select(run_step).where(run_step.c.run_id == run_id).order_by(run_step.c.sequence)
        )
        return tuple(to_step(row) for row in rows)

    async def forget_steps(self, ended_before: datetime, *, limit: int) -> int:
        """Forget what old runs that are over saw and decided, at most of `limit` runs; answer of how many."""
        over = (RunState.DONE, RunState.SKIPPED)
        old = (
            self._db.select(run, run.c.id)
            .where(run.c.state.in_(over), run.c.ended_at < ended_before)
            .where(sql_exists().where(run_step.c.run_id == run.c.id))
            .limit(limit)
        )
        ids = [row["id"] for row in await self._db.all(old)]
        if ids:
            await self._db.execute(self._db.delete(run_step).where(run_step.c.run_id.in_(ids)))
        return len(ids)

    async def of_key(self, key: BusinessKey, *, limit: int = 50) -> tuple[Run, ...]:
        """The runs of one business key, newest first."""
        rows = await self._db.all(
            self._db.select(run).where(has_key(key)).order_by(run.c.created_at.desc(), run.c.id.desc()).limit(limit)
        )
        return tuple(to_run(row) for row in rows)

    async def latest_of_work(self, key: BusinessKey) -> Run | None:
        """The newest run about the same record, whatever its generation."""
        rows = self._db.select(run).where(
            run.c.source_account_id == key.source_account_id,
            run.c.object_kind == key.object_kind,
            run.c.external_id == key.external_id,
            run.c.task == key.task,
        )
        row = await self._db.first(rows.order_by(run.c.created_at.desc(), run.c.id.desc()).limit(1))
        return None if row is None else to_run(row)

    async def list_page(self, wanted: RunFilter, *, limit: int = 50, cursor: str | None = None) -> Page[Run]:
        """Newest first. Raises `BadCursor` for a cursor that is not ours."""
        statement = self._db.select(run).where(*_conditions(wanted))
        page = one_page(statement, run.c.created_at, run.c.id, limit=limit, cursor=cursor)
        return to_page(await self._db.all(page), to_run, limit=limit, at="created_at")

    async def find_parked(
        self,
        reasons: Sequence[str],
        *,
        connection_id: ConnectionId | None = None,
        company_id: FortnoxCompanyId | None = None,
        source_account_id: SourceAccountId | None = None,
        limit: int = 500,
    ) -> tuple[Run, ...]:
        """Runs parked for one of `reasons` that nothing has followed yet, oldest first: what a reconnect resumes."""
        later = run.alias("later")
        followed = sql_exists().where(same_key(later, run), later.c.created_at > run.c.created_at)
        statement = self._db.select(run).where(
            run.c.state == RunState.PARKED, run.c.reason.in_(tuple(reasons)), ~followed
        )
        if connection_id is not None:
            statement = statement.where(run.c.connection_id == connection_id)
        if source_account_id is not None:
            statement = statement.where(run.c.source_account_id == source_account_id)
        if company_id is not None:
            of_company = select(connection.c.id).where(connection.c.company_id == company_id)
            statement = statement.where(run.c.connection_id.in_(of_company))
        rows = await self._db.all(statement.order_by(run.c.created_at, run.c.id).limit(limit))
        return tuple(to_run(row) for row in rows)

    async def _source_of(self, key: BusinessKey) -> SourceRef:
        account = await self._db.first(
            self._db.select(source_account).where(source_account.c.id == key.source_account_id)
        )
        if account is None:
            raise OutOfScope(f"source account {key.source_account_id}")
        if account["external_id"] is None:
            raise ValueError("the source account has not been identified yet")
        return SourceRef(account["connector"], account["external_id"], key.object_kind, key.external_id)


def _conditions(wanted: RunFilter) -> list[ColumnElement[bool]]:
    equal = {
        "connection_id": wanted.connection_id,
        "source_account_id": wanted.source_account_id,
        "connector": wanted.connector,
        "object_kind": wanted.object_kind,
        "external_id": wanted.external_id,
    }
    conditions: list[ColumnElement[bool]] = [run.c[name] == value for name, value in equal.items() if value is not None]
    if wanted.states:
        conditions.append(run.c.state.in_(wanted.states))
    if wanted.reasons:
        conditions.append(run.c.reason.in_(wanted.reasons))
    if wanted.text:
        conditions.append(
            or_(
                run.c.external_id.icontains(wanted.text, autoescape=True),
                run.c.reason.icontains(wanted.text, autoescape=True),
            )
        )
    if wanted.created_from is not None:
        conditions.append(run.c.created_at >= wanted.created_from)
    if wanted.created_to is not None:
        conditions.append(run.c.created_at < wanted.created_to)
    return conditions
