"""Steps: what each stage was given, saw and decided, stored whether it went well or not (F110)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from fortnox_bridge.domain.errors import BridgeError, UserAction
from fortnox_bridge.domain.run import LeaseLost, StageName, Step
from fortnox_bridge.domain.snapshot import content_hash, to_plain
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.outcome import Proceed, Skip


@dataclass(slots=True)
class OpenStep:
    """A stage at work. `facts` are set as soon as they are known, so that a refusal can be explained by them."""

    facts: object = None
    decision: object = None

    def decided(self, decision: object) -> None:
        self.decision = _shown(decision)


@dataclass(frozen=True, slots=True)
class Steps:
    """Where steps of one run go; a preview keeps none."""

    ctx: StageContext
    is_kept: bool = True

    @asynccontextmanager
    async def stage(self, name: StageName, given: object) -> AsyncIterator[OpenStep]:
        step, started_at, t0 = OpenStep(), self.ctx.clock.now(), self.ctx.clock.monotonic()
        try:
            yield step
        except LeaseLost:
            raise
        except Exception as error:
            code = error.code if isinstance(error, BridgeError) else "unexpected"
            if step.decision is None:
                step.decision = {"code": code, **_told(error)}
            await self._keep(_Entry(name, given, step, started_at, t0), code)
            raise
        await self._keep(_Entry(name, given, step, started_at, t0), None)

    async def _keep(self, entry: "_Entry", error_code: str | None) -> None:
        if not self.is_kept:
            return
        await self.ctx.steps.record(
            Step(
                stage=entry.name,
                attempt=self.ctx.run.attempt,
                input_hash=content_hash(entry.given),
                facts=to_plain(entry.step.facts),
                decision=to_plain(entry.step.decision),
                started_at=entry.started_at,
                duration_ms=max(0, round((self.ctx.clock.monotonic() - entry.t0) * 1000)),
                error_code=error_code,
            )
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    name: StageName
    given: object
    step: OpenStep = field(repr=False)
    started_at: datetime
    t0: float


def _told(error: Exception) -> Mapping[str, object]:
    params = dict(error.params) if isinstance(error, BridgeError) else {}
    data = error.data if isinstance(error, UserAction) else {}
    return {"params": params, "data": data} if data else {"params": params}


def _shown(decision: object) -> object:
    match decision:
        case Proceed():
            return decision.value
        case Skip():
            return {"skip": decision.reason, "params": dict(decision.params)}
        case _:
            return decision
