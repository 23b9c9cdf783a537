"""Mapping rows: which source fields fill a field of Fortnox, and what may be overwritten there (F27, F28)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.template import Template

TargetT = TypeVar("TargetT", bound=StrEnum)


class Overwrite(StrEnum):
    """When a mapped value is written to a record that exists in Fortnox already (F28).

    Whatever is chosen, an existing record's field is never blanked: an empty source value writes nothing.
    """

    ALWAYS = "always"
    IF_EMPTY = "if_empty"
    ON_CREATION = "on_creation"


@dataclass(frozen=True, slots=True)
class FieldMapping(Generic[TargetT]):
    """One Fortnox field and what fills it: the first source field that is not empty, or a text template (F27)."""

    target: TargetT
    sources: tuple[FieldPath, ...] = ()
    template: Template | None = None
    overwrite: Overwrite = Overwrite.ON_CREATION


class WhenChanged(StrEnum):
    """When a change of a customer or product in the source reaches Fortnox (F49)."""

    NEXT_USE = "next_use"
    AT_ONCE = "at_once"


class Schedule(StrEnum):
    """How often every linked customer or product is brought up to date by itself (F16)."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
