"""Workflow actions: steps of a platform's own automation that ask for work here (F13).

The platform calls `/actions/{connector}/…`; the connector proves and reads the call, the core does the work once per
`call_id`, and the connector puts the outcome in the platform's words. What a platform waits for is told by
`ActionReporter` when the work has ended.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.sdk.cards import PlatformAnswer
from fortnox_bridge.sdk.webhooks import RawRequest, WebhookSecrets


class ActionKind(StrEnum):
    """`create_document`: of a deal. `update_customer`: of a company or contact."""

    CREATE_DOCUMENT = "create_document"
    UPDATE_CUSTOMER = "update_customer"


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One proven call.

    Attributes:
        account: external id of the source account, from what was signed.
        kind: what is asked for.
        record_kind: the kind of record the workflow runs on.
        external_id: its id.
        call_id: equal for every delivery of the same call; the work is done once.
        inputs: what the workflow's author filled in, by the connector's own input names; `document_kind` is `invoice`
            or `order`.
        waits: whether the platform should hold the workflow until the outcome is reported.
    """

    account: str
    kind: ActionKind
    record_kind: str
    external_id: str
    call_id: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    waits: bool = False


@dataclass(frozen=True, slots=True)
class OptionsCall:
    """The workflow's editor asks what an input may be."""

    account: str
    kind: ActionKind
    input_name: str
    search: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ActionOption:
    value: str
    label: str
    description: str = ""


class ActionState(StrEnum):
    """`accepted`: it will be done and nobody waits. `waiting`: the outcome comes later. The others are final."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What became of a call. `error_code` is a stable code of `docs/errors.md`; `said` one sentence for the history."""

    state: ActionState
    document_kind: str | None = None
    document_number: str | None = None
    document_url: str | None = None
    customer_number: str | None = None
    error_code: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class ActionSurface:
    """How one platform asks for work.

    Attributes:
        read: proves a call; gets the request and the path below `/actions/{connector}/`. Raises `NotAuthentic` and
            `UnreadablePayload`.
        answer: the answer to an `ActionCall`.
        options: the answer to an `OptionsCall`: the options, and the cursor of the next ones.
        deadline_s: how long the platform waits for an answer.
    """

    read: Callable[[RawRequest, str, WebhookSecrets, datetime], ActionCall | OptionsCall]
    answer: Callable[[ActionCall, ActionOutcome], PlatformAnswer]
    options: Callable[[OptionsCall, Sequence[ActionOption], str | None], PlatformAnswer]
    deadline_s: float


class DealsOfRecord(Protocol):
    """A slot of `Session`: which deal a workflow means that runs on a company or contact."""

    async def newest_open_deal(self, ref: SourceRef) -> SourceRef | None:
        """The deal of this record that is open and was made last, None when it has none.

        Raises:
            SourceDataInvalid: `source_record_missing` when the record does not exist.
        """


class ActionReporter(Protocol):
    """A slot of `Session`: tells the platform what became of a call it waits for."""

    async def may_wait(self) -> bool:
        """Whether the account's access suffices to report; if not, calls are accepted without waiting."""

    async def report(self, call_id: str, outcome: ActionOutcome) -> None:
        """Complete the call. Idempotent: a call that is completed, expired or unknown is done.

        Raises:
            PermissionMissing: the account's access does not suffice (any more).
            Unavailable, RateLimited: try again later.
        """
