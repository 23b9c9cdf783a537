"""What the draft says besides its rows' prices, and how it lives on (F50-F63, F66)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import DocumentField, RowField
from fortnox_bridge.domain.rules.mapping import FieldMapping


class DocumentDate(StrEnum):
    """`trigger_day`: the day the deal qualified. `source`: a date field of the source (F52)."""

    TRIGGER_DAY = "trigger_day"
    SOURCE = "source"


class LockedPeriod(StrEnum):
    """What happens when the document's day lies in a locked period (F52)."""

    PARK = "park"
    NEXT_OPEN_DAY = "next_open_day"


class Instalments(StrEnum):
    """What becomes of a deal that is paid in instalments (F63)."""

    PARK = "park"
    FULL = "full"
    ONE_DRAFT_EACH = "one_draft_each"


class Recurring(StrEnum):
    """What becomes of lines that are billed again and again (F63)."""

    PARK = "park"
    FIRST_PERIOD = "first_period"
    FULL_TERM = "full_term"


class Attachments(StrEnum):
    """Which files of the deal are attached to the Fortnox document (F62)."""

    NONE = "none"
    PDF = "pdf"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OurReference:
    """Our reference: by the deal owner's id or e-mail in `by_owner`, else the owner's name, else `default` (F53).

    Keys of `by_owner` are in small letters. `use_owner_name` False: only the table and the default.
    """

    by_owner: Mapping[str, str] = field(default_factory=dict)
    use_owner_name: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """F50-F63, F66.

    `allowed_difference` is how far Fortnox's total may miss the source's before a run parks; a rounding row with
    `rounding_article` then makes up for it (F57). Zero: not at all.
    """

    mark_not_completed: bool = False
    mapping: tuple[FieldMapping[DocumentField], ...] = ()
    row_mapping: tuple[FieldMapping[RowField], ...] = ()
    date: DocumentDate = DocumentDate.TRIGGER_DAY
    date_source: FieldPath | None = None
    when_locked: LockedPeriod = LockedPeriod.PARK
    delivery_working_days: int | None = None
    our_reference: OurReference = field(default_factory=OurReference)
    allowed_difference: Decimal = Decimal(0)
    rounding_article: str | None = None
    instalments: Instalments = Instalments.PARK
    instalment_article: str | None = None
    recurring: Recurring = Recurring.PARK
    attach: Attachments = Attachments.NONE
    follows_edits: bool = False
    marks_warehouse_ready: bool = False
