"""What Fortnox says of the company itself."""

from dataclasses import dataclass
from datetime import date

from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.errors import ContractViolation, InvariantBroken
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.fortnox import wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.reading import parse
from fortnox_bridge.fortnox.resources import (
    COMPANY_INFORMATION,
    COMPANY_SETTINGS,
    FINANCIAL_YEARS,
    LOCKED_PERIOD,
    PREDEFINED_ACCOUNTS,
    WAREHOUSE_TENANT,
)


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`database_number` is the company's identity at Fortnox, the same as the token's tenant id."""

    database_number: str
    name: str
    organisation_number: str | None
    country_code: str | None


class CompanyReader:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def company(self) -> CompanyFacts:
        """Also the cheapest test that a connection works."""
        found = parse(wire.CompanyInformation, await self._client.get(COMPANY_INFORMATION) or {})
        return CompanyFacts(
            database_number=found.DatabaseNumber,
            name=found.CompanyName,
            organisation_number=found.OrganizationNumber or None,
            country_code=found.CountryCode or None,
        )

    async def locked_until(self) -> date | None:
        """The last day of the locked period, None if nothing is locked."""
        return parse(wire.LockedPeriod, await self._client.get(LOCKED_PERIOD) or {}).EndDate

    async def company_state(self, part: StatePart) -> tuple[RegisterEntry, ...]:
        """One part of the company's set-up as entries, so that it is remembered as registers are."""
        match part:
            case StatePart.FINANCIAL_YEARS:
                return await self._financial_years()
            case StatePart.PREDEFINED_ACCOUNTS:
                rows = [parse(wire.PredefinedAccount, row) for row in await self._client.list_all(PREDEFINED_ACCOUNTS)]
                return tuple(RegisterEntry(row.Name, "", (("account", row.Account),)) for row in rows if row.Account)
            case StatePart.LOCKED_PERIOD:
                locked = await self.locked_until()
                return (RegisterEntry(locked.isoformat(), ""),) if locked else ()
            case StatePart.COMPANY_SETTINGS:
                found = parse(wire.CompanySettings, await self._client.get(COMPANY_SETTINGS) or {})
                ways = (("BG", found.BG), ("PG", found.PG), ("IBAN", found.IBAN))
                return tuple(RegisterEntry(way, number) for way, number in ways if number)
            case StatePart.WAREHOUSE:
                return await self._warehouse()
            case StatePart.CURRENCIES | StatePart.ACCOUNTS:
                raise InvariantBroken("register_unknown", register=part.value, known="")

    async def _financial_years(self) -> tuple[RegisterEntry, ...]:
        years = [parse(wire.FinancialYear, row) for row in await self._client.list_all(FINANCIAL_YEARS)]
        return tuple(
            RegisterEntry(
                year.Id,
                f"{year.FromDate} – {year.ToDate}",
                (
                    ("from", year.FromDate.isoformat()),
                    ("to", year.ToDate.isoformat()),
                    ("method", year.AccountingMethod),
                ),
            )
            for year in years
        )

    async def _warehouse(self) -> tuple[RegisterEntry, ...]:
        answer = await self._client.get_plain(WAREHOUSE_TENANT)
        if not isinstance(answer, dict):
            raise ContractViolation("fortnox_answer_unreadable", detail="the warehouse's state is no object")
        return (RegisterEntry("active", ""),) if answer.get("activated") is True else ()
