"""A connector is a stranger's code. Every call of it is bounded in time, its errors are named, its answers looked at.

What cannot be contained inside one process: an import or a plain function that never returns.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import structlog

from fortnox_bridge.domain.errors import BridgeError, ContractViolation, Defect, OutcomeUnknown, Unavailable
from fortnox_bridge.sdk import Connector, ConnectorContext, NotAuthentic, Session, UnreadablePayload
from fortnox_bridge.sdk.shapes import answer_hint, fault_of, methods_of, slots_of
from fortnox_bridge.services.access.failures import ConnectorFailures

T = TypeVar("T")

log = structlog.get_logger()

_FARE_WELL_S: Final = 1.0
_OURS: Final = (BridgeError, NotAuthentic, UnreadablePayload)
_WRITES: Final = frozenset(
    {
        "attach_file",
        "create_field",
        "create_note",
        "ensure_hooks",
        "leave",
        "remove_hooks",
        "report",
        "update_note",
        "write_fields",
    }
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Watches one connector. `call_s` bounds each call of a session, its opening and its closing included."""

    connector: str
    title: str
    call_s: float
    failures: ConnectorFailures

    @asynccontextmanager
    async def session(self, connector: Connector[Any], config: object, ctx: ConnectorContext) -> AsyncIterator[Session]:
        """A session all of whose slots are watched. What the block raises is never blamed on the connector."""
        manager = self.call("open", AbstractAsyncContextManager, lambda: connector.open(config, ctx))
        opened = await self._in_place("open", manager.__aenter__)
        session = self._guarded(opened)
        error: BaseException | None = None
        try:
            yield session
        except BaseException as caught:
            error = caught
            raise
        finally:
            await self._close(manager, error)

    def call(self, capability: str, hint: Any, function: Callable[[], T]) -> T:  # noqa: ANN401 - a type hint
        """The answer of a plain function of the connector, of the type that `hint` declares.

        Raises:
            Defect: it raised something that the contract does not know.
            ContractViolation: it answered something else.
        """
        try:
            answer = function()
        except _OURS:
            raise
        except (Exception, SystemExit) as error:
            raise self._broken(capability, error) from error
        self._look_at(answer, hint, capability)
        return answer

    async def wait(
        self,
        capability: str,
        hint: Any,  # noqa: ANN401 - a type hint
        function: Callable[[], Awaitable[T]],
        *,
        writes: bool,
    ) -> T:
        """The same of a coroutine, which gets its time and no more, even if it will not be cancelled.

        Raises:
            Unavailable: a read did not end in time.
            OutcomeUnknown: a write did not.
        """
        task = asyncio.ensure_future(self._answer(capability, function))
        try:
            await asyncio.wait({task}, timeout=self.call_s)
        except asyncio.CancelledError:
            await _stop(task)
            raise
        if not task.done():
            await _stop(task)
            raise self._hangs(capability, writes=writes)
        if task.cancelled():
            raise self._broken(capability, asyncio.CancelledError("nobody cancelled it"))
        answer = task.result()
        self._look_at(answer, hint, capability)
        return answer

    async def _answer(self, capability: str, function: Callable[[], Awaitable[T]]) -> T:
        try:
            answer: object = function()
            self._require_awaitable(answer, capability)
            return await cast("Awaitable[T]", answer)
        except BridgeError as error:
            if isinstance(error, Defect):
                self.failures.note(self.connector, capability, error.code)
            raise
        except (Exception, SystemExit) as error:
            raise self._broken(capability, error) from error

    def _require_awaitable(self, answer: object, capability: str) -> None:
        if not inspect.isawaitable(answer):
            raise self._garbage(capability, f"{capability}: an awaitable wanted, {type(answer).__name__} came")

    async def _in_place(self, capability: str, function: Callable[[], Awaitable[T]]) -> T:
        """In the caller's own task: a connector may hold task groups and time limits open across its `open`."""
        limit = asyncio.timeout(self.call_s)
        try:
            async with limit:
                answer = await function()
        except TimeoutError as error:
            if limit.expired():
                raise self._hangs(capability, writes=False) from error
            raise self._broken(capability, error) from error
        except BridgeError:
            raise
        except (Exception, SystemExit) as error:
            raise self._broken(capability, error) from error
        return answer

    async def _close(self, manager: AbstractAsyncContextManager[Session], error: BaseException | None) -> None:
        """The work is done or has failed by now: how the closing goes changes neither."""
        try:
            kind = type(error) if error else None
            trace = error.__traceback__ if error else None
            await self._in_place("close", lambda: manager.__aexit__(kind, error, trace))
        except BridgeError as failure:
            if failure.__cause__ is not error and failure is not error:
                log.warning("connector.not_closed", connector=self.connector, reason_code=failure.code)

    def _guarded(self, session: object) -> Session:
        if not isinstance(session, Session):
            raise self._garbage("open", f"open: Session wanted, {type(session).__name__} came")
        slots: dict[str, Any] = {}
        for name, (protocol, is_required) in slots_of(Session).items():
            slot = getattr(session, name)
            if slot is not None:
                slots[name] = GuardedSlot(self, name, protocol, slot)
            elif is_required:
                raise self._garbage(name, f"open: a session without {name} came")
        return Session(**slots)

    def _look_at(self, answer: object, hint: Any, capability: str) -> None:  # noqa: ANN401 - a type hint
        fault = fault_of(answer, hint, capability)
        if fault is not None:
            raise self._garbage(capability, fault)

    def _broken(self, capability: str, error: BaseException) -> Defect:
        self.failures.note(self.connector, capability, "connector_failed")
        detail = f"{capability}: {type(error).__name__}: {error}"
        return Defect("connector_failed", detail=detail, connector=self.connector)

    def _garbage(self, capability: str, fault: str) -> ContractViolation:
        self.failures.note(self.connector, capability, "connector_answer_wrong")
        return ContractViolation(
            "connector_answer_wrong", connector=self.connector, capability=capability, fault=fault, detail=fault
        )

    def _hangs(self, capability: str, *, writes: bool) -> Unavailable | OutcomeUnknown:
        self.failures.note(self.connector, capability, "connector_hangs")
        kind = OutcomeUnknown if writes else Unavailable
        return kind("connector_hangs", connector=self.connector, system=self.title, capability=capability)


class GuardedSlot:
    """Stands in for one capability of a session and lets nothing through but the methods of its protocol."""

    __slots__ = ("_guard", "_methods", "_name", "_slot")

    def __init__(self, guard: Guard, name: str, protocol: type, slot: object) -> None:
        self._guard = guard
        self._name = name
        self._methods = methods_of(protocol)
        self._slot = slot

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        if method not in self._methods:
            raise AttributeError(f"{self._name} has no {method}")
        hint = answer_hint(self._methods[method])

        async def watched(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as its hint says
            return await self._guard.wait(
                f"{self._name}.{method}",
                hint,
                lambda: getattr(self._slot, method)(*args, **kwargs),
                writes=method in _WRITES,
            )

        return watched


async def _stop(task: asyncio.Task[Any]) -> None:
    """Cancel, and wait a moment; one that will not end is left to itself, and nobody asks for its result."""
    task.cancel()
    await asyncio.wait({task}, timeout=_FARE_WELL_S)
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
