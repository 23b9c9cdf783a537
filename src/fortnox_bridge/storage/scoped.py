"""A connection to the database that sees only what its scope may see. All isolation is here, in one place."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Executable,
    Select,
    Table,
    Update,
    delete,
    select,
    true,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from fortnox_bridge.storage import tables
from fortnox_bridge.storage.database import Database, Insert, to_the_end
from fortnox_bridge.storage.errors import AlreadyExists, OutOfScope
from fortnox_bridge.storage.scopes import ConnectionScope, Scope

# Shared by the connections of a company (F4).
_OF_A_COMPANY: Final = frozenset(
    {
        tables.register_cache,
        tables.customer_copy,
        tables.customer_copy_key,
        tables.customer_copy_state,
        tables.card_customer,
        tables.card_document,
    }
)
# Rows that are parts of another table's row, and the column that names it.
_PARTS: Final[Mapping[Table, tuple[Table, str]]] = {
    tables.backfill_item: (tables.backfill, "backfill_id"),
    tables.document_attachment: (tables.document, "document_id"),
}


class ScopedConnection:
    """Statements are drawn from here, already narrowed to the scope; repositories add their own conditions."""

    def __init__(self, database: Database, connection: AsyncConnection, scope: Scope) -> None:
        self.database = database
        self._connection = connection
        self.scope = scope

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        chosen = select(*columns) if columns else select(table)
        return chosen.select_from(table).where(visible(table, self.scope))

    def update(self, table: Table) -> Update:
        return update(table).where(visible(table, self.scope))

    def delete(self, table: Table) -> Delete:
        return delete(table).where(visible(table, self.scope))

    def upsert(self, table: Table, values: Mapping[str, object]) -> Insert:
        """INSERT of one row of the scope's own, for the caller to complete with ON CONFLICT."""
        self._require_own(table, values)
        return self.database.insert(table).values(dict(values))

    async def add(self, table: Table, values: Mapping[str, object]) -> None:
        """Insert one row; `AlreadyExists` when a uniqueness rule refuses it."""
        self._require_own(table, values)
        try:
            await self.execute(plain_insert(table).values(dict(values)))
        except IntegrityError as error:
            if (rule := broken_rule(error)) is not None:
                raise AlreadyExists(rule) from error
            raise

    async def execute(self, statement: Executable) -> CursorResult[Any]:
        return await self.database.steadily(self._connection.execute(statement))

    async def execute_many(self, statement: Executable, rows: Sequence[Mapping[str, object]]) -> None:
        """One statement for many rows, in one round trip."""
        if rows:
            await self.database.steadily(self._connection.execute(statement, [dict(row) for row in rows]))

    async def first(self, statement: Executable) -> RowMapping | None:
        return (await self.execute(statement)).mappings().first()

    async def all(self, statement: Executable) -> list[RowMapping]:
        return list((await self.execute(statement)).mappings().all())

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What fails inside is undone alone: the transaction goes on."""
        nested = self._connection.begin_nested()
        await self.database.steadily(_start(nested))
        try:
            yield
        except BaseException:
            await to_the_end(nested.rollback())
            raise
        await self.database.steadily(nested.commit())

    async def now(self) -> datetime:
        return await self.database.now(self._connection)

    def _require_own(self, table: Table, values: Mapping[str, object]) -> None:
        if not isinstance(self.scope, ConnectionScope):
            return
        if "connection_id" not in table.c or values.get("connection_id") != self.scope.connection_id:
            raise OutOfScope(f"a row of {table.name} that is not of the connection in scope")


async def _start(nested: AsyncTransaction) -> None:
    await nested.start()


def visible(table: Table, scope: Scope) -> ColumnElement[bool]:
    """The condition under which a row of `table` belongs to `scope`."""
    if not isinstance(scope, ConnectionScope):
        return true()
    own = scope.connection_id
    connection = tables.connection
    if table is connection:
        return table.c.id == own
    if table is tables.source_account:
        return table.c.id.in_(select(connection.c.source_account_id).where(connection.c.id == own))
    if table is tables.fortnox_company or table in _OF_A_COMPANY:
        company = table.c.id if table is tables.fortnox_company else table.c.company_id
        return company.in_(select(connection.c.company_id).where(connection.c.id == own))
    if table in _PARTS:
        whole, key = _PARTS[table]
        return table.c[key].in_(select(whole.c.id).where(whole.c.connection_id == own))
    if "connection_id" in table.c:
        return table.c.connection_id == own
    raise OutOfScope(f"{table.name} belongs to no connection")


def broken_rule(error: IntegrityError) -> str | None:
    """The uniqueness rule that refused a row, by name; None when it was another kind of rule."""
    cause = error.orig.__cause__ if error.orig is not None else None
    if getattr(cause, "sqlstate", None) == "23505":
        return str(getattr(cause, "constraint_name", "unique"))
    _, found, columns = str(error.orig).partition("UNIQUE constraint failed: ")
    if not found:
        return None
    parts = [part.strip() for part in columns.split(",")]
    table = parts[0].partition(".")[0]
    return f"uq_{table}_" + "_".join(part.partition(".")[2] for part in parts)
