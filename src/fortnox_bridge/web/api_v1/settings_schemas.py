"""What the settings' part of REST takes and answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.web.api_v1.schemas import FieldBody, Incoming, Outgoing, ShortText
from fortnox_bridge.web.problems import FaultBody

# Revisions are counted in four bytes.
HIGHEST = 2**31 - 1


class SettingsBody(Outgoing):
    """One revision of the sync settings; `document` follows the published JSON Schema.

    `warnings` come with a save: what could not be checked, or never gives anything.
    """

    revision: int
    author: str
    created_at: datetime
    document: dict[str, Any]
    warnings: list[FaultBody] = Field(default_factory=list)


class SettingsUpdate(Incoming):
    """Save a new revision on top of `revision`. Refused with 409 when somebody saved in between.

    An unchanged document makes no new revision. An invalid one changes nothing and names every fault.
    """

    revision: int = Field(ge=0)
    document: dict[str, Any]


class SettingsDocument(Incoming):
    """A document to be checked, as it would be saved."""

    document: dict[str, Any]


class CheckBody(Outgoing):
    """What a check found. `faults` would stop a save, or keep deals waiting; `warnings` would not.

    `revision` is the one that was checked, null for a document that was sent.
    """

    revision: int | None = None
    is_sound: bool
    faults: list[FaultBody]
    warnings: list[FaultBody]


class RevisionBody(Outgoing):
    """One revision without its document."""

    revision: int
    schema_version: str
    author: str
    created_at: datetime


class RevisionList(Outgoing):
    """One page, newest first. `next_cursor` continues; null at the end."""

    revisions: list[RevisionBody]
    next_cursor: str | None


class ChangeBody(Outgoing):
    """One difference. `before` is left out of what was added, `after` of what was removed."""

    kind: Literal["added", "removed", "changed"]
    place: str
    before: Any = None
    after: Any = None


class DiffBody(Outgoing):
    """What changed from one revision to another, both read in the current form."""

    from_revision: int
    to_revision: int
    changes: list[ChangeBody]


class RestoreRequest(Incoming):
    """Make an older revision's document the newest one, on top of `based_on`."""

    revision: int = Field(ge=1, le=HIGHEST)
    based_on: int = Field(ge=0)


class ImportRequest(Incoming):
    """Save the document of an exported file on top of `based_on`."""

    based_on: int = Field(ge=0)
    file: dict[str, Any] = Field(description="What `GET …/settings/export` answered")


class CopyRequest(Incoming):
    """Save another connection's settings here, on top of `based_on`. The key must reach both connections."""

    from_connection_id: UUID
    based_on: int = Field(ge=0)


class NewMappingField(Incoming):
    """Create a field in the source system and map it to `target`, on top of `based_on`. Idempotent.

    `target` is a Fortnox field by our name, as in the mapping of `section`.
    """

    section: Literal["company", "contact", "document", "product"]
    target: ShortText
    object: Literal["deal", "company", "contact", "product"]
    label: ShortText
    type: FieldType = FieldType.TEXT
    based_on: int = Field(ge=0)


class MappingFieldBody(Outgoing):
    """The field as the source has it, and the settings that now fill Fortnox from it."""

    field: FieldBody
    settings: SettingsBody
