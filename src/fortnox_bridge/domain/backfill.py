"""Backfills: documents for deals of the past, previewed first, then made as fast as live work leaves room (F17)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
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


class Wish(StrEnum):
    """What a person asks of a backfill; `finish` is what it does by itself at the end of looking or of making."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"


_S: Final = BackfillState
_WAY: Final[Mapping[tuple[BackfillState, Wish], BackfillState]] = MappingProxyType(
    {
        (_S.PREVIEWING, Wish.FINISH): _S.READY,
        (_S.READY, Wish.START): _S.RUNNING,
        (_S.RUNNING, Wish.PAUSE): _S.PAUSED,
        (_S.PAUSED, Wish.RESUME): _S.RUNNING,
        (_S.RUNNING, Wish.FINISH): _S.DONE,
        (_S.PREVIEWING, Wish.CANCEL): _S.CANCELLED,
        (_S.READY, Wish.CANCEL): _S.CANCELLED,
        (_S.RUNNING, Wish.CANCEL): _S.CANCELLED,
        (_S.PAUSED, Wish.CANCEL): _S.CANCELLED,
        # Asked for twice is asked for once.
        (_S.RUNNING, Wish.START): _S.RUNNING,
        (_S.RUNNING, Wish.RESUME): _S.RUNNING,
        (_S.PAUSED, Wish.PAUSE): _S.PAUSED,
        (_S.CANCELLED, Wish.CANCEL): _S.CANCELLED,
    }
)


def after(state: BackfillState, wish: Wish) -> BackfillState | None:
    """The state it comes to, None where the wish makes no sense."""
    return _WAY.get((state, wish))


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """Which deals: those named, or those that stand in one of `stage_ids` and changed in the range.

    The stages are those of the trigger rules when the backfill was asked for. `changed_since` and `changed_before` are
    aware and UTC; None: open on that side. `document` overrides the rules.
    """

    external_ids: tuple[str, ...] = ()
    stage_ids: tuple[str, ...] = ()
    changed_since: datetime | None = None
    changed_before: datetime | None = None
    document: str | None = None


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
    """One backfill. `counts` says how many items are in each state.

    `is_listed`: every deal of the request is among its items. `reason` says why it stands still at the moment.
    """

    id: UUID
    connection_id: ConnectionId
    state: BackfillState
    request: BackfillRequest
    author: str
    created_at: datetime
    is_listed: bool = False
    counts: Mapping[ItemState, int] = field(default_factory=dict)
    cursor: str | None = None
    reason: str | None = None
    reason_params: Mapping[str, str] | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def count(self, *states: ItemState) -> int:
        return sum(self.counts.get(state, 0) for state in states)
