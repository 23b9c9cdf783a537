"""Writing customers into the local copy, a page at a time: a handful of statements for five hundred of them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.customer_copy import brought_up_to, keys_of
from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.storage.database import Insert
from fortnox_bridge.storage.document_rows import to_customer
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import customer_copy, customer_copy_key

_LONGEST_VALUE: Final = 200


def stored_value(value: str) -> str:
    """A key's value, or its digest: PostgreSQL's indexes refuse what is longer than a third of a page."""
    if len(value) <= _LONGEST_VALUE:
        return value
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Row:
    record: CustomerRecord
    is_active: bool | None = None
    detailed_at: datetime | None = None


class CopyRows:
    """Within one transaction. Rows are written in the order of their numbers, so that two writers cannot deadlock."""

    def __init__(self, db: ScopedConnection, company_id: FortnoxCompanyId) -> None:
        self._db = db
        self._company_id = company_id

    async def keep_listed(self, records: Sequence[CustomerRecord]) -> tuple[str, ...]:
        """Rows of a list: who is new or looks otherwise than before is to be read whole, and is answered."""
        before = await self._before(records)
        changed, same = [], []
        for record in records:
            old = before.get(record.number)
            if old is not None and brought_up_to(record, old.record) == old.record:
                same.append(record.number)
            else:
                changed.append(_changed(record, old))
        await self._write(changed)
        await self.touch(same)
        return tuple(row.record.number for row in changed)

    async def keep_changed(self, records: Sequence[CustomerRecord]) -> None:
        before = await self._before(records)
        await self._write([_changed(record, before.get(record.number)) for record in records])

    async def keep_whole(self, record: CustomerRecord) -> None:
        await self._write([_Row(record, record.is_active, await self._db.now())])

    async def remove(self, number: str) -> None:
        for table in (customer_copy_key, customer_copy):
            await self._db.execute(
                self._db.delete(table).where(table.c.company_id == self._company_id, table.c.number == number)
            )

    async def _before(self, records: Iterable[CustomerRecord]) -> Mapping[str, _Row]:
        numbers = [record.number for record in records]
        rows = await self._db.all(
            self._db.select(customer_copy).where(
                customer_copy.c.company_id == self._company_id, customer_copy.c.number.in_(numbers)
            )
        )
        return {row["number"]: _to_row(row) for row in rows}

    async def _write(self, rows: Iterable[_Row]) -> None:
        ordered = sorted(rows, key=lambda row: row.record.number)
        if not ordered:
            return
        now = await self._db.now()
        await self._db.execute_many(
            self._upsert(),
            [
                {
                    "company_id": self._company_id,
                    "number": row.record.number,
                    "record": row.record,
                    "is_active": row.is_active,
                    "listed_at": now,
                    "detailed_at": row.detailed_at,
                }
                for row in ordered
            ],
        )
        await self._db.execute(
            self._db.delete(customer_copy_key).where(
                customer_copy_key.c.company_id == self._company_id,
                customer_copy_key.c.number.in_([row.record.number for row in ordered]),
            )
        )
        await self._db.execute_many(
            self._db.database.insert(customer_copy_key).on_conflict_do_nothing(),
            [
                {
                    "company_id": self._company_id,
                    "key": key.value,
                    "value": stored_value(value),
                    "number": row.record.number,
                }
                for row in ordered
                for key, value in keys_of(row.record)
            ],
        )

    def _upsert(self) -> Insert:
        statement = self._db.database.insert(customer_copy)
        return statement.on_conflict_do_update(
            index_elements=[customer_copy.c.company_id, customer_copy.c.number],
            set_={name: statement.excluded[name] for name in ("record", "is_active", "listed_at", "detailed_at")},
        )

    async def touch(self, numbers: Sequence[str]) -> None:
        """Seen just now, and nothing new about them."""
        if numbers:
            await self._db.execute(
                self._db.update(customer_copy)
                .where(customer_copy.c.company_id == self._company_id, customer_copy.c.number.in_(numbers))
                .values(listed_at=await self._db.now())
            )


def _changed(row: CustomerRecord, old: _Row | None) -> _Row:
    """A list row over what was known: the details stay as a guess until the customer is read again."""
    return _Row(row) if old is None else _Row(brought_up_to(row, old.record), old.is_active)


def _to_row(row: RowMapping) -> _Row:
    return _Row(to_customer(row["record"]), row["is_active"], row["detailed_at"])
