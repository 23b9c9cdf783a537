"""Named places between two effects, where a crash must lose and double nothing.

In production a checkpoint does nothing. Crash tests start the service with a hook that ends the process at a
named place; `DRAFT_PATH` is checked against the code by a test.
"""

from collections.abc import Callable
from typing import Final

Checkpoint = Callable[[str], None]

DRAFT_PATH: Final = (
    "ingest.before_commit",
    "ingest.committed",
    "run.claimed",
    "customer.intent_committed",
    "customer.posted",
    "customer.recorded",
    "customer.updated",
    "article.posted",
    "article.recorded",
    "article.updated",
    "draft.intent_committed",
    "draft.posted",
    "draft.extra_cancelled",
    "draft.recorded",
    "draft.marked_not_completed",
    "draft.warehouse_ready",
    "draft.withdrawn",
    "draft.cancelled",
    "draft.verified",
    "update.intent_committed",
    "update.put",
    "update.recorded",
    "cancel.intent_committed",
    "cancel.put",
    "cancel.recorded",
    "convert.intent_committed",
    "convert.put",
    "convert.recorded",
    "attachment.intent_committed",
    "attachment.uploaded",
    "attachment.recorded",
    "attachment.attached",
    "write_back.sent",
    "pdf.fetched",
    "file.intent_committed",
    "file.uploaded",
    "file.recorded",
    "note.intent_committed",
    "note.written",
    "note.recorded",
    "instalment.started",
    "run.outcome_ready",
)

# A workflow's call on its way in, and what became of it on its way back.
ACTION_PATH: Final = ("action.before_commit", "action.committed", "action.reported")

# An account on its way out: the vendor knows, our side does not yet.
DISCONNECT_PATH: Final = ("disconnect.told",)


def pass_through(_name: str) -> None:
    """The checkpoint of production: nothing happens."""
