"""Backfills: documents for deals of the past, previewed first, then made as fast as live work leaves room (F17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fortnox_bridge.domain.ids import ConnectionId, RunId


class BackfillState(StrEnum):
    """`previewing`: deals are listed and looked at. `ready`: waits to be started by a person. `running`, `paused`.

    `done`: every item has ended. `cancelled`: what was not begun is left alone.
    """

    PREVIEWING = "previewing"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """`found`: listed. `previewed`: looked at. `excluded`: would make nothing. `queued`: has a run. Else its end."""

    FOUND = "found"
    PREVIEWED = "previewed"
    EXCLUDED = "excluded"
    QUEUED = "queued"
    DONE = "done"
    SKIPPED = "skipped"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class BackfillItem:
    """One deal of a backfill. `preview` is what looking at it said, as plain values."""

    external_id: str
    title: str
    state: ItemState
    position: int
    preview: Mapping[str, object] | None = None
    run_id: RunId | None = None


@dataclass(frozen=True, slots=True)
class Backfill:
    """One backfill. `counts` says how many items are in each state."""

    id: UUID
    connection_id: ConnectionId
    state: BackfillState
    request: Mapping[str, object]
    author: str
    created_at: datetime
    counts: Mapping[ItemState, int]
    cursor: str | None = None
    reason: str | None = None
    reason_params: Mapping[str, str] | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
