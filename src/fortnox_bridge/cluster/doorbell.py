"""A bell that is heard in other processes: arq carries it, and carries nothing else (facts: reliability 4.9).

A job holds no data and is done the moment it is picked up: it rings the worker's own bell, and the database is asked
what there is to do. Without Redis the workers look every second.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast

import structlog
from arq import ArqRedis, create_pool
from arq.connections import RedisSettings
from arq.typing import WorkerCoroutine
from arq.worker import Worker as ArqWorker
from arq.worker import func
from redis.exceptions import RedisError

log = structlog.get_logger()

_QUEUE: Final = "fb:bell"
_JOB: Final = "ring"
_POLL_S: Final = 0.02
# Many rings of one moment are one ring.
_GAP_S: Final = 0.01
_SEND_TIMEOUT_S: Final = 2.0
_LONGEST_REST_S: Final = 5.0


class ClusterDoorbell:
    """Rings here at once, and in one of the processes that listen. Ringing never fails and never waits."""

    def __init__(self, redis_url: str, ring_here: Callable[[], None], *, listens: bool) -> None:
        self._settings = RedisSettings.from_dsn(redis_url)
        self._settings.conn_timeout = 1
        self._settings.conn_retries = 0
        self._ring_here = ring_here
        self._listens = listens
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def ring(self) -> None:
        self._ring_here()
        self._wanted.set()

    def start(self) -> None:
        works = [self._send, *([self._listen] if self._listens else [])]
        self._tasks = [asyncio.create_task(_supervised(work), name=f"cluster.{work.__name__}") for work in works]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _send(self) -> None:
        pool = await create_pool(self._settings, job_serializer=_dumped, job_deserializer=_loaded)
        try:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                async with asyncio.timeout(_SEND_TIMEOUT_S):
                    await pool.enqueue_job(_JOB, _queue_name=_QUEUE)
                await asyncio.sleep(_GAP_S)
        finally:
            await _closed(pool)

    async def _listen(self) -> None:
        async def ring(_context: Mapping[Any, Any]) -> None:
            self._ring_here()

        pool = await create_pool(self._settings, job_serializer=_dumped, job_deserializer=_loaded)
        listener = ArqWorker(
            functions=[func(cast("WorkerCoroutine", ring), name=_JOB, keep_result=0, timeout=5, max_tries=1)],
            redis_pool=pool,
            queue_name=_QUEUE,
            poll_delay=_POLL_S,
            keep_result=0,
            max_tries=1,
            handle_signals=False,
            log_results=False,
            job_serializer=_dumped,
            job_deserializer=_loaded,
        )
        try:
            await listener.main()
        finally:
            await _closed(pool)


async def _supervised(work: Callable[[], Awaitable[None]]) -> None:
    """Redis may go and come back at any time: it is tried again, ever more slowly."""
    rest_s = _GAP_S
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - Redis, the network, or arq itself: the bell is tried again
            if asyncio.get_running_loop().time() - started > _LONGEST_REST_S:
                rest_s = _GAP_S
            log.warning("doorbell.away", work=work.__name__, error=type(error).__name__)
        rest_s = min(max(rest_s * 2, 0.1), _LONGEST_REST_S)
        await asyncio.sleep(rest_s)


async def _closed(pool: ArqRedis) -> None:
    try:
        await pool.aclose()
    except (RedisError, OSError):
        return


def _dumped(data: dict[str, Any]) -> bytes:
    return json.dumps(data, default=str).encode()


def _loaded(data: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(data)
    return loaded
