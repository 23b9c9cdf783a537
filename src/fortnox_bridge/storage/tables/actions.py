"""Calls of workflow actions: which run does their work, and whether the platform was told."""

from sqlalchemy import Boolean, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from fortnox_bridge.storage.tables.base import METADATA, identity, instant, reference, required, text

IS_OWED = "waits AND told_at IS NULL"

action_call = Table(
    "action_call",
    METADATA,
    identity(),
    reference("source_account_id", "source_account", on_delete="CASCADE"),
    text("call_id"),
    reference("run_id", "run", on_delete="CASCADE"),
    required("waits", Boolean()),
    instant("created_at"),
    instant("due_at"),
    required("attempt", Integer()),
    instant("told_at", is_optional=True),
    UniqueConstraint("source_account_id", "call_id"),
    Index(None, "run_id"),
    Index("ix_action_call_owed", "due_at", sqlite_where=sql(IS_OWED), postgresql_where=sql(IS_OWED)),
)
