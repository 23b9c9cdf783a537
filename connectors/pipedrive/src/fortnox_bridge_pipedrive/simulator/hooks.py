"""Sends events to subscribers for real, with the vendor's retries, ban and burial (section 17.2)."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field

from fortnox_bridge.sdk.simulator import SimulatorWorld
from fortnox_bridge_pipedrive.simulator.answers import Record, to_json
from fortnox_bridge_pipedrive.simulator.hook_payload import payload
from fortnox_bridge_pipedrive.simulator.hook_post import send_request
from fortnox_bridge_pipedrive.simulator.identities import Identities
from fortnox_bridge_pipedrive.simulator.instants import millisecond_time
from fortnox_bridge_pipedrive.simulator.knobs import KnobBoard
from fortnox_bridge_pipedrive.simulator.state import Company, Event
from fortnox_bridge_pipedrive.simulator.webhook_register import BAN, Webhook, WebhookRegister

RETRY_AFTER_S = (3, 30, 150)
_KEPT_DELIVERIES = 5000


@dataclass(frozen=True, slots=True)
class _Parcel:
    company: Company
    event: Event
    webhook: Webhook
    event_id: str
    correlation_id: str
    delivery: Record


@dataclass(slots=True)
class HookSender:
    world: SimulatorWorld
    identities: Identities
    board: KnobBoard
    register: WebhookRegister = field(default_factory=WebhookRegister)
    deliveries: deque[Record] = field(default_factory=lambda: deque(maxlen=_KEPT_DELIVERIES))
    _held: list[_Parcel] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def publish(self, company: Company, event: Event) -> None:
        now = self.world.clock.now()
        correlation_id = str(self.identities.uuid())
        for webhook in self.register.living(company.id, now):
            if not webhook.wants(company.id, event):
                continue
            parcel = self._parcel(company, event, webhook, correlation_id)
            self.deliveries.append(parcel.delivery)
            if self.board.current.webhook_drop:
                parcel.delivery["state"] = "dropped"
            elif webhook.is_banned(now):
                # Events during a ban are discarded for good (section 17.2).
                parcel.delivery["state"] = "lost_by_ban"
            else:
                self._held.append(parcel)
        self.release()

    def release(self) -> None:
        """Start what waits, unless paused; without a running loop it waits for the next call."""
        if self.board.current.webhooks_paused or not self._held:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        waiting, self._held = self._held, []
        for parcel in waiting:
            for _ in range(max(self.board.current.webhook_copies, 1)):
                self._start(loop, self._deliver(parcel))

    def spawn_request(self, method: str, url: str, body: Record, credentials: tuple[str, str]) -> None:
        """Send a callback of the app (uninstall) whose answer is ignored."""
        self._start(asyncio.get_running_loop(), self._send_callback(method, url, body, credentials))

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._held = []
        self.deliveries.clear()
        self.register = WebhookRegister()

    async def aclose(self) -> None:
        tasks = list(self._tasks)
        self.reset()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, None]) -> None:
        task = loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _parcel(self, company: Company, event: Event, webhook: Webhook, correlation_id: str) -> _Parcel:
        event_id = str(self.identities.uuid())
        delivery: Record = {
            "id": event_id,
            "company_id": company.id,
            "webhook_id": webhook.record["id"],
            "action": event.action,
            "entity": event.entity,
            "entity_id": event.entity_id,
            "state": "waiting",
            "attempts": [],
        }
        return _Parcel(company, event, webhook, event_id, correlation_id, delivery)

    async def _deliver(self, parcel: _Parcel) -> None:
        knobs = self.board.current
        if knobs.webhook_shuffle_s:
            await asyncio.sleep(self.identities.fraction() * knobs.webhook_shuffle_s)
        if not await self._deliver_with_retries(parcel):
            return
        for _ in range(knobs.webhook_duplicates):
            await self._attempt(parcel, attempt=1)

    async def _deliver_with_retries(self, parcel: _Parcel) -> bool:
        for attempt, wait_s in enumerate((*RETRY_AFTER_S, None), start=1):
            if await self._attempt(parcel, attempt=attempt):
                parcel.delivery["state"] = "delivered"
                return True
            if wait_s is None or not parcel.webhook.record["is_active"]:
                break
            parcel.delivery["state"] = "retrying"
            await asyncio.sleep(wait_s * self.world.time_scale)
        parcel.delivery["state"] = "failed"
        return False

    async def _attempt(self, parcel: _Parcel, *, attempt: int) -> bool:
        webhook = parcel.webhook
        record = webhook.record
        body = payload(
            parcel.company,
            parcel.event,
            event_id=parcel.event_id,
            correlation_id=parcel.correlation_id,
            webhook=record,
            attempt=attempt,
        )
        user, password = record["http_auth_user"], record["http_auth_password"]
        credentials = (user, password or "") if user else None
        status: int | None = None
        error: str | None = None
        try:
            status = await send_request(
                "POST",
                record["subscription_url"],
                to_json(body),
                credentials=credentials,
                timeout_s=self.board.current.webhook_timeout_s,
            )
        except (OSError, ValueError) as failure:
            error = type(failure).__name__
        now = self.world.clock.now()
        parcel.delivery["attempts"].append(
            {"attempt": attempt, "at": millisecond_time(now), "status": status, "error": error}
        )
        is_success = status is not None and 200 <= status < 300
        if is_success and status is not None:
            webhook.note_success(now, status)
        else:
            webhook.note_failure(now, status, attempt=attempt, ban=BAN * self.world.time_scale)
        return is_success

    async def _send_callback(self, method: str, url: str, body: Record, credentials: tuple[str, str]) -> None:
        delivery: Record = {"callback": method, "url": url, "state": "delivered"}
        self.deliveries.append(delivery)
        try:
            delivery["status"] = await send_request(
                method,
                url,
                to_json(body),
                credentials=credentials,
                timeout_s=self.board.current.webhook_timeout_s,
            )
        except (OSError, ValueError) as failure:
            delivery["state"], delivery["error"] = "failed", type(failure).__name__
