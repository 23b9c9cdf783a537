"""What went wrong inside connectors lately, in the memory of this process: to look at, not for audit."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fortnox_bridge.domain.clock import Clock

_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class ConnectorFailure:
    """One failure. `capability` is the slot and method, such as `deals.read_deal`; `code` one of `docs/errors.md`."""

    at: datetime
    capability: str
    code: str


class ConnectorFailures:
    """The newest few of each connector."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: dict[str, deque[ConnectorFailure]] = {}

    def note(self, connector: str, capability: str, code: str) -> None:
        kept = self._of.setdefault(connector, deque(maxlen=_KEPT))
        kept.appendleft(ConnectorFailure(self._clock.now(), capability, code))

    def recent(self, connector: str) -> tuple[ConnectorFailure, ...]:
        """Newest first."""
        return tuple(self._of.get(connector, ()))
