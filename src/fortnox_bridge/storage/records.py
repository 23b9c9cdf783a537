"""What repositories answer where the domain has no word of its own: keys, links, hooks, revisions, audit entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from fortnox_bridge.domain.ids import (
    ApiKeyId,
    ConnectionId,
    EventId,
    FortnoxCompanyId,
    RunId,
    SourceAccountId,
    SourceRef,
)
from fortnox_bridge.domain.run import BusinessKey, RequestedAction, Run, RunState, TriggerKind
from fortnox_bridge.domain.snapshot import Plain


@dataclass(frozen=True, slots=True)
class CredentialOwner:
    """Whose secret it is: of a source account or of a Fortnox company, never of both."""

    source_account_id: SourceAccountId | None = None
    company_id: FortnoxCompanyId | None = None

    def __post_init__(self) -> None:
        if (self.source_account_id is None) == (self.company_id is None):
            raise ValueError("a credential has one owner")


@dataclass(frozen=True, slots=True)
class SourceHook:
    """One webhook subscription of a source account. `url` holds the path token: as secret as the password."""

    id: UUID
    source_account_id: SourceAccountId
    user: str
    password: str = field(repr=False)
    url: str = field(repr=False)
    vendor_ids: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SettingsRevision:
    """One saved state of a connection's sync settings; rows are never changed."""

    connection_id: ConnectionId
    revision: int
    major: int
    minor: int
    document: Mapping[str, Plain]
    sha256: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    id: EventId
    source_account_id: SourceAccountId
    connection_id: ConnectionId | None
    run_id: RunId | None
    trigger: TriggerKind
    dedupe_key: str
    object_kind: str | None
    external_id: str | None
    reason: str
    occurred_at: datetime | None
    received_at: datetime
    body: bytes = field(repr=False)
    unreadable_reason: str | None = None


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that somebody asks for. `connection_id` is given when the person already stands in a connection."""

    id: RunId
    key: BusinessKey
    trigger: TriggerKind
    requested_by: str
    connection_id: ConnectionId | None = None
    requested_kind: str | None = None
    requested_action: RequestedAction | None = None
    replay_of: RunId | None = None


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far regular work has got. `at` is when its round began; `cursor` where it goes on, None when it has ended."""

    at: datetime
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class LinkedSource:
    """A source record that has a link, and the link's own id, by which a walk goes on."""

    id: str
    source: SourceRef


@dataclass(frozen=True, slots=True)
class Enqueued:
    """`is_coalesced`: a run that was queued already took the request in, due at once."""

    run: Run
    is_coalesced: bool


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Every condition given must hold; None means any. `text` is looked for in the record's id and the reason."""

    states: tuple[RunState, ...] = ()
    reasons: tuple[str, ...] = ()
    connection_id: ConnectionId | None = None
    source_account_id: SourceAccountId | None = None
    connector: str | None = None
    object_kind: str | None = None
    external_id: str | None = None
    text: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`connection_id` None: good for every connection."""

    id: ApiKeyId
    name: str
    scopes: tuple[str, ...]
    connection_id: ConnectionId | None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_good_at(self, instant: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or instant < self.expires_at)


@dataclass(frozen=True, slots=True)
class ReplayLink:
    run_id: RunId
    connection_id: ConnectionId | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_good_at(self, instant: datetime) -> bool:
        return self.used_at is None and instant < self.expires_at


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, to what. `facts` are plain values without secrets."""

    id: UUID
    at: datetime
    actor: str
    action: str
    connection_id: ConnectionId | None = None
    subject: str | None = None
    facts: Mapping[str, Plain] = field(default_factory=dict)
