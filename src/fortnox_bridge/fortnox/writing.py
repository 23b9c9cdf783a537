"""From our new articles to Fortnox's payloads."""

from typing import Final

from fortnox_bridge.domain.alphabet import clean_text
from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox.payloads import ArticlePayload

_NOTE_LIMIT: Final = 10_000


def article_payload(article: NewArticle) -> JsonObject:
    values: dict[str, object] = {
        "ArticleNumber": article.number,
        "Description": article.description,
        "Active": True,
    }
    if article.is_service is not None:
        values["Type"] = "SERVICE" if article.is_service else "STOCK"
    if article.unit is not None:
        values["Unit"] = article.unit
    if article.vat_rate is not None:
        values["VAT"] = article.vat_rate
    if article.note is not None:
        values["Note"] = clean_text(article.note, limit=_NOTE_LIMIT, keep_newlines=True).text
    return ArticlePayload.model_validate(values).wire()
