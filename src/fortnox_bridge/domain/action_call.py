"""A call of a workflow action, as it is remembered: the same call is worked on once, however often it comes (F13)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fortnox_bridge.domain.ids import RunId, SourceAccountId


@dataclass(frozen=True, slots=True)
class RememberedCall:
    """`waits`: the platform holds its workflow until it is told; `told_at`: when it was, or need not be any more."""

    id: UUID
    source_account_id: SourceAccountId
    call_id: str
    run_id: RunId
    waits: bool
    created_at: datetime
    due_at: datetime
    attempt: int = 0
    told_at: datetime | None = None
