"""What is counted and timed, without saying whose it was: no tenant, no record, no name is ever a label."""

from typing import Protocol


class Meters(Protocol):
    """Counts and seconds. Never fails, never waits."""

    def delivery(self, connector: str, outcome: str, seconds: float) -> None:
        """A webhook was answered: `accepted`, `refused`, `unknown` or `not_stored`."""

    def events(self, connector: str, *, new: int, known: int) -> None:
        """Events were stored; `known` ones had been before."""

    def run(self, task: str, state: str, reason: str, seconds: float) -> None:
        """A run ended, or is to be tried again (`delayed`); `seconds` since it was queued."""

    def step(self, stage: str, error: str, seconds: float) -> None: ...

    def lease_lost(self) -> None: ...

    def call(self, system: str, answer: str, seconds: float) -> None:
        """A vendor was asked: `answer` is the status, `not_sent` or `unanswered`."""

    def waited(self, priority: str, seconds: float) -> None:
        """A request waited its turn for Fortnox's rate window."""

    def token(self, outcome: str) -> None:
        """A token renewal ended: `renewed` or `failed`."""


class NoMeters:
    """Nobody looks."""

    def delivery(self, connector: str, outcome: str, seconds: float) -> None:
        return

    def events(self, connector: str, *, new: int, known: int) -> None:
        return

    def run(self, task: str, state: str, reason: str, seconds: float) -> None:
        return

    def step(self, stage: str, error: str, seconds: float) -> None:
        return

    def lease_lost(self) -> None:
        return

    def call(self, system: str, answer: str, seconds: float) -> None:
        return

    def waited(self, priority: str, seconds: float) -> None:
        return

    def token(self, outcome: str) -> None:
        return
