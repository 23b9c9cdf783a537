"""Time comes in through here: instants are aware and UTC, business dates are Swedish days."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Europe/Stockholm")


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, aware and in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go backwards; only differences mean anything."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        import time

        return time.monotonic()


def require_aware(instant: datetime) -> datetime:
    """Return `instant` in UTC; a naive one is a programming error at a boundary."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime crossed a boundary")
    return instant.astimezone(UTC)


def business_date(instant: datetime) -> date:
    """The Swedish calendar day on which `instant` falls."""
    return require_aware(instant).astimezone(BUSINESS_ZONE).date()
