"""Subscriptions: what they match, when they are banned, when they die (section 17)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.instants import millisecond_time
from fortnox_bridge_pipedrive.simulator.state import Event

LIMIT_PER_USER = 40
FAILURES_BEFORE_BAN = 10
BAN = timedelta(minutes=30)
DEAD_AFTER = timedelta(days=3)


@dataclass(slots=True)
class Webhook:
    """`record` is what the API answers; the rest is the vendor's own bookkeeping."""

    record: Record
    client_id: str | None
    failed_first_attempts: int = 0
    banned_until: datetime | None = None
    failing_since: datetime | None = None

    def wants(self, company_id: int, event: Event) -> bool:
        return (
            bool(self.record["is_active"])
            and self.record["company_id"] == company_id
            and self.record["event_action"] in {"*", event.action}
            and self.record["event_object"] in {"*", event.entity}
        )

    def is_banned(self, now: datetime) -> bool:
        if self.banned_until is not None and self.banned_until <= now:
            self.banned_until = None
            self.failed_first_attempts = 0
        return self.banned_until is not None

    def note_success(self, now: datetime, status: int) -> None:
        self.failing_since = None
        self.record["last_delivery_time"] = millisecond_time(now)
        self.record["last_http_status"] = status

    def note_failure(self, now: datetime, status: int | None, *, attempt: int, ban: timedelta) -> None:
        self.record["last_http_status"] = status
        self.failing_since = self.failing_since or now
        if attempt == 1:
            self.failed_first_attempts += 1
            if self.failed_first_attempts >= FAILURES_BEFORE_BAN and self.banned_until is None:
                self.banned_until = now + ban
        self.bury_if_dead(now)

    def bury_if_dead(self, now: datetime) -> None:
        if self.failing_since is not None and now - self.failing_since >= DEAD_AFTER:
            self.remove(now, "no successful delivery in 3 days")

    def remove(self, now: datetime, reason: str) -> None:
        self.record["is_active"] = 0
        self.record["remove_time"] = millisecond_time(now)
        self.record["remove_reason"] = reason


@dataclass(slots=True)
class WebhookRegister:
    by_id: dict[int, Webhook] = field(default_factory=dict)

    def living(self, company_id: int, now: datetime) -> list[Webhook]:
        for webhook in self.by_id.values():
            webhook.bury_if_dead(now)
        return [
            webhook
            for webhook in self.by_id.values()
            if webhook.record["is_active"] and webhook.record["company_id"] == company_id
        ]

    def remove_of_app(self, company_id: int, user_id: int, client_id: str, now: datetime) -> None:
        """Uninstalling removes what the app created for that user (section 2.2)."""
        for webhook in self.living(company_id, now):
            if webhook.client_id == client_id and webhook.record["owner_id"] == user_id:
                webhook.remove(now, "app uninstalled")
