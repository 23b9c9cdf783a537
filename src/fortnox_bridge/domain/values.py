"""Values of a source system's own fields, in neutral shapes."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.money import Money


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_RANGE = "date_range"
    TIME = "time"
    TIME_RANGE = "time_range"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list field: its stable id and the label users see (which they may rename)."""

    id: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class DateRange:
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class TimeRange:
    start: time
    end: time | None = None


FieldValue = (
    str
    | Decimal
    | bool
    | Money
    | datetime
    | date
    | time
    | DateRange
    | TimeRange
    | Choice
    | tuple[Choice, ...]
    | Address
    | SourceRef
)


def as_text(value: FieldValue) -> str:
    """The value as a person would write it in a text field; empty when there is nothing to show."""
    match value:
        case str():
            return value.strip()
        case bool():
            return "ja" if value else "nej"
        case Decimal():
            return format(value.normalize(), "f") if value.is_finite() else ""
        case Money():
            return f"{format(value.amount, 'f')} {value.currency}"
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case DateRange() | TimeRange():
            ends = [value.start.isoformat(), value.end.isoformat() if value.end else ""]
            return "–".join(end for end in ends if end)
        case Choice():
            return value.label or ""
        case tuple():
            return ", ".join(choice.label for choice in value if choice.label)
        case Address():
            return value.text or ", ".join(
                part for part in (value.line1, value.line2, value.zip_code, value.city) if part
            )
        case SourceRef():
            return value.external_id
