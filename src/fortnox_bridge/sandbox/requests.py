"""Every request the simulated vendors received, in order, for the tests' checker."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from fortnox_bridge.sandbox.json_codec import printable
from fortnox_bridge.sandbox.masking import mask_body, mask_headers, mask_query
from fortnox_bridge.sandbox.messages import Answer, Incoming

LOG_LIMIT = 20_000
BODY_LIMIT = 256 * 1024


@dataclass(slots=True)
class LoggedRequest:
    """One line of the log; `status` stays None for as long as nothing was answered."""

    seq: int
    simulator: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: object
    started_at: datetime
    status: int | None = None
    response_body: object = None
    fault: str | None = None
    duration_ms: float | None = None
    applied_status: int | None = None

    def finish(self, answer: Answer, duration_ms: float) -> None:
        """Record what the client was sent."""
        self.status = answer.status
        self.response_body = _shown(answer.body, answer.content_type)
        self.duration_ms = duration_ms

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class RequestLog:
    """A bounded log: the oldest lines give way, so that a long soak does not eat the memory."""

    now: Callable[[], datetime]
    _entries: deque[LoggedRequest] = field(default_factory=lambda: deque(maxlen=LOG_LIMIT))
    _last_seq: int = 0

    def receive(self, simulator: str, request: Incoming) -> LoggedRequest:
        self._last_seq += 1
        entry = LoggedRequest(
            seq=self._last_seq,
            simulator=simulator,
            method=request.method,
            path=request.path,
            query=mask_query(request.query),
            headers=mask_headers(request.headers),
            body=_shown(request.body, request.header("content-type")),
            started_at=self.now(),
        )
        self._entries.append(entry)
        return entry

    def list(self, simulator: str | None = None, after: int = 0) -> list[dict[str, object]]:
        return [
            entry.as_json()
            for entry in self._entries
            if entry.seq > after and (simulator is None or entry.simulator == simulator)
        ]

    def clear(self) -> None:
        """Forget the lines; numbering goes on, so that `after` stays meaningful."""
        self._entries.clear()


def _shown(body: bytes, content_type: str) -> object:
    return printable(mask_body(body, content_type)[:BODY_LIMIT])
