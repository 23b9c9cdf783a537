"""Scopes: whose rows a unit of work may see. Every unit of work opens with one (facts: reliability 5, item 1)."""

from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.ids import ConnectionId


@dataclass(frozen=True, slots=True)
class ConnectionScope:
    """Only what belongs to this connection."""

    connection_id: ConnectionId


@dataclass(frozen=True, slots=True)
class SystemScope:
    """Everything: the worker, the sweeper, operators."""


Scope = ConnectionScope | SystemScope
SYSTEM: Final = SystemScope()
