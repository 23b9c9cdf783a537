"""Sends events to the app's one address for real: in batches, signed, with HubSpot's retries (facts 6.1)."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Final

from fortnox_bridge.sdk.simulator import SimulatorWorld
from fortnox_bridge_hubspot.simulator.answers import Record, milliseconds, to_json
from fortnox_bridge_hubspot.simulator.knobs import KnobBoard
from fortnox_bridge_hubspot.simulator.sending import send
from fortnox_bridge_hubspot.simulator.signing import hook_headers
from fortnox_bridge_hubspot.simulator.state import Actor, Portal

# Ten tries spread over a day.
RETRY_AFTER_S: Final = (60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 21_600, 14_400)
_KEPT: Final = 5000
# What the app subscribes to; property changes name one property each.
_PROPERTIES: Final = {
    "deal": {"dealstage", "pipeline", "amount", "dealname", "closedate", "hubspot_owner_id"},
    "company": {"name", "address", "zip", "city", "country", "phone"},
    "contact": {"firstname", "lastname", "email", "phone", "address", "zip", "city", "country"},
    "product": {"name", "price", "hs_sku", "description"},
}
_OTHERS: Final = {"creation", "deletion", "merge", "restore", "privacyDeletion", "associationChange"}


@dataclass(slots=True)
class HookSender:
    world: SimulatorWorld
    board: KnobBoard
    app_id: int
    secret: str
    deliveries: deque[Record] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _held: list[Record] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _last_event: int = 70_000
    _installed: set[int] = field(default_factory=set)
    _random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - an order, not a secret

    def install(self, portal_id: int) -> None:
        self._installed.add(portal_id)

    def uninstall(self, portal_id: int) -> None:
        self._installed.discard(portal_id)

    def publish(self, portal: Portal, event: Record, actor: Actor) -> None:
        """Only portals that installed the app, and only what it subscribes to."""
        if portal.id not in self._installed or not _is_subscribed(event):
            return
        self._last_event += 1
        whole = {
            "eventId": self._last_event,
            "subscriptionId": 31,
            "portalId": portal.id,
            "appId": self.app_id,
            "attemptNumber": 0,
            "changeSource": actor.change_source,
            "sourceId": actor.source_id,
            **event,
        }
        if not self.board.current.webhook_drop:
            self._held.append(whole)
        self.release()

    def release(self) -> None:
        """Send what waits, unless paused; without a running loop it waits for the next call."""
        knobs = self.board.current
        if knobs.webhooks_paused or not self._held or not knobs.webhook_url:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        waiting, self._held = self._held, []
        if knobs.webhook_shuffle:
            self._random.shuffle(waiting)
        for first in range(0, len(waiting), knobs.batch_size):
            self._start(loop, self._deliver(waiting[first : first + knobs.batch_size]))

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._held = []
        self.deliveries.clear()
        self._installed.clear()

    async def aclose(self) -> None:
        tasks = list(self._tasks)
        self.reset()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, None]) -> None:
        task = loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, batch: list[Record]) -> None:
        delivery: Record = {"events": batch, "url": self.board.current.webhook_url, "attempts": [], "state": "waiting"}
        self.deliveries.append(delivery)
        for attempt, wait_s in enumerate((*RETRY_AFTER_S, None)):
            if await self._attempt(delivery, batch, attempt):
                delivery["state"] = "delivered"
                for _ in range(self.board.current.webhook_duplicates):
                    await self._attempt(delivery, batch, attempt)
                return
            if wait_s is None:
                break
            delivery["state"] = "retrying"
            await asyncio.sleep(wait_s * self.world.time_scale)
        delivery["state"] = "failed"

    async def _attempt(self, delivery: Record, batch: list[Record], attempt: int) -> bool:
        url = delivery["url"]
        body = to_json([{**event, "attemptNumber": attempt} for event in batch])
        # Signed anew each time, with the receiver's clock in mind: it is real time that it checks against.
        headers = hook_headers(self.secret, url, body, milliseconds(self.world.clock.now()))
        status: int | None = None
        error: str | None = None
        try:
            reply = await send("POST", url, body, headers, timeout_s=self.board.current.webhook_timeout_s)
            status = reply.status
        except (OSError, ValueError, asyncio.IncompleteReadError) as failure:
            error = type(failure).__name__
        delivery["attempts"].append({"attempt": attempt, "status": status, "error": error})
        return status is not None and 200 <= status < 300


def _is_subscribed(event: Record) -> bool:
    kind, _, what = str(event["subscriptionType"]).partition(".")
    if what == "propertyChange":
        return event["propertyName"] in _PROPERTIES.get(kind, ())
    return what in _OTHERS and kind != "note"
