"""The local copy of one company's customer register: what it answers, and how far it has come. Shared as F4 says."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, func
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fortnox_bridge.domain.customer_copy import Claim, CopiedCustomer, CopyAnswer, CopyStanding, RegisterPage
from fortnox_bridge.domain.customer_keys import comparable
from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.storage.customer_copy_rows import CopyRows, stored_value
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.document_rows import to_customer
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.scopes import SYSTEM
from fortnox_bridge.storage.tables import customer_copy, customer_copy_key, customer_copy_state

_WANTED_AGAIN: Final = timedelta(hours=1)
_AT_ONCE: Final = 500


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[first : first + _AT_ONCE] for first in range(0, len(values), _AT_ONCE))


class StoredCustomerCopy:
    """Not fenced, as the register cache is not: what Fortnox said is true whoever asked."""

    def __init__(self, database: Database, company_id: FortnoxCompanyId) -> None:
        self._database = database
        self._company_id = company_id

    async def find(self, key: CustomerKey, value: str) -> CopyAnswer:
        """Who has `value` in the field `key`, by the copy alone. To be asked makes the copy wanted."""
        await self.want()
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            rows = await db.all(
                db.select(customer_copy_key, customer_copy_key.c.number)
                .where(
                    *self._own(customer_copy_key),
                    customer_copy_key.c.key == key.value,
                    customer_copy_key.c.value == stored_value(comparable(key, value)),
                )
                .order_by(customer_copy_key.c.number)
            )
            standing = await self._standing(db)
            now = await db.now()
        if standing is None:
            return CopyAnswer((), is_complete=False, known=0, missing=0)
        numbers = tuple(row["number"] for row in rows)
        return CopyAnswer(numbers, standing.is_complete(now, key), standing.detailed, standing.missing)

    async def want(self) -> None:
        """Ask for the copy to be filled and kept up to date; it is, for some days after the last time."""
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            row = await db.first(db.select(customer_copy_state).where(*self._own(customer_copy_state)))
            if row is not None and await db.now() - row["wanted_at"] < _WANTED_AGAIN:
                return
        async with self._database.writing() as connection:
            db = self._scoped(connection)
            now = await db.now()
            await db.execute(
                db.upsert(
                    customer_copy_state, {"company_id": self._company_id, "wanted_at": now, "total": 0}
                ).on_conflict_do_update(index_elements=[customer_copy_state.c.company_id], set_={"wanted_at": now})
            )

    async def standing(self) -> CopyStanding | None:
        """How far it has come; None: nobody ever wanted it."""
        async with self._database.reading() as connection:
            return await self._standing(self._scoped(connection))

    async def find_all(self, claims: Iterable[Claim]) -> Mapping[Claim, tuple[CopiedCustomer, ...]]:
        """Who has each of these values, for those that somebody has."""
        wanted: dict[CustomerKey, dict[str, Claim]] = {}
        for key, value in claims:
            wanted.setdefault(key, {})[stored_value(value)] = (key, value)
        found: dict[Claim, list[str]] = {}
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            for key, by_value in wanted.items():
                for some in _batches(sorted(by_value)):
                    rows = await db.all(
                        db.select(customer_copy_key).where(
                            *self._own(customer_copy_key),
                            customer_copy_key.c.key == key.value,
                            customer_copy_key.c.value.in_(some),
                        )
                    )
                    for row in rows:
                        found.setdefault(by_value[row["value"]], []).append(row["number"])
        records = await self.customers({number for numbers in found.values() for number in numbers})
        return {
            claim: tuple(records[number] for number in sorted(numbers) if number in records)
            for claim, numbers in found.items()
        }

    async def names(self) -> tuple[tuple[str, str], ...]:
        """Number and comparable name of everybody who has a name."""
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            rows = await db.all(
                db.select(customer_copy_key, customer_copy_key.c.number, customer_copy_key.c.value).where(
                    *self._own(customer_copy_key), customer_copy_key.c.key == CustomerKey.NAME.value
                )
            )
        return tuple((row["number"], row["value"]) for row in rows)

    async def customers(self, numbers: Collection[str]) -> Mapping[str, CopiedCustomer]:
        """Those of `numbers` that are in it, by number."""
        found: dict[str, CopiedCustomer] = {}
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            for some in _batches(sorted(numbers)):
                rows = await db.all(
                    db.select(customer_copy).where(*self._own(customer_copy), customer_copy.c.number.in_(some))
                )
                found |= {row["number"]: CopiedCustomer(to_customer(row["record"]), row["is_active"]) for row in rows}
        return found

    async def begin_list(self) -> None:
        """The next full list starts at its first page, now."""
        async with self._database.writing() as connection:
            db = self._scoped(connection)
            await self._change(db, next_page=1, list_began_at=await db.now())

    async def keep_page(self, page: RegisterPage) -> int | None:
        """A page of the full list; answers where it goes on, None when it has ended.

        It begins again at page 1 when its pages brought fewer customers than Fortnox counted.

        A customer deleted during the list moves the others up a place, and one of them past the reader.
        """
        async with self._database.writing() as connection:
            db = self._scoped(connection)
            await CopyRows(db, self._company_id).keep_listed(page.records)
            if page.page < page.pages and page.records:
                await self._change(db, next_page=page.page + 1, total=page.total)
                return page.page + 1
            standing = await self._standing(db)
            now = await db.now()
            if standing is None or await self._count_listed(db, standing) < page.total:
                await self._change(db, next_page=1, list_began_at=now, total=page.total)
                return 1
            await self._change(
                db,
                next_page=None,
                listed_at=now,
                total=page.total,
                changes_from=standing.changes_from or standing.list_began_at,
            )
            return None

    async def keep_changes(self, records: Sequence[CustomerRecord]) -> None:
        """Rows of customers that changed: whatever is known of them whole is to be read anew."""
        async with self._database.writing() as connection:
            await CopyRows(self._scoped(connection), self._company_id).keep_changed(records)

    async def keep_glimpsed(self, records: Sequence[CustomerRecord]) -> tuple[str, ...]:
        """Rows of customers that may have changed; the numbers of those that are new or look otherwise than before."""
        async with self._database.writing() as connection:
            return await CopyRows(self._scoped(connection), self._company_id).keep_listed(records)

    async def mark_changes_listed(self, began_at: datetime) -> None:
        """Every change before `began_at` has been kept."""
        async with self._database.writing() as connection:
            await self._change(self._scoped(connection), changes_from=began_at)

    async def seen(self, record: CustomerRecord) -> None:
        """A customer as read whole just now, by whomever. Nothing happens where nobody wants the copy."""
        if await self._is_kept():
            async with self._database.writing() as connection:
                await CopyRows(self._scoped(connection), self._company_id).keep_whole(record)

    async def gone(self, number: str) -> None:
        """Fortnox knows no customer of this number."""
        if await self._is_kept():
            async with self._database.writing() as connection:
                await CopyRows(self._scoped(connection), self._company_id).remove(number)

    async def postpone(self, number: str) -> None:
        """Read the customer after all others that are to be read."""
        async with self._database.writing() as connection:
            await CopyRows(self._scoped(connection), self._company_id).touch([number])

    async def unread(self, limit: int) -> tuple[str, ...]:
        """Customers to be read whole: those that a finished list no longer showed, then those without details."""
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            standing = await self._standing(db)
            if standing is None:
                return ()
            is_due: ColumnElement[bool] = customer_copy.c.detailed_at.is_(None)
            if standing.next_page is None and standing.list_began_at is not None:
                is_due = is_due | (customer_copy.c.listed_at < standing.list_began_at)
            rows = await db.all(
                db.select(customer_copy, customer_copy.c.number)
                .where(*self._own(customer_copy), is_due)
                .order_by(customer_copy.c.listed_at, customer_copy.c.number)
                .limit(limit)
            )
        return tuple(row["number"] for row in rows)

    async def _is_kept(self) -> bool:
        async with self._database.reading() as connection:
            return await self._standing_row(self._scoped(connection)) is not None

    def _scoped(self, connection: AsyncConnection) -> ScopedConnection:
        return ScopedConnection(self._database, connection, SYSTEM)

    def _own(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        return (table.c.company_id == self._company_id,)

    async def _standing_row(self, db: ScopedConnection) -> RowMapping | None:
        return await db.first(db.select(customer_copy_state).where(*self._own(customer_copy_state)))

    async def _standing(self, db: ScopedConnection) -> CopyStanding | None:
        row = await self._standing_row(db)
        if row is None:
            return None
        counted = await db.first(
            db.select(
                customer_copy,
                func.count().label("known"),
                func.count(customer_copy.c.detailed_at).label("detailed"),
            ).where(*self._own(customer_copy))
        )
        facts = {name: value for name, value in row.items() if name != "company_id"}
        return CopyStanding(**facts, **(counted or {}))

    async def _count_listed(self, db: ScopedConnection, standing: CopyStanding) -> int:
        row = await db.first(
            db.select(customer_copy, func.count().label("listed")).where(
                *self._own(customer_copy), customer_copy.c.listed_at >= standing.list_began_at
            )
        )
        return int(row["listed"]) if row else 0

    async def _change(self, db: ScopedConnection, **values: object) -> None:
        await db.execute(db.update(customer_copy_state).where(*self._own(customer_copy_state)).values(values))
