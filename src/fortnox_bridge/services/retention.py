"""Forgetting what is no longer needed: payloads of deliveries, and what runs saw (facts: reliability 4.10).

Dedupe keys, runs with their outcomes, documents and links stay: they are what keeps a deal from being drafted twice.
"""

from datetime import timedelta
from typing import Final

import structlog

from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import SYSTEM, Storage

log = structlog.get_logger()

# So many in one transaction, so that deliveries never wait long for it.
_AT_ONCE: Final = 1000


class Retention:
    def __init__(self, *, storage: Storage, deployment: Deployment) -> None:
        self._storage = storage
        self._deployment = deployment

    async def __call__(self) -> None:
        """Forget everything that is old enough, a batch at a time. Safe to repeat and to break off."""
        now = self._deployment.clock.now()
        payloads = now - timedelta(days=self._deployment.payload_days)
        traces = now - timedelta(days=self._deployment.trace_days)
        forgotten = {"payloads": 0, "steps": 0}
        while True:
            async with self._storage.unit(SYSTEM) as unit:
                cleared = await unit.events.clear_bodies(payloads, limit=_AT_ONCE)
                deleted = await unit.runs.forget_steps(traces, limit=_AT_ONCE)
            forgotten["payloads"] += cleared
            forgotten["steps"] += deleted
            if cleared < _AT_ONCE and deleted < _AT_ONCE:
                break
        if any(forgotten.values()):
            log.info("retention.forgotten", **forgotten)
