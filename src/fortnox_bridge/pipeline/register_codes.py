"""Codes of Fortnox's registers, checked before anything is written (F47, F48)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fortnox_bridge.domain.errors import MappingMissing, PermissionMissing
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.company_state import BELIEVED_FOR, refusal_key
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.registers import read_register

UNITS: Final = "units"
ACCOUNTS: Final = "accounts"
COST_CENTRES: Final = "cost_centres"
PROJECTS: Final = "projects"
PRICE_LISTS: Final = "price_lists"
TERMS_OF_PAYMENT: Final = "terms_of_payment"
TERMS_OF_DELIVERY: Final = "terms_of_delivery"
WAYS_OF_DELIVERY: Final = "ways_of_delivery"
PRINT_TEMPLATES: Final = "print_templates"

# In Fortnox's own words, as its Swedish menus say them.
NAMES: Final[Mapping[str, str]] = {
    UNITS: "Enheter",
    ACCOUNTS: "Kontoplan",
    COST_CENTRES: "Kostnadsställen",
    PROJECTS: "Projekt",
    PRICE_LISTS: "Prislistor",
    "currencies": "Valutor",
    "terms_of_payment": "Betalningsvillkor",
    "terms_of_delivery": "Leveransvillkor",
    "ways_of_delivery": "Leveranssätt",
    "print_templates": "Utskriftsmallar",
    TERMS_OF_PAYMENT: "Betalningsvillkor",
    TERMS_OF_DELIVERY: "Leveransvillkor",
    WAYS_OF_DELIVERY: "Leveranssätt",
    PRINT_TEMPLATES: "Utskriftsmallar",
}
_NOT_IN_USE: Final = frozenset({("active", "false"), ("status", "COMPLETED")})


@dataclass(frozen=True, slots=True)
class RegisterCodes:
    """Registers as far as they were wanted. None: it may not be read, and nothing is checked against it."""

    registers: Mapping[str, tuple[RegisterEntry, ...] | None] = field(default_factory=dict)

    def find(self, name: str, code: str) -> RegisterEntry | None:
        """The entry, by its exact code, else by one that differs in case only."""
        return find_code(self.registers.get(name) or (), code)

    def checked(self, name: str, code: str, *, product: str, field: str, where: str | None = None) -> str:
        """The code as the register writes it.

        Raises:
            MappingMissing: the register has no such code, or it is not in use any more.
        """
        if self.registers.get(name) is None:
            return code
        params = {"register": NAMES[name], "code": code, "product": product, "field": field}
        entry = self.find(name, code)
        if entry is None:
            raise MappingMissing("register_code_missing", where=where, **params)
        if not is_in_use(entry):
            raise MappingMissing("register_code_inactive", where=where, **params)
        return entry.code

    @property
    def notices(self) -> tuple[Notice, ...]:
        unread = [name for name, entries in self.registers.items() if entries is None]
        return tuple(Notice("register_unchecked", {"register": NAMES[name]}) for name in sorted(unread))


def find_code(entries: Iterable[RegisterEntry], code: str) -> RegisterEntry | None:
    held = tuple(entries)
    exact = next((entry for entry in held if entry.code == code), None)
    return exact or next((entry for entry in held if entry.code.casefold() == code.casefold()), None)


def is_in_use(entry: RegisterEntry) -> bool:
    return not _NOT_IN_USE & set(entry.facts)


async def read_codes(ctx: StageContext, wanted: Iterable[tuple[str, str]]) -> RegisterCodes:
    """The registers that hold the wanted (register, code) pairs. A miss in the cache is asked afresh once."""
    codes: dict[str, set[str]] = {}
    for name, code in wanted:
        codes.setdefault(name, set()).add(code)
    return RegisterCodes({name: await _read(ctx, name, codes[name]) for name in sorted(codes)})


async def _read(ctx: StageContext, name: str, codes: set[str]) -> tuple[RegisterEntry, ...] | None:
    if await ctx.registers.register(refusal_key(name), within=BELIEVED_FOR):
        return None
    cached = await ctx.registers.register(name)
    if cached is not None and _holds_all(cached, codes):
        return cached
    try:
        entries = await read_register(ctx, name, afresh=True)
    except PermissionMissing as error:
        refusal = RegisterEntry(error.code, error.params.get("message", ""))
        await ctx.registers.keep_register(refusal_key(name), (refusal,))
        return None
    await ctx.registers.keep_register(refusal_key(name), ())
    return entries


def _holds_all(entries: tuple[RegisterEntry, ...], codes: set[str]) -> bool:
    """Whether every code is there and in use, or one so described; one that is not may have been put right since."""
    in_use = [entry for entry in entries if is_in_use(entry)]
    usable = {text.casefold() for entry in in_use for text in (entry.code, entry.description)}
    return all(code.casefold() in usable for code in codes)
