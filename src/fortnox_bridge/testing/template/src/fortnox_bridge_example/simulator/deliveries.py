"""Webhooks of the simulated vendor: signed, sent for real, and tried again until they are answered 2xx."""

import asyncio
import hashlib
import hmac
import json
from typing import Final

import httpx

from fortnox_bridge.sdk.simulator import SimulatorWorld
from fortnox_bridge_example.simulator.state import Account, Record

_RETRY_AFTER_S: Final = (5, 60, 600)


class Deliveries:
    def __init__(self, world: SimulatorWorld) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent = 0
        self.every: list[Record] = []

    def publish(self, account: Account, kind: str, record_id: str) -> None:
        """Tell every hook of the account; without a running loop nobody listens yet."""
        self._sent += 1
        event = {
            "id": f"evt-{account.id}-{self._sent}",
            "account": account.id,
            "type": kind,
            "record": record_id,
            "at": self._world.clock.now().isoformat(),
        }
        for hook in account.hooks.values():
            delivery: Record = {**event, "url": hook["url"], "statuses": []}
            self.every.append(delivery)
            task = asyncio.get_running_loop().create_task(self._deliver(delivery, event, hook))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, delivery: Record, event: Record, hook: Record) -> None:
        body = json.dumps(event).encode()
        async with httpx.AsyncClient(timeout=10) as http:
            for wait_s in (*_RETRY_AFTER_S, None):
                sent = str(int(self._world.clock.now().timestamp()))
                signed = hmac.new(hook["secret"].encode(), f"{sent}.".encode() + body, hashlib.sha256)
                headers = {"X-Example-Time": sent, "X-Example-Signature": signed.hexdigest()}
                try:
                    answer = await http.post(hook["url"], content=body, headers=headers)
                    delivery["statuses"].append(answer.status_code)
                    if answer.is_success:
                        return
                except httpx.HTTPError:
                    delivery["statuses"].append(None)
                if wait_s is not None:
                    await asyncio.sleep(wait_s * self._world.time_scale)
