"""What a connector can do, each as a small protocol in its own slot of `Session`. Absent means None.

All methods raise by taxonomy: `ReconnectRequired` when the account's access is gone, `PermissionMissing` for a
missing right, `RateLimited` with the wait the vendor asks for, `Unavailable` when it does not answer properly,
`SourceDataInvalid` when a record is missing or refused, `ContractViolation` when the answer breaks the vendor's own
description. Writes raise `OutcomeUnknown` when they may have happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fortnox_bridge.domain.deal import Deal, DealHead
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.values import Choice, FieldType
from fortnox_bridge.sdk.notes import FileUpload, Note


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Who a source account is: its stable external id, its name for people, and a link to it."""

    external_id: str
    name: str
    user_name: str | None = None
    url: str | None = None
    default_currency: str | None = None


class AccountReader(Protocol):
    """Says who the account is."""

    async def identify(self) -> AccountInfo:
        """Who the tokens belong to. A cheap call, also used as the connection test."""


class AccountLeaver(Protocol):
    """Takes the app out of an account."""

    async def leave(self) -> None:
        """Take the app out of the account, where the vendor wants that of a disconnection. Idempotent."""


class DealSource(Protocol):
    """Reads deals. Reading has no side effect."""

    async def read_head(self, ref: SourceRef) -> DealHead:
        """The cheap first look, in one call. A record that is deleted is answered with status `deleted`.

        Raises:
            SourceDataInvalid: `source_record_missing` when it does not exist or is invisible to the account's user.
        """

    async def read_deal(self, head: DealHead) -> Deal:
        """The whole deal as one snapshot, with the fewest calls that give all of it.

        Money is Decimal in the deal's currency, ids are text, times aware and UTC.

        Raises:
            SourceDataInvalid: the deal cannot be expressed, with field and record named.
        """


class NoteWriter(Protocol):
    """Writes notes on a record. Idempotency is the caller's: it remembers ids and looks before it repeats."""

    async def find_note(self, ref: SourceRef, reference: str) -> str | None:
        """The id of the newest note on `ref` whose text holds `reference`, or None."""

    async def create_note(self, ref: SourceRef, note: Note) -> str:
        """Write a new note and answer its id. Not idempotent."""

    async def update_note(self, note_id: str, note: Note) -> bool:
        """Replace the note's content; False when the note is gone. Idempotent.

        Attachments are added to it; those it has stay when the new content names none.
        """


class FileWriter(Protocol):
    """Attaches files to a record. Never publicly readable ones.

    Where the platform hangs files on notes, the file is stored for `ref` and hangs where a note names its id in
    `Note.attachments`.
    """

    async def find_file(self, ref: SourceRef, file_name: str) -> str | None:
        """The id of a file with this name on, or stored for, `ref`, or None."""

    async def attach_file(self, ref: SourceRef, upload: FileUpload) -> str:
        """Attach or store and answer the file's id. Not idempotent."""


class FieldWriter(Protocol):
    """Writes what the bridge knows into fields of the source, such as the draft's number."""

    async def write_fields(self, ref: SourceRef, values: Mapping[str, str]) -> None:
        """Set the record's own fields, by stable key. Idempotent: the same values twice change nothing."""


@dataclass(frozen=True, slots=True)
class FieldDescriptor:
    """A field that settings may name.

    Attributes:
        path: full field path, such as `company.custom:1b6f…` (see `FieldPath`).
        label: what users see in the source system.
        type: the values it holds.
        options: of choice fields.
        is_writable: whether `FieldWriter` may set it.
    """

    path: str
    label: str
    type: FieldType
    options: tuple[Choice, ...] = ()
    is_writable: bool = False


class FieldCatalogue(Protocol):
    """Lists the fields that settings may name."""

    async def list_fields(self) -> tuple[FieldDescriptor, ...]:
        """Every field of deals, companies, contacts and products that settings may name."""


class FieldMaker(Protocol):
    """Creates fields in the source, so that nobody must make them by hand."""

    async def create_field(self, object_name: str, label: str, field_type: FieldType) -> FieldDescriptor:
        """Create a field on `deal`, `company`, `contact` or `product`. Idempotent by label and type.

        Raises:
            PermissionMissing: the account's user may not create fields.
            SourceDataInvalid: the type cannot be created there.
        """


@dataclass(frozen=True, slots=True)
class StageDescriptor:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PipelineDescriptor:
    id: str
    name: str
    stages: tuple[StageDescriptor, ...]


class StageCatalogue(Protocol):
    """Lists the stages that trigger rules may name."""

    async def list_pipelines(self) -> tuple[PipelineDescriptor, ...]:
        """Pipelines with their stages in the order users see; deleted ones are left out."""


@dataclass(frozen=True, slots=True)
class HookTarget:
    """Where the account's deliveries shall go, and the credentials they shall carry."""

    url: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class HookState:
    """What `ensure_hooks` found and did. `ids` are the vendor's ids of the hooks that now stand."""

    ids: tuple[str, ...]
    created: int
    removed: int


class HookRegistrar(Protocol):
    """Keeps the account's own webhooks. Safe to repeat; hooks of others are left alone."""

    async def ensure_hooks(self, target: HookTarget, object_kinds: frozenset[str]) -> HookState:
        """Make exactly the needed hooks stand, active and pointing at `target`; remove stale ones of ours.

        Args:
            target: where deliveries go, and what they carry.
            object_kinds: kinds of records whose changes are wanted: the connector's own `object_kind`, always, and
                any of `company`, `contact` and `product`. Kinds that the source cannot tell of are passed over.
        """

    async def remove_hooks(self, url: str) -> int:
        """Remove the hooks that point at `url`; answer how many there were."""
