"""Fortnox registers through the company's cache."""

from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.pipeline.context import StageContext


async def read_register(ctx: StageContext, name: str, *, afresh: bool = False) -> tuple[RegisterEntry, ...]:
    """The register, at most a day old; `afresh` asks Fortnox in any case."""
    cached = None if afresh else await ctx.registers.register(name)
    if cached is not None:
        return cached
    entries = await ctx.fortnox.register(name)
    await ctx.registers.keep_register(name, entries)
    return entries


async def holds_code(ctx: StageContext, name: str, code: str) -> bool:
    """Whether the register has `code`. A miss in the cache is asked once more: it may just have been added."""
    if any(entry.code == code for entry in await ctx.registers.register(name) or ()):
        return True
    return any(entry.code == code for entry in await read_register(ctx, name, afresh=True))
