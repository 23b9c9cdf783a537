"""Whose turn it is to be worked on, among tenants: the one with the least under way first (facts: reliability 4.7).

A tenant is a source account. Of each only its next few due runs are looked at, by index, so that ten thousand queued
runs of one cost the others nothing; and it never has more than its share under way, so that a slot is free for the
others before they ask. A person who waits comes before everything else of the tenant.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.sql.selectable import CTE, FromClause

from fortnox_bridge.domain.run import RunState, TriggerKind
from fortnox_bridge.storage.run_rows import same_work
from fortnox_bridge.storage.tables import run

PERSONAL: Final = (TriggerKind.MANUAL, TriggerKind.REPLAY, TriggerKind.WORKFLOW)


def next_runs(now: datetime, *, each: int, per_account: int, is_postgresql: bool) -> Select[Any]:
    """Ids of due runs, the fairest first, at most `each` of a tenant."""
    under_way = (
        select(run.c.source_account_id, func.count().label("number"))
        .where(run.c.state == RunState.RUNNING)
        .group_by(run.c.source_account_id)
        .cte("under_way")
    )
    candidates = _placed(_lateral(now, each) if is_postgresql else _correlated(now, each))
    busy = func.coalesce(under_way.c.number, 0)
    load = busy + candidates.c.place
    return (
        select(candidates.c.id)
        .select_from(candidates.outerjoin(under_way, under_way.c.source_account_id == candidates.c.source_account_id))
        .where(load <= per_account)
        .order_by(load, candidates.c.due_at, candidates.c.id)
    )


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


def _tenants(now: datetime) -> CTE:
    return (
        select(run.c.source_account_id)
        .where(run.c.state == RunState.QUEUED, run.c.due_at <= now)
        .distinct()
        .cte("tenants")
    )


def _first(now: datetime, one: FromClause, tenants: CTE, each: int, *, is_personal: bool) -> Select[Any]:
    """A tenant's first few, by index."""
    kind = one.c.trigger.in_(PERSONAL) if is_personal else one.c.trigger.not_in(PERSONAL)
    return (
        select(one.c.id, one.c.due_at)
        .where(one.c.source_account_id == tenants.c.source_account_id, kind, _is_ready(one, now))
        .order_by(one.c.due_at, one.c.id)
        .limit(each)
    )


def _lateral(now: datetime, each: int) -> CTE:
    tenants, parts = _tenants(now), []
    for urgency, is_personal in enumerate((True, False)):
        found = _first(now, run.alias("one"), tenants, each, is_personal=is_personal).lateral(f"first_{urgency}")
        columns = (tenants.c.source_account_id, found.c.id, found.c.due_at, literal(urgency).label("urgency"))
        parts.append(select(*columns).select_from(tenants.join(found, true())))
    return union_all(*parts).cte("found")


def _correlated(now: datetime, each: int) -> CTE:
    """The same for SQLite, which has no lateral joins."""
    tenants, parts = _tenants(now), []
    for urgency, is_personal in enumerate((True, False)):
        one, found = run.alias(f"one_{urgency}"), run.alias(f"found_{urgency}")
        first = _first(now, one, tenants, each, is_personal=is_personal).with_only_columns(one.c.id).correlate(tenants)
        is_first = and_(found.c.source_account_id == tenants.c.source_account_id, found.c.id.in_(first))
        columns = (tenants.c.source_account_id, found.c.id, found.c.due_at, literal(urgency).label("urgency"))
        parts.append(select(*columns).select_from(tenants.join(found, is_first)))
    return union_all(*parts).cte("found")


def _placed(found: CTE) -> CTE:
    place = func.row_number().over(
        partition_by=found.c.source_account_id, order_by=(found.c.urgency, found.c.due_at, found.c.id)
    )
    return select(found.c.source_account_id, found.c.id, found.c.due_at, place.label("place")).cte("candidates")
