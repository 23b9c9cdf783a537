"""What a story leaves behind, for the closing tables."""

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """`plan` is the draft plan as the run's map step stored it; `calls` counts requests by system, method and path."""

    title: str
    document: Record
    plan: Record
    note: str
    pdf: str | None
    calls: dict[str, int] = field(default_factory=dict)
