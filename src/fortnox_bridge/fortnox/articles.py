"""Articles in Fortnox."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.draft_plan import ArticleUpdate, NewArticle
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.normalise import normalise_code, normalise_name
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.article_fields import (
    article_change_payload,
    new_article_payload,
    new_price_payload,
    price_change_payload,
    to_article,
    to_article_of_row,
)
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.customers import MOST_READ
from fortnox_bridge.fortnox.errors import ARTICLE_NUMBER_TAKEN, vendor_code
from fortnox_bridge.fortnox.resources import ARTICLES, PRICES, prices_in

_SEARCH: Final[Mapping[ArticleKey, str]] = {
    ArticleKey.NUMBER: "articlenumber",
    ArticleKey.NAME: "description",
    ArticleKey.EAN: "ean",
}
_COMPARED: Final[Mapping[ArticleKey, tuple[Callable[[str], str], Callable[[wire.ArticleRow], str]]]] = {
    ArticleKey.NUMBER: (normalise_code, lambda row: row.ArticleNumber),
    ArticleKey.NAME: (normalise_name, lambda row: row.Description),
    ArticleKey.EAN: (normalise_code, lambda row: row.EAN),
}


class Articles:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def get_article(self, number: str) -> ArticleRecord | None:
        content = await self._client.get(ARTICLES, number)
        return None if content is None else to_article(reading.parse(wire.Article, content))

    async def find_articles(self, key: ArticleKey, value: str) -> tuple[ArticleRecord, ...]:
        """Whole records, since list rows tell neither activity nor accounts."""
        normalise, field = _COMPARED[key]
        wanted = normalise(value)
        if not wanted:
            return ()
        rows = await self._client.list_all(ARTICLES, [(_SEARCH[key], " ".join(value.split()))])
        parsed = [reading.parse(wire.ArticleRow, row) for row in rows]
        hits = [row for row in parsed if normalise(field(row)) == wanted]
        return tuple([await self._read_article(row) for row in hits[:MOST_READ]]) + tuple(
            to_article_of_row(row) for row in hits[MOST_READ:]
        )

    async def active_article_numbers(self) -> frozenset[str]:
        """Every article that is active, by number: one call for each five hundred."""
        rows = await self._client.list_all(ARTICLES, [("filter", "active")])
        return frozenset(reading.parse(wire.ArticleRow, row).ArticleNumber for row in rows)

    async def create_article(self, article: NewArticle) -> ArticleRecord:
        try:
            content = await self._client.post(ARTICLES, new_article_payload(article))
        except UserAction as error:
            if vendor_code(error) != ARTICLE_NUMBER_TAKEN:
                raise
            # Refused because it is there already: somebody was faster, or our own earlier answer was lost.
            found = await self.get_article(article.number)
            if found is None:
                raise
            return found
        return to_article(reading.parse(wire.Article, content, is_write=True))

    async def update_article(self, update: ArticleUpdate) -> ArticleRecord:
        """Change the named fields and nothing else; a price is `set_price`'s. Idempotent."""
        content = await self._client.put(ARTICLES, update.number, article_change_payload(update.fields))
        return to_article(reading.parse(wire.Article, content, is_write=True))

    async def get_price(self, price_list: str, number: str) -> Decimal | None:
        content = await self._client.get(prices_in(price_list), number)
        return None if content is None else reading.parse(wire.Price, content).Price

    async def set_price(self, price_list: str, number: str, price: Decimal) -> None:
        """The price from the first piece on. It is read first, since a list's first price is created, not changed."""
        standing = await self.get_price(price_list, number)
        if standing is None:
            await self._client.post(PRICES, new_price_payload(price_list, number, price))
        elif standing != price:
            await self._client.put(prices_in(price_list), number, price_change_payload(price))

    async def _read_article(self, row: wire.ArticleRow) -> ArticleRecord:
        found = await self.get_article(row.ArticleNumber)
        return found or to_article_of_row(row, is_active=False)
