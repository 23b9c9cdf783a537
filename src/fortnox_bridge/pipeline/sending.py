"""The send deadline: who slept between intent and request must not send (facts: reliability 4.3, step 2)."""

from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.sdk import NotSent


def send_deadline(ctx: StageContext) -> float:
    """The monotonic instant after which nothing may be sent, counted from before the intent is committed."""
    return ctx.clock.monotonic() + ctx.timing.send_deadline_s


def refuse_late(ctx: StageContext, send_before: float) -> None:
    if ctx.clock.monotonic() > send_before:
        raise NotSent("send_deadline_passed")
