"""What processes share when there are several, and what stands in its place when there is one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fortnox_bridge.config import Config
from fortnox_bridge.fortnox.limiter import MemoryRateLimiters, RateLimiters
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.storage import Storage
from fortnox_bridge.worker.doorbell import MemoryDoorbell
from fortnox_bridge.worker.periodic import OwnTurns, Turns


@dataclass(frozen=True, slots=True)
class Sharing:
    """`bell` is what this process's own worker hears; `doorbell` is what its services ring.

    `start` and `stop` are called around the service's work.
    """

    bell: MemoryDoorbell
    doorbell: Doorbell
    limiters: RateLimiters
    turns: Turns
    start: Callable[[], None]
    stop: Callable[[], Awaitable[None]]


def share(config: Config, deployment: Deployment, storage: Storage) -> Sharing:
    bell = MemoryDoorbell()
    turns: Turns = storage.turns if storage.is_shared else OwnTurns()
    if config.redis_url is None:
        return Sharing(bell, bell, _own_limiters(config, deployment), turns, _nothing, _nothing_to_wait_for)
    # Only with Redis: embedded mode does without arq and its client.
    from fortnox_bridge.cluster.doorbell import ClusterDoorbell
    from fortnox_bridge.cluster.window_state import RedisWindowState
    from fortnox_bridge.fortnox.redis_limiter import RedisRateLimiters

    url = config.redis_url.get_secret_value()
    windows = RedisWindowState(url)
    doorbell = ClusterDoorbell(url, bell.ring, listens=config.worker.enabled)

    async def stop() -> None:
        await doorbell.stop()
        await windows.aclose()

    limiters = RedisRateLimiters(
        windows,
        deployment.clock,
        share=config.worker.processes,
        background_every_s=deployment.timing.copy_call_s,
        jitter=lambda: deployment.jitter(0, 1),
    )
    return Sharing(bell, doorbell, limiters, turns, doorbell.start, stop)


def _own_limiters(config: Config, deployment: Deployment) -> MemoryRateLimiters:
    return MemoryRateLimiters(
        deployment.clock,
        is_past_known=deployment.is_past_known,
        share=config.worker.processes,
        background_every_s=deployment.timing.copy_call_s,
        jitter=lambda: deployment.jitter(0, 1),
    )


def _nothing() -> None:
    return


async def _nothing_to_wait_for() -> None:
    return
