"""What Fortnox says of the company itself."""

from dataclasses import dataclass
from datetime import date

from fortnox_bridge.fortnox import wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.reading import parse
from fortnox_bridge.fortnox.resources import COMPANY_INFORMATION, COMPANY_SETTINGS, LOCKED_PERIOD


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

    async def has_bank_details(self) -> bool:
        found = parse(wire.CompanySettings, await self._client.get(COMPANY_SETTINGS) or {})
        return any((found.BG, found.PG, found.IBAN))
