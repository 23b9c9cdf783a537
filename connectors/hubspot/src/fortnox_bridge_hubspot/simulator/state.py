"""What one portal holds. Ids are text and unique only within a portal and kind, as in the real thing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from fortnox_bridge.sdk.simulator import SimulatedClock
from fortnox_bridge_hubspot.simulator.answers import Record
from fortnox_bridge_hubspot.simulator.names import KINDS


@dataclass(slots=True)
class CrmRecord:
    """One record; a property without a value is missing or None. `former_ids` were merged into it."""

    id: str
    kind: str
    properties: dict[str, str | None]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    former_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, as events tell it: `change_source` and `source_id`."""

    change_source: str = "CRM_UI"
    source_id: str = "userId:77"


@dataclass(slots=True)
class Links:
    """Associations, each direction by itself."""

    every: dict[tuple[str, str, str, str], set[int]] = field(default_factory=dict)

    def add(self, origin: tuple[str, str], target: tuple[str, str], type_id: int) -> bool:
        types = self.every.setdefault((*origin, *target), set())
        is_new = type_id not in types
        types.add(type_id)
        return is_new

    def remove(self, origin: tuple[str, str], target: tuple[str, str]) -> bool:
        return self.every.pop((*origin, *target), None) is not None

    def of(self, origin: tuple[str, str], kind: str) -> list[tuple[str, set[int]]]:
        return [
            (target_id, types)
            for (from_kind, from_id, to_kind, target_id), types in self.every.items()
            if (from_kind, from_id, to_kind) == (*origin, kind)
        ]

    def touching(self, end: tuple[str, str]) -> list[tuple[str, str, str, str]]:
        return [key for key in self.every if key[:2] == end or key[2:] == end]


@dataclass(slots=True)
class StoredFile:
    record: Record
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Portal:
    """One account. `publish` tells of changes; `private_token` opens it as a private app."""

    id: int
    name: str
    clock: SimulatedClock
    private_token: str
    publish: Callable[["Portal", Record, Actor], None]
    currency: str = "SEK"
    has_currencies: bool = True
    time_zone: str = "Europe/Stockholm"
    plan: str = "professional"
    records: dict[str, dict[str, CrmRecord]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    merged_into: dict[tuple[str, str], str] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    properties: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    groups: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    pipelines: list[Record] = field(default_factory=list)
    owners: list[Record] = field(default_factory=list)
    tax_rates: list[Record] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    last_id: int = 5500

    def new_id(self) -> str:
        self.last_id += 1
        return str(self.last_id)

    def find(self, kind: str, external_id: str) -> CrmRecord | None:
        """The record, also by an id that was merged into it."""
        current = self.merged_into.get((kind, external_id), external_id)
        return self.records[kind].get(current)

    def living(self, kind: str) -> Iterable[CrmRecord]:
        return (record for record in self.records[kind].values() if record.archived_at is None)

    def stage(self, stage_id: str | None) -> Record | None:
        return next(
            (stage for pipeline in self.pipelines for stage in pipeline["stages"] if stage["id"] == stage_id), None
        )
