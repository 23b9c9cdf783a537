"""Events, runs and their steps."""

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql

from fortnox_bridge.domain.run import RunState, RunTask, StageName, TriggerKind
from fortnox_bridge.storage.tables.base import METADATA, choice, identity, instant, one_of, reference, required, text
from fortnox_bridge.storage.types import JsonText

KEY = ("source_account_id", "object_kind", "external_id", "task", "generation")
# What one run at a time works on: a later generation of a deal must not be made while an earlier one is looked at.
WORK = ("source_account_id", "object_kind", "external_id", "task")
IS_QUEUED = "state = 'queued'"
IS_RUNNING = "state = 'running'"

run = Table(
    "run",
    METADATA,
    identity(),
    reference("source_account_id", "source_account"),
    reference("connection_id", "connection", is_optional=True),
    text("connector"),
    text("account"),
    text("object_kind"),
    text("external_id"),
    choice("task", RunTask),
    required("generation", Integer()),
    choice("trigger", TriggerKind),
    choice("state", RunState),
    instant("created_at"),
    instant("due_at"),
    required("attempt", Integer()),
    required("crashes", Integer()),
    required("fence", Integer()),
    instant("lease_until", is_optional=True),
    # No foreign key: events are deleted with their personal data long before runs are.
    Column("event_id", Uuid()),
    Column("settings_revision", Integer()),
    text("requested_kind", is_optional=True),
    text("requested_action", is_optional=True),
    text("requested_by", is_optional=True),
    reference("replay_of", "run", is_optional=True),
    text("reason", is_optional=True),
    Column("reason_params", JsonText()),
    text("reason_where", is_optional=True),
    text("detail", is_optional=True),
    instant("started_at", is_optional=True),
    instant("ended_at", is_optional=True),
    one_of("state", RunState),
    Index("uq_run_queued", *KEY, unique=True, sqlite_where=sql(IS_QUEUED), postgresql_where=sql(IS_QUEUED)),
    Index("uq_run_running", *WORK, unique=True, sqlite_where=sql(IS_RUNNING), postgresql_where=sql(IS_RUNNING)),
    Index("ix_run_due", "due_at", sqlite_where=sql(IS_QUEUED), postgresql_where=sql(IS_QUEUED)),
    Index(
        "ix_run_due_of_account",
        "source_account_id",
        "due_at",
        "id",
        sqlite_where=sql(IS_QUEUED),
        postgresql_where=sql(IS_QUEUED),
    ),
    Index("ix_run_lease", "lease_until", sqlite_where=sql(IS_RUNNING), postgresql_where=sql(IS_RUNNING)),
    Index("ix_run_key_age", "source_account_id", "object_kind", "external_id", "created_at"),
    Index("ix_run_connection_age", "connection_id", "created_at", "id"),
    Index("ix_run_age", "created_at", "id"),
    Index("ix_run_reason", "state", "reason"),
)

event = Table(
    "event",
    METADATA,
    identity(),
    reference("source_account_id", "source_account"),
    reference("connection_id", "connection", is_optional=True),
    reference("run_id", "run", is_optional=True),
    choice("trigger", TriggerKind),
    text("dedupe_key"),
    text("object_kind", is_optional=True),
    text("external_id", is_optional=True),
    text("reason"),
    instant("occurred_at", is_optional=True),
    instant("received_at"),
    # Bytes: JSON from outside may hold NUL, which text and jsonb refuse.
    required("body", LargeBinary()),
    text("unreadable_reason", is_optional=True),
    UniqueConstraint("source_account_id", "dedupe_key"),
    Index(None, "run_id"),
    Index(None, "received_at"),
)

run_step = Table(
    "run_step",
    METADATA,
    reference("run_id", "run", on_delete="CASCADE"),
    required("sequence", Integer()),
    reference("connection_id", "connection", is_optional=True),
    choice("stage", StageName),
    required("attempt", Integer()),
    text("input_hash"),
    Column("facts", JsonText()),
    Column("decision", JsonText()),
    instant("started_at"),
    required("duration_ms", Integer()),
    text("error_code", is_optional=True),
    PrimaryKeyConstraint("run_id", "sequence"),
)
