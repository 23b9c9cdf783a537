"""The event store: events and the runs they cause, in one commit, before anybody is told "received" (P1)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from fortnox_bridge.domain.event import Appended, AppendResult, IncomingEvent, NotAppended
from fortnox_bridge.domain.ids import EventId, RunId, SourceAccountId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, RunState
from fortnox_bridge.storage.crypto import secret_hash
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.run_rows import has_key, new_row, to_run, unless_queued
from fortnox_bridge.storage.tables import event, run, source_account
from fortnox_bridge.storage.types import is_storable

MAX_BATCH: Final = 200
_LONGEST_KEY: Final = 200
_Dedupe = tuple[SourceAccountId, str]


class EventStore:
    def __init__(self, database: Database, new_id: Callable[[], UUID]) -> None:
        self._database = database
        self._new_id = new_id
        self._under_way: set[asyncio.Task[list[AppendResult]]] = set()

    async def append(self, batch: Sequence[IncomingEvent]) -> list[AppendResult]:
        """Store a batch in one transaction and answer, in its order, what became of each event.

        Returns only after the commit. If the caller is cancelled the batch is still stored whole. When the
        database refuses the batch, its events are stored one by one, so that a bad one fails alone.

        Raises:
            StorageUnavailable: nothing is known to be stored; delivering again is harmless.
        """
        task = asyncio.create_task(self._append(batch))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _append(self, batch: Sequence[IncomingEvent]) -> list[AppendResult]:
        results: list[AppendResult] = []
        for start in range(0, len(batch), MAX_BATCH):
            results += await self._append_part(batch[start : start + MAX_BATCH])
        return results

    async def _append_part(self, part: Sequence[IncomingEvent]) -> list[AppendResult]:
        try:
            return list(await self._store([_storable(one) for one in part]))
        except (SQLAlchemyError, ValueError, LookupError) as error:
            if len(part) == 1:
                return [NotAppended(part[0].id, error)]
        return [result for one in part for result in await self._append_part([one])]

    async def _store(self, batch: Sequence[IncomingEvent]) -> list[Appended]:
        async with self._database.writing() as connection:
            new_ids = await self._insert_events(connection, batch)
            runs = await self._start_runs(connection, [one for one in batch if one.id in new_ids])
            known = await self._known(connection, [one for one in batch if one.id not in new_ids])
        return [runs[one.id] if one.id in new_ids else known[_dedupe(one)] for one in batch]

    async def _insert_events(self, connection: AsyncConnection, batch: Sequence[IncomingEvent]) -> set[EventId]:
        # One order for all writers: batches with the same keys wait for each other instead of deadlocking.
        rows = [_event_row(one) for one in sorted(batch, key=lambda one: (str(one.source_account_id), one.dedupe_key))]
        statement = (
            self._database.insert(event)
            .values(rows)
            .on_conflict_do_nothing(index_elements=[event.c.source_account_id, event.c.dedupe_key])
            .returning(event.c.id)
        )
        return set((await connection.execute(statement)).scalars())

    async def _start_runs(
        self, connection: AsyncConnection, events: Sequence[IncomingEvent]
    ) -> dict[EventId, Appended]:
        by_key: dict[BusinessKey, list[IncomingEvent]] = {}
        for one in events:
            if one.object_kind is not None and one.external_id is not None:
                key = BusinessKey(one.source_account_id, one.object_kind, one.external_id, one.task)
                by_key.setdefault(key, []).append(one)
        inserted = await self._insert_runs(connection, by_key) if by_key else {}
        answers = {one.id: Appended(one.id, None, is_new=True, is_coalesced=False) for one in events}
        for key, causes in by_key.items():
            run_id = inserted.get(key) or await self._standing_run(connection, key)
            for position, one in enumerate(causes):
                is_coalesced = key not in inserted or position > 0
                answers[one.id] = Appended(one.id, run_id, is_new=True, is_coalesced=is_coalesced)
        caused = [
            {"of_event": answer.event_id, "to_run": answer.run_id}
            for answer in answers.values()
            if answer.run_id is not None
        ]
        if caused:
            await connection.execute(
                update(event).where(event.c.id == bindparam("of_event")).values(run_id=bindparam("to_run")), caused
            )
        return answers

    async def _insert_runs(
        self, connection: AsyncConnection, by_key: Mapping[BusinessKey, Sequence[IncomingEvent]]
    ) -> dict[BusinessKey, RunId]:
        accounts = await self._accounts(connection, {key.source_account_id for key in by_key})
        now = await self._database.now(connection)
        rows = [
            new_row(
                RunId(self._new_id()),
                key,
                _source(accounts, key),
                by_key[key][0].trigger,
                now,
                event_id=by_key[key][0].id,
            )
            for key in sorted(by_key, key=_in_order)
        ]
        statement = unless_queued(self._database.insert(run).values(rows)).returning(*run.c)
        inserted = (await connection.execute(statement)).mappings()
        return {one.key: one.id for one in map(to_run, inserted)}

    async def _standing_run(self, connection: AsyncConnection, key: BusinessKey) -> RunId:
        """The queued run that takes the event in; or the one that was queued a moment ago and reads after us."""
        statement = (
            select(run.c.id)
            .where(has_key(key))
            .order_by(case((run.c.state == RunState.QUEUED, 0), else_=1), run.c.created_at.desc(), run.c.id)
            .limit(1)
        )
        run_id: RunId = (await connection.execute(statement)).scalar_one()
        return run_id

    async def _known(self, connection: AsyncConnection, repeated: Sequence[IncomingEvent]) -> dict[_Dedupe, Appended]:
        if not repeated:
            return {}
        statement = select(event.c.id, event.c.run_id, event.c.source_account_id, event.c.dedupe_key).where(
            event.c.source_account_id.in_({one.source_account_id for one in repeated}),
            event.c.dedupe_key.in_({one.dedupe_key for one in repeated}),
        )
        rows = (await connection.execute(statement)).mappings()
        return {
            (row["source_account_id"], row["dedupe_key"]): Appended(
                row["id"], row["run_id"], is_new=False, is_coalesced=False
            )
            for row in rows
        }

    async def _accounts(
        self, connection: AsyncConnection, ids: Set[SourceAccountId]
    ) -> dict[SourceAccountId, RowMapping]:
        statement = select(source_account.c.id, source_account.c.connector, source_account.c.external_id).where(
            source_account.c.id.in_(ids)
        )
        return {row["id"]: row for row in (await connection.execute(statement)).mappings()}


def _in_order(key: BusinessKey) -> tuple[str, str, str, str]:
    return str(key.source_account_id), key.object_kind, key.external_id, key.task


def _source(accounts: Mapping[SourceAccountId, RowMapping], key: BusinessKey) -> SourceRef:
    account = accounts[key.source_account_id]
    if account["external_id"] is None:
        raise ValueError("the source account has not been identified yet")
    return SourceRef(account["connector"], account["external_id"], key.object_kind, key.external_id)


def _storable(one: IncomingEvent) -> IncomingEvent:
    """The event with keys that every database takes; what cannot name a record is unreadable, and kept."""
    if len(one.dedupe_key) > _LONGEST_KEY or not is_storable(one.dedupe_key):
        one = replace(one, dedupe_key=f"sha256:{secret_hash(one.dedupe_key)}")
    names = (one.object_kind or "", one.external_id or "")
    if all(is_storable(name) and len(name) <= _LONGEST_KEY for name in names):
        return one
    return replace(one, object_kind=None, external_id=None, unreadable_reason="the record's id is not an id")


def _dedupe(one: IncomingEvent) -> _Dedupe:
    return one.source_account_id, one.dedupe_key


def _event_row(one: IncomingEvent) -> Mapping[str, object]:
    return {
        "id": one.id,
        "source_account_id": one.source_account_id,
        "trigger": one.trigger,
        "dedupe_key": one.dedupe_key,
        "object_kind": one.object_kind,
        "external_id": one.external_id,
        "reason": one.reason,
        "occurred_at": one.occurred_at,
        "received_at": one.received_at,
        "body": one.body,
        "unreadable_reason": one.unreadable_reason,
    }
