"""Fortnox's articles and registers of one company, remembered for a day. Shared by its connections (F4)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.domain.records import ArticleRecord, RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.domain.vat import RegisterAnswer
from fortnox_bridge.storage.database import Database
from fortnox_bridge.storage.document_rows import to_article, to_register_entry
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.scopes import SYSTEM
from fortnox_bridge.storage.tables import register_cache

MAX_AGE: Final = timedelta(days=1)
_REGISTER: Final = "register"
_VAT_NUMBER: Final = "vat_number"


class StoredRegisterCache:
    """Not fenced: what Fortnox answered is true whoever asked, and a preview asks without a run."""

    def __init__(self, database: Database, company_id: FortnoxCompanyId, *, max_age: timedelta = MAX_AGE) -> None:
        self._database = database
        self._company_id = company_id
        self._max_age = max_age

    async def article(self, key: ArticleKey, value: str) -> ArticleRecord | None:
        plain: Mapping[str, Any] | None = await self._get(_article_kind(key), value.casefold())
        return None if plain is None else to_article(plain)

    async def keep_article(self, key: ArticleKey, value: str, article: ArticleRecord) -> None:
        await self._keep(_article_kind(key), value.casefold(), article, number=article.number)

    async def drop_article(self, number: str) -> None:
        async with self._database.writing() as connection:
            db = ScopedConnection(self._database, connection, SYSTEM)
            await db.execute(
                db.delete(register_cache).where(
                    register_cache.c.company_id == self._company_id, register_cache.c.number == number
                )
            )

    async def register(self, name: str, *, within: timedelta | None = None) -> tuple[RegisterEntry, ...] | None:
        entries: list[Mapping[str, Any]] | None = await self._get(_REGISTER, name, within)
        return None if entries is None else tuple(to_register_entry(entry) for entry in entries)

    async def vat_number(self, number: str) -> RegisterAnswer | None:
        answer: str | None = await self._get(_VAT_NUMBER, number)
        return None if answer is None else RegisterAnswer(answer)

    async def keep_vat_number(self, number: str, answer: RegisterAnswer) -> None:
        await self._keep(_VAT_NUMBER, number, answer.value, number=None)

    async def keep_register(self, name: str, entries: tuple[RegisterEntry, ...]) -> None:
        await self._keep(_REGISTER, name, entries, number=None)

    async def _get(self, kind: str, key: str, within: timedelta | None = None) -> Any:  # noqa: ANN401 JSON
        max_age = self._max_age if within is None else min(within, self._max_age)
        async with self._database.reading() as connection:
            db = ScopedConnection(self._database, connection, SYSTEM)
            row = await db.first(
                db.select(register_cache).where(
                    register_cache.c.company_id == self._company_id,
                    register_cache.c.kind == kind,
                    register_cache.c.key == key,
                )
            )
            if row is None or await db.now() - row["fetched_at"] > max_age:
                return None
            return row["value"]

    async def _keep(self, kind: str, key: str, value: object, *, number: str | None) -> None:
        async with self._database.writing() as connection:
            db = ScopedConnection(self._database, connection, SYSTEM)
            changing = {"value": value, "number": number, "fetched_at": await db.now()}
            row = {"company_id": self._company_id, "kind": kind, "key": key, **changing}
            await db.execute(
                db.upsert(register_cache, row).on_conflict_do_update(
                    index_elements=[register_cache.c.company_id, register_cache.c.kind, register_cache.c.key],
                    set_=changing,
                )
            )


def _article_kind(key: ArticleKey) -> str:
    return f"article:{key.value}"
