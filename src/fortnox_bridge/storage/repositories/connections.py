"""Connections between source accounts and Fortnox companies."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from fortnox_bridge.domain.connection import Connection
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, SourceAccountId
from fortnox_bridge.storage.errors import AlreadyExists
from fortnox_bridge.storage.scoped import ScopedConnection, broken_rule
from fortnox_bridge.storage.tables import connection, source_account


class ConnectionRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def add(self, new: Connection) -> Connection:
        """Comes last of its source account's. `AlreadyExists` by F4: the company has one of this connector."""
        connector = select(source_account.c.connector).where(source_account.c.id == new.source_account_id)
        await self._db.add(
            connection,
            {
                "id": new.id,
                "source_account_id": new.source_account_id,
                "company_id": new.company_id,
                "connector": connector.scalar_subquery(),
                "name": new.name,
                "is_active": new.is_active,
                "created_at": new.created_at or await self._db.now(),
                "position": 1 + len(await self.of_source_account(new.source_account_id)),
            },
        )
        return await self._require(new.id)

    async def get(self, connection_id: ConnectionId) -> Connection | None:
        return await self._one(connection.c.id == connection_id)

    async def of_source_account(self, account_id: SourceAccountId) -> tuple[Connection, ...]:
        """In the order in which their routes are tried."""
        rows = await self._db.all(
            self._db.select(connection)
            .where(connection.c.source_account_id == account_id)
            .order_by(connection.c.position, connection.c.created_at, connection.c.id)
        )
        return tuple(to_connection(row) for row in rows)

    async def of_company(self, company_id: FortnoxCompanyId, connector: str) -> Connection | None:
        """The active one: at most one, whatever it was moved away from."""
        return await self._one(
            connection.c.company_id == company_id, connection.c.connector == connector, connection.c.is_active
        )

    async def put_in_order(self, ordered: Sequence[ConnectionId]) -> None:
        """Number these connections, all of one source account, from 1."""
        for position, connection_id in enumerate(ordered, start=1):
            await self._db.execute(
                self._db.update(connection).where(connection.c.id == connection_id).values(position=position)
            )

    async def list_all(self) -> tuple[Connection, ...]:
        rows = await self._db.all(self._db.select(connection).order_by(connection.c.created_at, connection.c.id))
        return tuple(to_connection(row) for row in rows)

    async def update(self, changed: Connection) -> Connection:
        """Name and activity; what is joined to what does not change.

        `AlreadyExists` by F4: the company has another active connection of this connector by now.
        """
        statement = self._db.update(connection).where(connection.c.id == changed.id)
        try:
            await self._db.execute(statement.values(name=changed.name, is_active=changed.is_active))
        except IntegrityError as error:
            if (rule := broken_rule(error)) is not None:
                raise AlreadyExists(rule) from error
            raise
        return await self._require(changed.id)

    async def _one(self, *conditions: ColumnElement[bool]) -> Connection | None:
        row = await self._db.first(self._db.select(connection).where(*conditions))
        return None if row is None else to_connection(row)

    async def _require(self, connection_id: ConnectionId) -> Connection:
        found = await self.get(connection_id)
        if found is None:
            raise LookupError(f"connection {connection_id}")
        return found


def to_connection(row: RowMapping) -> Connection:
    return Connection(
        id=row["id"],
        source_account_id=row["source_account_id"],
        company_id=row["company_id"],
        name=row["name"],
        is_active=row["is_active"],
        created_at=row["created_at"],
        position=row["position"],
    )
