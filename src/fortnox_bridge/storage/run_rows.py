"""Runs and steps between rows and the domain, and the business key as a condition."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy import text as sql
from sqlalchemy.engine import RowMapping
from sqlalchemy.sql.selectable import FromClause

from fortnox_bridge.domain.ids import RunId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, RequestedAction, Run, RunState, Step, TriggerKind
from fortnox_bridge.storage.database import Insert
from fortnox_bridge.storage.tables import run
from fortnox_bridge.storage.tables.runs import IS_QUEUED, KEY, WORK


def to_run(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        key=BusinessKey(
            source_account_id=row["source_account_id"],
            object_kind=row["object_kind"],
            external_id=row["external_id"],
            task=row["task"],
            generation=row["generation"],
        ),
        source=SourceRef(row["connector"], row["account"], row["object_kind"], row["external_id"]),
        trigger=row["trigger"],
        state=row["state"],
        created_at=row["created_at"],
        due_at=row["due_at"],
        attempt=row["attempt"],
        crashes=row["crashes"],
        fence=row["fence"],
        lease_until=row["lease_until"],
        connection_id=row["connection_id"],
        event_id=row["event_id"],
        settings_revision=row["settings_revision"],
        requested_kind=row["requested_kind"],
        requested_action=row["requested_action"] and RequestedAction(row["requested_action"]),
        requested_by=row["requested_by"],
        replay_of=row["replay_of"],
        reason=row["reason"],
        reason_params=row["reason_params"],
        detail=row["detail"],
        where=row["reason_where"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


def to_step(row: RowMapping) -> Step:
    return Step(
        stage=row["stage"],
        attempt=row["attempt"],
        input_hash=row["input_hash"],
        facts=row["facts"],
        decision=row["decision"],
        started_at=row["started_at"],
        duration_ms=row["duration_ms"],
        error_code=row["error_code"],
    )


def has_key(key: BusinessKey) -> ColumnElement[bool]:
    return and_(
        run.c.source_account_id == key.source_account_id,
        run.c.object_kind == key.object_kind,
        run.c.external_id == key.external_id,
        run.c.task == key.task,
        run.c.generation == key.generation,
    )


def same_key(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in KEY))


def same_work(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """The same deal, customer or product, whatever the generation: one run at a time works on it."""
    return and_(*(one.c[name] == other.c[name] for name in WORK))


def new_row(
    run_id: RunId, key: BusinessKey, source: SourceRef, trigger: TriggerKind, now: datetime, **more: object
) -> Mapping[str, object]:
    """A queued run, due now. Every row has the same columns, so that many fit one statement."""
    row: dict[str, Any] = {
        "id": run_id,
        "source_account_id": key.source_account_id,
        "connector": source.connector,
        "account": source.account,
        "object_kind": key.object_kind,
        "external_id": key.external_id,
        "task": key.task,
        "generation": key.generation,
        "trigger": trigger,
        "state": RunState.QUEUED,
        "created_at": now,
        "due_at": now,
        "attempt": 0,
        "crashes": 0,
        "fence": 0,
        "connection_id": None,
        "event_id": None,
        "requested_kind": None,
        "requested_action": None,
        "requested_by": None,
        "replay_of": None,
    }
    return row | more


def unless_queued(insert: Insert) -> Insert:
    """Leave out the rows whose key has a queued run already."""
    return insert.on_conflict_do_nothing(index_elements=[run.c[name] for name in KEY], index_where=sql(IS_QUEUED))
