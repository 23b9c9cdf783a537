"""Until when the company's books are locked: remembered for some hours, and asked again before a deal waits for it."""

from datetime import date
from typing import Final

from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.errors import LockHeld
from fortnox_bridge.pipeline.company_state import StateReader
from fortnox_bridge.pipeline.context import StageContext

_PARTS: Final = (StatePart.LOCKED_PERIOD,)


async def read_locked_until(ctx: StageContext, day: date) -> date | None:
    """The last locked day, None when nothing is known to be locked. It is of now if `day` lies in the period."""
    reader = StateReader(ctx.fortnox, ctx.registers)
    state = await reader.read(_PARTS)
    if state.is_remembered and state.locked_until is not None and day <= state.locked_until:
        state = await reader.read(_PARTS, afresh=True)
    return state.locked_until


async def planned_anew(ctx: StageContext, day: date) -> LockHeld | None:
    """Fortnox refused a day that we took for open: look again, and if it is locked by now, begin anew with that known.

    None: the day is open as far as anybody can see, so that the refusal means something else.
    """
    state = await StateReader(ctx.fortnox, ctx.registers).read(_PARTS, afresh=True)
    if state.locked_until is None or day > state.locked_until:
        return None
    return LockHeld("period_just_locked", retry_after_s=ctx.timing.poll_s, locked=state.locked_until.isoformat())
