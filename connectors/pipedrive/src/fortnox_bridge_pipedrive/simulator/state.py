from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from fortnox_bridge.sdk.simulator import SimulatedClock
from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.identities import Identities
from fortnox_bridge_pipedrive.simulator.instants import v2_time

ChangeSource = Literal["app", "api"]
FIELD_ENTITIES = ("deal", "organization", "person", "product")
RECORD_KINDS = (*FIELD_ENTITIES, "pipeline", "stage", "note", "file", "user", "participant")


@dataclass(slots=True)
class User:
    id: int
    name: str
    email: str
    api_token: str
    is_admin: bool = True
    active: bool = True
    default_currency: str = "SEK"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changed something: a person in the UI (`app`) or a program (`api`); it ends up in webhook meta."""

    user_id: int
    source: ChangeSource
    is_bulk_edit: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    action: Literal["create", "change", "delete"]
    entity: str
    entity_id: str
    data: Record | None
    previous: Record | None
    actor: Actor
    at: datetime
    extras: Record = field(default_factory=dict)


def _tables() -> dict[str, dict[int, Record]]:
    return {kind: {} for kind in RECORD_KINDS}


@dataclass(slots=True)
class Company:
    """One Pipedrive company: the unit that a token, a daily budget and a webhook belong to."""

    id: int
    name: str
    domain: str
    clock: SimulatedClock
    identities: Identities
    publish: Callable[["Company", Event], None]
    country: str = "SE"
    currency: str = "SEK"
    tax_method: str = "exclusive"
    users: dict[int, User] = field(default_factory=dict)
    tables: dict[str, dict[int, Record]] = field(default_factory=_tables)
    lines: dict[int, dict[int, Record]] = field(default_factory=dict)
    discounts: dict[int, dict[str, Record]] = field(default_factory=dict)
    installments: dict[int, dict[int, Record]] = field(default_factory=dict)
    variations: dict[int, dict[int, Record]] = field(default_factory=dict)
    custom_fields: dict[str, dict[str, Record]] = field(
        default_factory=lambda: {entity: {} for entity in FIELD_ENTITIES}
    )
    file_contents: dict[int, bytes] = field(default_factory=dict)
    filters: dict[int, list[int]] = field(default_factory=dict)
    currencies: list[Record] = field(default_factory=list)
    search_index: dict[tuple[str, int], list[tuple[datetime, Record]]] = field(default_factory=dict)
    _counters: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str, wanted: int | None = None) -> int:
        if wanted is not None:
            self._counters[kind] = max(self._counters.get(kind, 0), wanted)
            return wanted
        self._counters[kind] = self._counters.get(kind, 0) + 1
        return self._counters[kind]

    def now(self) -> str:
        return v2_time(self.clock.now())

    def find(self, kind: str, record_id: int | None) -> Record | None:
        return None if record_id is None else self.tables[kind].get(record_id)

    def living(self, kind: str) -> Iterator[Record]:
        return (record for record in self.tables[kind].values() if not record.get("is_deleted"))

    def first_user(self) -> User:
        return next(iter(self.users.values()))
