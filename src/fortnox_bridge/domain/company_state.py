"""What preflight knows of a Fortnox company: parts read from its registers, each with why it could not be (F8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from fortnox_bridge.domain.records import RegisterEntry


class StatePart(StrEnum):
    """Parts of a company's state. The first two are registers that settings choose from too."""

    CURRENCIES = "currencies"
    ACCOUNTS = "accounts"
    PREDEFINED_ACCOUNTS = "predefined_accounts"
    FINANCIAL_YEARS = "financial_years"
    LOCKED_PERIOD = "locked_period"
    COMPANY_SETTINGS = "company_settings"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Fortnox would not show the part: the code of the refusal and Fortnox's own sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class CompanyState:
    """`unreadable` parts lack a scope, licence or right: whatever depends on them is unknown, never wrong.

    `is_remembered`: some part comes from the cache, and may have changed since.
    """

    parts: Mapping[StatePart, tuple[RegisterEntry, ...]]
    unreadable: Mapping[StatePart, Unreadable] = field(default_factory=dict)
    is_remembered: bool = False

    def entries(self, part: StatePart) -> tuple[RegisterEntry, ...]:
        return self.parts.get(part, ())

    def knows(self, part: StatePart) -> bool:
        return part in self.parts

    def entry(self, part: StatePart, code: str) -> RegisterEntry | None:
        wanted = code.casefold()
        return next((each for each in self.entries(part) if each.code.casefold() == wanted), None)

    def has_year_for(self, day: date) -> bool:
        return any(_day(each, "from") <= day <= _day(each, "to") for each in self.entries(StatePart.FINANCIAL_YEARS))

    @property
    def locked_until(self) -> date | None:
        """The last locked day, None if nothing is locked."""
        days = [date.fromisoformat(each.code) for each in self.entries(StatePart.LOCKED_PERIOD)]
        return max(days, default=None)

    @property
    def has_bank_details(self) -> bool:
        return bool(self.entries(StatePart.COMPANY_SETTINGS))

    @property
    def has_warehouse(self) -> bool:
        return bool(self.entries(StatePart.WAREHOUSE))


def is_active(account: RegisterEntry) -> bool:
    return fact(account, "active") != "false"


def fact(entry: RegisterEntry, name: str) -> str:
    return dict(entry.facts).get(name, "")


def _day(year: RegisterEntry, end: str) -> date:
    return date.fromisoformat(fact(year, end))
