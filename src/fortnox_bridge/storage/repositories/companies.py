"""Fortnox companies."""

from collections.abc import Mapping

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.connection import AccessState, FortnoxCompany
from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import fortnox_company


class CompanyRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, company: FortnoxCompany) -> FortnoxCompany:
        """`AlreadyExists` when the same Fortnox company is known under another id."""
        created_at = company.created_at or await self._db.now()
        await self._db.add(fortnox_company, {"id": company.id, "created_at": created_at, **_values(company)})
        return await self._require(company.id)

    async def get(self, company_id: FortnoxCompanyId) -> FortnoxCompany | None:
        row = await self._db.first(self._db.select(fortnox_company).where(fortnox_company.c.id == company_id))
        return None if row is None else to_company(row)

    async def find(self, database_number: str) -> FortnoxCompany | None:
        row = await self._db.first(
            self._db.select(fortnox_company).where(fortnox_company.c.database_number == database_number)
        )
        return None if row is None else to_company(row)

    async def list_all(self) -> tuple[FortnoxCompany, ...]:
        rows = await self._db.all(
            self._db.select(fortnox_company).order_by(fortnox_company.c.created_at, fortnox_company.c.id)
        )
        return tuple(to_company(row) for row in rows)

    async def update(self, company: FortnoxCompany) -> FortnoxCompany:
        await self._db.execute(
            self._db.update(fortnox_company).where(fortnox_company.c.id == company.id).values(_values(company))
        )
        return await self._require(company.id)

    async def set_access(self, company_id: FortnoxCompanyId, access: AccessState) -> None:
        await self._db.execute(
            self._db.update(fortnox_company).where(fortnox_company.c.id == company_id).values(access=access)
        )

    async def _require(self, company_id: FortnoxCompanyId) -> FortnoxCompany:
        company = await self.get(company_id)
        if company is None:
            raise LookupError(f"Fortnox company {company_id}")
        return company


def to_company(row: RowMapping) -> FortnoxCompany:
    return FortnoxCompany(
        id=row["id"],
        database_number=row["database_number"],
        name=row["name"],
        organisation_number=row["organisation_number"],
        access=row["access"],
        has_service_account=row["has_service_account"],
        is_looked_up_first=row["is_looked_up_first"],
        created_at=row["created_at"],
    )


def _values(company: FortnoxCompany) -> Mapping[str, object]:
    return {
        "database_number": company.database_number,
        "name": company.name,
        "organisation_number": company.organisation_number,
        "access": company.access,
        "has_service_account": company.has_service_account,
        "is_looked_up_first": company.is_looked_up_first,
    }
