"""Whose turn it is to be worked on, among tenants: the one with the least under way first (facts: reliability 4.7).

A tenant is a source account. Of each only its next few due runs are looked at, by index, so that ten thousand queued
runs of one cost the others nothing; and it never has more than its share under way, so that a slot is free for the
others before they ask. A person who waits comes before everything else of the tenant.
"""

from collections import Counter
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.sql.selectable import FromClause

from fortnox_bridge.domain.ids import RunId, SourceAccountId
from fortnox_bridge.domain.run import RunState, TriggerKind
from fortnox_bridge.storage.run_rows import same_work
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import run

PERSONAL: Final = (TriggerKind.MANUAL, TriggerKind.REPLAY, TriggerKind.WORKFLOW)
PERSON: Final = 0
OTHERS: Final = 1


async def next_runs(db: ScopedConnection, *, each: int, per_account: int) -> list[RunId]:
    """Ids of due runs, the fairest first, at most `each` of a tenant and of what a person waits for."""
    now = await db.now()
    rows = await db.all(_lateral(now, each)) if db.database.is_postgresql else await _one_by_one(db, now, each)
    busy = {row["source_account_id"]: row["number"] for row in await db.all(_under_way())}
    places: Counter[SourceAccountId] = Counter()
    loaded = []
    for row in sorted(rows, key=lambda row: (row["urgency"], row["due_at"], row["id"])):
        account = row["source_account_id"]
        places[account] += 1
        load = busy.get(account, 0) + places[account]
        if load <= per_account:
            loaded.append((load, row["due_at"], row["id"]))
    return [run_id for _, _, run_id in sorted(loaded)]


def _is_ready(one: FromClause, now: datetime) -> ColumnElement[bool]:
    """Due, and neither its record nor an earlier generation of it is being worked on or comes before."""
    running, earlier = run.alias("running"), run.alias("earlier")
    is_busy = exists().where(same_work(running, one), running.c.state == RunState.RUNNING)
    comes_after = exists().where(
        same_work(earlier, one),
        earlier.c.state == RunState.QUEUED,
        or_(earlier.c.due_at < one.c.due_at, and_(earlier.c.due_at == one.c.due_at, earlier.c.id < one.c.id)),
    )
    return and_(one.c.state == RunState.QUEUED, one.c.due_at <= now, ~is_busy, ~comes_after)


def _under_way() -> Select[Any]:
    return (
        select(run.c.source_account_id, func.count().label("number"))
        .where(run.c.state == RunState.RUNNING)
        .group_by(run.c.source_account_id)
    )


def _tenants(now: datetime) -> Select[Any]:
    return select(run.c.source_account_id).where(run.c.state == RunState.QUEUED, run.c.due_at <= now).distinct()


def _first(now: datetime, account: ColumnElement[Any], each: int, urgency: int) -> Select[Any]:
    """The first few of one tenant, by index: of those that a person waits for, or of the others."""
    one = run.alias("one")
    kind = one.c.trigger.in_(PERSONAL) if urgency == PERSON else one.c.trigger.not_in(PERSONAL)
    return (
        select(one.c.source_account_id, one.c.id, one.c.due_at, literal(urgency).label("urgency"))
        .where(one.c.source_account_id == account, kind, _is_ready(one, now))
        .order_by(one.c.due_at, one.c.id)
        .limit(each)
    )


def _lateral(now: datetime, each: int) -> CompoundSelect[Any]:
    """PostgreSQL: of every tenant with something due in one statement."""
    tenants, parts = _tenants(now).cte("tenants"), []
    for urgency in (PERSON, OTHERS):
        found = _first(now, tenants.c.source_account_id, each, urgency).lateral(f"first_{urgency}")
        parts.append(select(*found.c).select_from(tenants.join(found, true())))
    return union_all(*parts)


async def _one_by_one(db: ScopedConnection, now: datetime, each: int) -> list[RowMapping]:
    """SQLite has no lateral joins, and a process of its own has few tenants."""
    rows: list[RowMapping] = []
    for tenant in await db.all(_tenants(now)):
        for urgency in (PERSON, OTHERS):
            rows += await db.all(_first(now, literal(tenant["source_account_id"], Uuid()), each, urgency))
    return rows
