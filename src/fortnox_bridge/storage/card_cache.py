"""What one Fortnox company last told of a customer's documents, for cards. Shared by its connections (F4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_copy import DocumentCopy
from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.domain.money import ZERO, Currency
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.scopes import SYSTEM
from fortnox_bridge.storage.tables import card_customer, card_document

_COPIED: Final = tuple(part.name for part in fields(DocumentCopy))
_KEY: Final = [card_document.c.company_id, card_document.c.kind, card_document.c.number]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why Fortnox could not be asked, by the code of the catalogue."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CachedCustomer:
    """`as_of`: when Fortnox last told what changed; `listed_at`: when it last told everything. None: never yet."""

    documents: tuple[DocumentCopy, ...] = ()
    as_of: datetime | None = None
    listed_at: datetime | None = None
    failed_at: datetime | None = None
    failure: Failure | None = None


class StoredCardCache:
    """Not fenced, as the register cache is not: what Fortnox said is true whoever asked."""

    def __init__(self, database: Database, company_id: FortnoxCompanyId) -> None:
        self._database = database
        self._company_id = company_id

    async def customer(self, number: str) -> CachedCustomer:
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            row = await db.first(
                db.select(card_customer).where(
                    card_customer.c.company_id == self._company_id, card_customer.c.number == number
                )
            )
            documents = await self._documents_of(db, number)
        if row is None:
            return CachedCustomer(documents)
        failure: Any = row["failure"]
        return CachedCustomer(
            documents=documents,
            as_of=row["as_of"],
            listed_at=row["listed_at"],
            failed_at=row["failed_at"],
            failure=Failure(failure["code"], failure["params"]) if failure else None,
        )

    async def documents(self, names: Collection[tuple[DocumentKind, str]]) -> tuple[tuple[DocumentCopy, datetime], ...]:
        """Those of `names` that are known, each with when it was last seen."""
        if not names:
            return ()
        async with self._database.reading() as connection:
            db = self._scoped(connection)
            rows = await db.all(
                db.select(card_document).where(
                    card_document.c.company_id == self._company_id,
                    card_document.c.number.in_({number for _, number in names}),
                )
            )
        return tuple((_to_copy(row), row["seen_at"]) for row in rows if (row["kind"], row["number"]) in names)

    async def keep_customer(
        self, number: str, told: Iterable[DocumentCopy], *, unpaid: Collection[str], asked_at: datetime, is_all: bool
    ) -> CachedCustomer:
        """Keep what Fortnox told at `asked_at`. Open invoices that are not among `unpaid` any more are settled."""
        async with self._database.writing() as connection:
            db = self._scoped(connection)
            known = {(each.kind, each.number): each for each in await self._documents_of(db, number)}
            fresh = {(each.kind, each.number): each for each in told}
            settled = [
                replace(each, balance=ZERO, is_paid=True)
                for key, each in known.items()
                if key not in fresh and each.is_open and each.number not in unpaid
            ]
            await self._keep(db, [*(_merged(known.get(key), each) for key, each in fresh.items()), *settled], asked_at)
            changing: dict[str, object] = {"as_of": asked_at, "failed_at": None, "failure": None}
            if is_all:
                changing["listed_at"] = asked_at
            await self._keep_standing(db, number, changing)
        return await self.customer(number)

    async def keep_document(self, document: DocumentCopy, *, asked_at: datetime) -> None:
        """Keep one that was read by itself."""
        async with self._database.writing() as connection:
            await self._keep(self._scoped(connection), [document], asked_at)

    async def keep_failure(self, number: str, failure: Failure, *, at: datetime) -> None:
        async with self._database.writing() as connection:
            await self._keep_standing(self._scoped(connection), number, {"failed_at": at, "failure": failure})

    async def _documents_of(self, db: ScopedConnection, number: str) -> tuple[DocumentCopy, ...]:
        rows = await db.all(
            db.select(card_document).where(
                card_document.c.company_id == self._company_id, card_document.c.customer_number == number
            )
        )
        return tuple(_to_copy(row) for row in rows)

    async def _keep(self, db: ScopedConnection, documents: Sequence[DocumentCopy], seen_at: datetime) -> None:
        insert = self._database.insert(card_document)
        excluded = insert.excluded
        changing = {name: excluded[name] for name in (*_COPIED, "seen_at") if name not in {"kind", "number"}}
        rows = [
            {"company_id": self._company_id, "seen_at": seen_at, **{name: getattr(each, name) for name in _COPIED}}
            for each in documents
        ]
        await db.execute_many(insert.on_conflict_do_update(index_elements=_KEY, set_=changing), rows)

    async def _keep_standing(self, db: ScopedConnection, number: str, changing: Mapping[str, object]) -> None:
        row = {"company_id": self._company_id, "number": number, **changing}
        await db.execute(
            db.upsert(card_customer, row).on_conflict_do_update(
                index_elements=[card_customer.c.company_id, card_customer.c.number], set_=dict(changing)
            )
        )

    def _scoped(self, connection: Any) -> ScopedConnection:  # noqa: ANN401 the driver's connection
        return ScopedConnection(self._database, connection, SYSTEM)


def _merged(known: DocumentCopy | None, told: DocumentCopy) -> DocumentCopy:
    """A list row says less than the document: what was read stays true while the books hold the same sum."""
    if known is None or told.net is not None:
        return told
    is_same = known.is_booked and (known.total, known.currency) == (told.total, told.currency)
    merged = replace(told, is_invoiced=told.is_invoiced or known.is_invoiced)
    return replace(merged, net=known.net, is_credit=known.is_credit) if is_same else merged


def _to_copy(row: RowMapping) -> DocumentCopy:
    values = {name: row[name] for name in _COPIED}
    return DocumentCopy(**{**values, "currency": Currency(row["currency"])})
