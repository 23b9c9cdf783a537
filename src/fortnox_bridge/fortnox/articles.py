"""Articles in Fortnox."""

from collections.abc import Callable, Mapping
from typing import Final

from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.normalise import normalise_code, normalise_name
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.customers import MOST_READ
from fortnox_bridge.fortnox.errors import ARTICLE_NUMBER_TAKEN, vendor_code
from fortnox_bridge.fortnox.resources import ARTICLES
from fortnox_bridge.fortnox.writing import article_payload

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
        return None if content is None else reading.article(reading.parse(wire.Article, content))

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
            reading.article_of_row(row) for row in hits[MOST_READ:]
        )

    async def create_article(self, article: NewArticle) -> ArticleRecord:
        try:
            content = await self._client.post(ARTICLES, article_payload(article))
        except UserAction as error:
            if vendor_code(error) != ARTICLE_NUMBER_TAKEN:
                raise
            # Refused because it is there already: somebody was faster, or our own earlier answer was lost.
            found = await self.get_article(article.number)
            if found is None:
                raise
            return found
        return reading.article(reading.parse(wire.Article, content, is_write=True))

    async def _read_article(self, row: wire.ArticleRow) -> ArticleRecord:
        found = await self.get_article(row.ArticleNumber)
        return found or reading.article(wire.Article(**row.model_dump(), Active=False))
