"""What is joined to what: source accounts, Fortnox companies, and the connections between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, SourceAccountId


class AccessState(StrEnum):
    CONNECTED = "connected"
    NEEDS_RECONNECT = "needs_reconnect"
    NOT_CONNECTED = "not_connected"


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One installation in a source system. `external_id` is None until it has been identified for the first time.

    `extra` is what the connector keeps of the token answer; `config` is its own settings of the account.
    """

    id: SourceAccountId
    connector: str
    external_id: str | None
    name: str
    access: AccessState
    credential_kind: str
    url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FortnoxCompany:
    """One Fortnox tenant. `database_number` is its identity at Fortnox; None until the first consent.

    `is_looked_up_first` makes even first attempts search for the marker: set after a restore or re-installation.
    """

    id: FortnoxCompanyId
    database_number: str | None
    name: str
    organisation_number: str | None
    access: AccessState
    has_service_account: bool = False
    is_looked_up_first: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A source account joined to a Fortnox company. The unit of isolation for people, cards and keys.

    `position` is its place among the connections of its source account, from 1: the first whose route fits takes a
    deal (F5).
    """

    id: ConnectionId
    source_account_id: SourceAccountId
    company_id: FortnoxCompanyId
    name: str
    is_active: bool = True
    created_at: datetime | None = None
    position: int = 1
