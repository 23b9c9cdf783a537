"""Codes of Fortnox's registers, checked before anything is written (F47, F48)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fortnox_bridge.domain.errors import MappingMissing, PermissionMissing
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.registers import read_register

UNITS: Final = "units"
ACCOUNTS: Final = "accounts"
COST_CENTRES: Final = "cost_centres"
PROJECTS: Final = "projects"
PRICE_LISTS: Final = "price_lists"

# In Fortnox's own words, as its Swedish menus say them.
_NAMES: Final[Mapping[str, str]] = {
    UNITS: "Enheter",
    ACCOUNTS: "Kontoplan",
    COST_CENTRES: "Kostnadsställen",
    PROJECTS: "Projekt",
    PRICE_LISTS: "Prislistor",
}
_NOT_IN_USE: Final = frozenset({("active", "false"), ("status", "COMPLETED")})
# A register that the connection may not read is remembered under this name, so that not every run asks in vain.
_REFUSED: Final = "{name}:refused"


@dataclass(frozen=True, slots=True)
class RegisterCodes:
    """Registers as far as they were wanted. None: it may not be read, and nothing is checked against it.

    `asides` are those that no setting refers to: that they could not be read is nobody's concern.
    """

    registers: Mapping[str, tuple[RegisterEntry, ...] | None] = field(default_factory=dict)
    asides: frozenset[str] = frozenset()

    def find(self, name: str, code: str) -> RegisterEntry | None:
        """The entry, by its exact code, else by one that differs in case only."""
        entries = self.registers.get(name) or ()
        exact = next((entry for entry in entries if entry.code == code), None)
        return exact or next((entry for entry in entries if entry.code.casefold() == code.casefold()), None)

    def is_inactive(self, name: str, code: str) -> bool:
        entry = self.find(name, code)
        return entry is not None and not is_in_use(entry)

    def checked(self, name: str, code: str, *, product: str, field: str, where: str | None = None) -> str:
        """The code as the register writes it.

        Raises:
            MappingMissing: the register has no such code, or it is not in use any more.
        """
        if self.registers.get(name) is None:
            return code
        params = {"register": _NAMES[name], "code": code, "product": product, "field": field}
        entry = self.find(name, code)
        if entry is None:
            raise MappingMissing("register_code_missing", where=where, **params)
        if not is_in_use(entry):
            raise MappingMissing("register_code_inactive", where=where, **params)
        return entry.code

    @property
    def notices(self) -> tuple[Notice, ...]:
        unread = [name for name, entries in self.registers.items() if entries is None and name not in self.asides]
        return tuple(Notice("register_unchecked", {"register": _NAMES[name]}) for name in sorted(unread))


def is_in_use(entry: RegisterEntry) -> bool:
    return not _NOT_IN_USE & set(entry.facts)


async def read_codes(
    ctx: StageContext, wanted: Iterable[tuple[str, str]], aside: Iterable[tuple[str, str]] = ()
) -> RegisterCodes:
    """The registers that hold the wanted (register, code) pairs. A miss in the cache is asked afresh once.

    `aside` are codes that Fortnox's own records hold: checked where that is possible.
    """
    by_setting = list(wanted)
    codes: dict[str, set[str]] = {}
    for name, code in (*by_setting, *aside):
        codes.setdefault(name, set()).add(code)
    registers = {name: await _read(ctx, name, codes[name]) for name in sorted(codes)}
    return RegisterCodes(registers, asides=frozenset(codes) - {name for name, _ in by_setting})


async def _read(ctx: StageContext, name: str, codes: set[str]) -> tuple[RegisterEntry, ...] | None:
    refused = _REFUSED.format(name=name)
    if await ctx.registers.register(refused) is not None:
        return None
    try:
        cached = await ctx.registers.register(name)
        if cached is not None and _holds_all(cached, codes):
            return cached
        return await read_register(ctx, name, afresh=True)
    except PermissionMissing:
        await ctx.registers.keep_register(refused, ())
        return None


def _holds_all(entries: tuple[RegisterEntry, ...], codes: set[str]) -> bool:
    """Whether every code is there and in use; one that is not may have been put right since."""
    usable = {entry.code.casefold() for entry in entries if is_in_use(entry)}
    return all(code.casefold() in usable for code in codes)
