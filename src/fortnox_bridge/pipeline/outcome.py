"""What a stage may decide, besides raising `UserAction`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proceed(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing is to be done, for a reason that the catalogue explains."""

    reason: str
    params: Mapping[str, str] = field(default_factory=dict)


Outcome = Proceed[T] | Skip
