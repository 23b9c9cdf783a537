"""Runs: the work for one business key, its steps, and the outcomes it may have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fortnox_bridge.domain.ids import ConnectionId, EventId, RunId, SourceAccountId, SourceRef


class LeaseLost(Exception):
    """The run belongs to somebody else now: stop, write nothing, send nothing."""


class RunTask(StrEnum):
    """What a run is for: a deal's document, or a customer or product by itself (F16)."""

    DOCUMENT = "document"
    CUSTOMER = "customer"
    PRODUCT = "product"


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    PARKED = "parked"

    @property
    def is_final(self) -> bool:
        return self in {RunState.DONE, RunState.SKIPPED, RunState.PARKED}


# Everything else is refused by the storage: the table is the promise.
RUN_TRANSITIONS: Mapping[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.PARKED}),
    RunState.RUNNING: frozenset({RunState.QUEUED, RunState.DONE, RunState.SKIPPED, RunState.PARKED}),
    RunState.DONE: frozenset(),
    RunState.SKIPPED: frozenset(),
    RunState.PARKED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """How many runs are queued, running and parked, and how long the oldest due one has waited."""

    runs: Mapping[str, int]
    lag_s: float


class TriggerKind(StrEnum):
    WEBHOOK = "webhook"
    MANUAL = "manual"
    REPLAY = "replay"
    BACKFILL = "backfill"
    SCHEDULE = "schedule"
    WORKFLOW = "workflow"


class RequestedAction(StrEnum):
    """What a person asked for a deal that has its document (F60): bring it up to date, or make the next one."""

    UPDATE = "update"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class BusinessKey:
    """What makes two pieces of work the same: at most one is queued per key.

    At most one is running per key without its generation, so that two documents of a deal are never made at once.
    """

    source_account_id: SourceAccountId
    object_kind: str
    external_id: str
    task: RunTask = RunTask.DOCUMENT
    generation: int = 1


@dataclass(frozen=True, slots=True)
class Run:
    """One run as stored. `fence` rises with every claim; a holder of an older fence may write nothing.

    `requested_kind` is the document kind a person asked for, overriding the trigger rules; `requested_action` what to
    do with a document that exists.
    """

    id: RunId
    key: BusinessKey
    source: SourceRef
    trigger: TriggerKind
    state: RunState
    created_at: datetime
    due_at: datetime
    attempt: int = 0
    crashes: int = 0
    fence: int = 0
    lease_until: datetime | None = None
    connection_id: ConnectionId | None = None
    event_id: EventId | None = None
    settings_revision: int | None = None
    requested_kind: str | None = None
    requested_action: RequestedAction | None = None
    requested_by: str | None = None
    replay_of: RunId | None = None
    reason: str | None = None
    reason_params: Mapping[str, str] | None = None
    detail: str | None = None
    where: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


class StageName(StrEnum):
    READ = "read"
    MATCH = "match"
    DEFAULT_FILL = "default_fill"
    MAP = "map"
    PREFLIGHT = "preflight"
    CREATE_DRAFT = "create_draft"
    ATTACH = "attach"
    SYNC = "sync"
    NOTE_BACK = "note_back"


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage saw and decided. `facts` and `decision` are plain JSON values, secrets removed."""

    stage: StageName
    attempt: int
    input_hash: str
    facts: object
    decision: object
    started_at: datetime
    duration_ms: int
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The run did its work. `document_number` is what the user will look for."""

    document_kind: str
    document_number: str
    notices: tuple["Notice", ...] = ()


class Change(StrEnum):
    """What became of a record in Fortnox that was synced by itself."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Synced:
    """A customer or product was brought up to date by itself: there is no document.

    `number` is the customer's or article's in Fortnox, `fields` are those that were changed, by our names.
    """

    task: RunTask
    number: str
    change: Change
    fields: tuple[str, ...] = ()
    notices: tuple["Notice", ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing was to be done, for the reason given: an outcome, not an error."""

    reason: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parked:
    """A person must act; `code` and `params` select the sentence in the catalogue."""

    code: str
    params: Mapping[str, str]
    where: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at `at`; `spends_attempt` is False for waits that are nobody's fault."""

    at: datetime
    code: str
    params: Mapping[str, str]
    spends_attempt: bool = True


RunOutcome = Done | Synced | Skipped | Parked | Retry


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know although the draft was made; `code` is in the catalogue."""

    code: str
    params: Mapping[str, str]
