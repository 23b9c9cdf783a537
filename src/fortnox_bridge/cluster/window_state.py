"""The rate windows in Redis, looked at and changed by one script (facts: reliability 4.6)."""

from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from fortnox_bridge.fortnox.redis_limiter import SCRIPT, SharedStateAway

_EPOCH: Final = "fb:window:epoch"
# A request to Fortnox waits for this: whoever does not answer sooner is taken for away.
_TIMEOUT_S: Final = 0.5


class RedisWindowState:
    """Implements `SharedState`. Connects when first used, and again by itself after every failure."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, max_connections=50
        )
        self._script = self._redis.register_script(SCRIPT)

    async def run(self, key: str, arguments: tuple[str, ...]) -> tuple[bool, float, float]:
        try:
            granted, wait_s, spacing_s = await self._script(keys=[key, _EPOCH], args=list(arguments))
        except (RedisError, OSError, TimeoutError) as error:
            raise SharedStateAway(type(error).__name__) from error
        return granted == 1, float(wait_s), float(spacing_s)

    async def problem(self) -> str | None:
        """Why Redis does not answer; None if it does."""
        try:
            await self._redis.ping()
        except (RedisError, OSError, TimeoutError) as error:
            return type(error).__name__
        return None

    async def aclose(self) -> None:
        await _closed(self._redis)


async def _closed(redis: Redis) -> None:
    try:
        await redis.aclose()
    except (RedisError, OSError):
        return
