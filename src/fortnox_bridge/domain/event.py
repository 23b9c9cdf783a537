"""Events: verified deliveries from source systems, as they are stored before anybody works on them."""

from dataclasses import dataclass, field
from datetime import datetime

from fortnox_bridge.domain.ids import EventId, RunId, SourceAccountId
from fortnox_bridge.domain.run import RunTask, TriggerKind


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One occurrence in a source account. `object_kind` and `external_id` are None when the body made no sense.

    `task` is what the run it causes is for. `dedupe_key` is equal for the same occurrence however often it is
    delivered. `body` is what arrived, untouched.
    """

    id: EventId
    source_account_id: SourceAccountId
    trigger: TriggerKind
    dedupe_key: str
    object_kind: str | None
    external_id: str | None
    reason: str
    occurred_at: datetime | None
    received_at: datetime
    body: bytes = field(repr=False)
    unreadable_reason: str | None = None
    task: RunTask = RunTask.DOCUMENT


@dataclass(frozen=True, slots=True)
class Appended:
    """The event is durable. `is_new` False: this occurrence was stored before, under `event_id`.

    `is_coalesced`: a run that was queued already will do its work. `run_id` is None for unreadable events.
    """

    event_id: EventId
    run_id: RunId | None
    is_new: bool
    is_coalesced: bool


@dataclass(frozen=True, slots=True)
class NotAppended:
    """This one event could not be stored; its neighbours in the batch were."""

    event_id: EventId
    error: Exception


AppendResult = Appended | NotAppended
