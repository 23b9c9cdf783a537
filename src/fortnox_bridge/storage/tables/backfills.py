"""Backfills: many deals of the past, first looked at, then made at leisure (F17); and how far regular work has got."""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table

from fortnox_bridge.domain.backfill import BackfillState, ItemState
from fortnox_bridge.storage.tables.base import METADATA, choice, identity, instant, one_of, reference, required, text
from fortnox_bridge.storage.types import JsonText

backfill = Table(
    "backfill",
    METADATA,
    identity(),
    reference("connection_id", "connection", on_delete="CASCADE"),
    choice("state", BackfillState),
    required("request", JsonText()),
    text("author"),
    # Where the listing of the source's deals goes on; None: at the beginning, or it is complete.
    text("cursor", is_optional=True),
    required("is_listed", Boolean()),
    text("reason", is_optional=True),
    Column("reason_params", JsonText()),
    instant("created_at"),
    instant("started_at", is_optional=True),
    instant("ended_at", is_optional=True),
    one_of("state", BackfillState),
    Index("ix_backfill_connection_age", "connection_id", "created_at"),
    Index("ix_backfill_state", "state"),
)

backfill_item = Table(
    "backfill_item",
    METADATA,
    reference("backfill_id", "backfill", on_delete="CASCADE"),
    required("position", Integer()),
    text("external_id"),
    text("title"),
    choice("state", ItemState),
    # What the preview saw: outcome, customer, total, reason.
    Column("preview", JsonText()),
    reference("run_id", "run", is_optional=True, on_delete="SET NULL"),
    PrimaryKeyConstraint("backfill_id", "external_id"),
    one_of("state", ItemState),
    Index("ix_backfill_item_work", "backfill_id", "state", "position"),
    Index("ix_backfill_item_run", "run_id"),
)

watermark = Table(
    "watermark",
    METADATA,
    reference("connection_id", "connection", on_delete="CASCADE"),
    text("name"),
    instant("at"),
    text("cursor", is_optional=True),
    PrimaryKeyConstraint("connection_id", "name"),
)
