"""Source accounts."""

from collections.abc import Mapping

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.connection import AccessState, SourceAccount
from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import source_account


class SourceAccountRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, account: SourceAccount) -> SourceAccount:
        """`AlreadyExists` when this account of the source system is known under another id."""
        created_at = account.created_at or await self._db.now()
        await self._db.add(source_account, {"id": account.id, "created_at": created_at, **_values(account)})
        return await self._require(account.id)

    async def get(self, account_id: SourceAccountId) -> SourceAccount | None:
        row = await self._db.first(self._db.select(source_account).where(source_account.c.id == account_id))
        return None if row is None else to_source_account(row)

    async def find(self, connector: str, external_id: str) -> SourceAccount | None:
        row = await self._db.first(
            self._db.select(source_account).where(
                source_account.c.connector == connector, source_account.c.external_id == external_id
            )
        )
        return None if row is None else to_source_account(row)

    async def list_all(self) -> tuple[SourceAccount, ...]:
        rows = await self._db.all(
            self._db.select(source_account).order_by(source_account.c.created_at, source_account.c.id)
        )
        return tuple(to_source_account(row) for row in rows)

    async def update(self, account: SourceAccount) -> SourceAccount:
        await self._db.execute(
            self._db.update(source_account).where(source_account.c.id == account.id).values(_values(account))
        )
        return await self._require(account.id)

    async def set_access(self, account_id: SourceAccountId, access: AccessState) -> None:
        await self._db.execute(
            self._db.update(source_account).where(source_account.c.id == account_id).values(access=access)
        )

    async def _require(self, account_id: SourceAccountId) -> SourceAccount:
        account = await self.get(account_id)
        if account is None:
            raise LookupError(f"source account {account_id}")
        return account


def to_source_account(row: RowMapping) -> SourceAccount:
    return SourceAccount(
        id=row["id"],
        connector=row["connector"],
        external_id=row["external_id"],
        name=row["name"],
        access=row["access"],
        credential_kind=row["credential_kind"],
        url=row["url"],
        extra=row["extra"],
        config=row["config"],
        created_at=row["created_at"],
    )


def _values(account: SourceAccount) -> Mapping[str, object]:
    return {
        "connector": account.connector,
        "external_id": account.external_id,
        "name": account.name,
        "access": account.access,
        "credential_kind": account.credential_kind,
        "url": account.url,
        "extra": account.extra,
        "config": account.config,
    }
