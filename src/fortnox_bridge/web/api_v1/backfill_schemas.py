"""What the backfills' part of REST takes and answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, model_validator

from fortnox_bridge.domain.backfill import BackfillState, ItemState
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.web.api_v1.schemas import ExternalId, Incoming, Outgoing, ReasonBody

MOST_DEALS = 5_000
# Positions are counted in four bytes.
HIGHEST_POSITION = 2**31 - 1


class NewBackfill(Incoming):
    """Which deals: those of `external_ids`, or those that stand in a stage of a trigger rule and changed in the range.

    `changed_since` is inclusive, `changed_before` exclusive. `document` overrides the trigger rules. Nothing is made
    before the backfill is started.
    """

    external_ids: Annotated[list[ExternalId], Field(max_length=MOST_DEALS)] = Field(default_factory=list)
    changed_since: AwareDatetime | None = None
    changed_before: AwareDatetime | None = None
    document: DocumentKind | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "NewBackfill":
        has_range = self.changed_since is not None or self.changed_before is not None
        if bool(self.external_ids) == has_range:
            raise ValueError("name either external_ids, or a range by changed_since and changed_before")
        if self.changed_since and self.changed_before and self.changed_since >= self.changed_before:
            raise ValueError("changed_since must lie before changed_before")
        return self


class BackfillCounts(Outgoing):
    """How many deals are in each state.

    `found` are still to be looked at, `previewed` would get a document, `excluded` would not, `queued` are under way;
    `done`, `skipped` and `parked` are how their runs ended.
    """

    found: int = 0
    previewed: int = 0
    excluded: int = 0
    queued: int = 0
    done: int = 0
    skipped: int = 0
    parked: int = 0


class BackfillBody(Outgoing):
    """One backfill. `reason` says why it stands still at the moment, in words; null while it goes on.

    `previewing`: deals are listed and looked at. `ready`: waits for `start`. `running`, `paused`, `done`, `cancelled`.
    """

    id: str
    connection_id: str
    state: BackfillState
    is_listed: bool
    changed_since: datetime | None
    changed_before: datetime | None
    document: DocumentKind | None
    author: str
    counts: BackfillCounts
    reason: ReasonBody | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class BackfillList(Outgoing):
    """One page, newest first. `next_cursor` continues; null at the end."""

    backfills: list[BackfillBody]
    next_cursor: str | None


class BackfillItemBody(Outgoing):
    """One deal. `preview` is what looking at it said: outcome, document, customer, total, and why there is none."""

    position: int
    external_id: str
    title: str
    state: ItemState
    preview: dict[str, Any] | None
    reason: ReasonBody | None
    run_id: str | None


class BackfillItemList(Outgoing):
    """One page in the order the deals were found. `next_cursor` continues; null at the end."""

    items: list[BackfillItemBody]
    next_cursor: int | None
