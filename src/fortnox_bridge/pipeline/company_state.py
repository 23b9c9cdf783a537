"""The Fortnox company's state through its cache: what can be read, and why the rest cannot (F8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fortnox_bridge.domain.company_state import CompanyState, StatePart, Unreadable
from fortnox_bridge.domain.errors import PermissionMissing
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.pipeline.ports import FortnoxPort, RegisterCache

# What bookkeepers open and close at short notice is believed for hours only; the rest for a day.
BELIEVED_FOR: Final = timedelta(hours=4)
_SHORT_LIVED: Final = frozenset({StatePart.LOCKED_PERIOD, StatePart.FINANCIAL_YEARS})
_REGISTERS: Final = frozenset({StatePart.CURRENCIES, StatePart.ACCOUNTS})


@dataclass(frozen=True, slots=True)
class _Read:
    entries: tuple[RegisterEntry, ...] = ()
    unreadable: Unreadable | None = None
    is_remembered: bool = False


@dataclass(frozen=True, slots=True)
class StateReader:
    """Reads one company. A part that the connection may not see is remembered as such, and asked for again later."""

    fortnox: FortnoxPort
    registers: RegisterCache

    async def read(self, parts: Iterable[StatePart], *, afresh: bool = False) -> CompanyState:
        """The parts as they are or were; `afresh` asks Fortnox for all of them.

        Raises:
            Transient, ReconnectRequired: Fortnox does not answer, or the connection to it is lost.
        """
        return _assembled({part: await self._read(part, afresh=afresh) for part in dict.fromkeys(parts)})

    async def _read(self, part: StatePart, *, afresh: bool) -> _Read:
        remembered = None if afresh else await self._remembered(part)
        if remembered is not None:
            return remembered
        try:
            entries = await self._ask(part)
        except PermissionMissing as error:
            refusal = RegisterEntry(error.code, error.params.get("message", ""))
            await self.registers.keep_register(refusal_key(part), (refusal,))
            return _Read(unreadable=Unreadable(refusal.code, refusal.description))
        await self.registers.keep_register(part.value, entries)
        await self.registers.keep_register(refusal_key(part), ())
        return _Read(entries)

    async def _remembered(self, part: StatePart) -> _Read | None:
        refusals = await self.registers.register(refusal_key(part), within=BELIEVED_FOR)
        if refusals:
            return _Read(unreadable=Unreadable(refusals[0].code, refusals[0].description), is_remembered=True)
        entries = await self.registers.register(part.value, within=BELIEVED_FOR if part in _SHORT_LIVED else None)
        return None if entries is None else _Read(entries, is_remembered=True)

    async def _ask(self, part: StatePart) -> tuple[RegisterEntry, ...]:
        return await (self.fortnox.register(part.value) if part in _REGISTERS else self.fortnox.company_state(part))


def refusal_key(register: str) -> str:
    """Where it is remembered that the connection may not read a register, so that it is not asked for in vain."""
    return f"unreadable:{register}"


def _assembled(reads: Mapping[StatePart, _Read]) -> CompanyState:
    return CompanyState(
        parts={part: read.entries for part, read in reads.items() if read.unreadable is None},
        unreadable={part: read.unreadable for part, read in reads.items() if read.unreadable is not None},
        is_remembered=any(read.is_remembered for read in reads.values()),
    )
