"""Articles in Fortnox's own names, both ways: what we send, and what an article says in our words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import wire
from fortnox_bridge.fortnox.payloads import ArticlePayload, PricePayload

_TEXTS: Final[Mapping[ArticleField, str]] = {
    ArticleField.NUMBER: "ArticleNumber",
    ArticleField.DESCRIPTION: "Description",
    ArticleField.UNIT: "Unit",
    ArticleField.EAN: "EAN",
    ArticleField.NOTE: "Note",
    ArticleField.MANUFACTURER: "Manufacturer",
    ArticleField.MANUFACTURER_ARTICLE_NUMBER: "ManufacturerArticleNumber",
    ArticleField.STOCK_PLACE: "StockPlace",
}
_ACCOUNTS: Final[Mapping[ArticleField, str]] = {
    ArticleField.SALES_ACCOUNT: "SalesAccount",
    ArticleField.EU_ACCOUNT: "EUAccount",
    ArticleField.EU_VAT_ACCOUNT: "EUVATAccount",
    ArticleField.EXPORT_ACCOUNT: "ExportAccount",
    ArticleField.CONSTRUCTION_ACCOUNT: "ConstructionAccount",
    ArticleField.PURCHASE_ACCOUNT: "PurchaseAccount",
}
_TYPES: Final = {ProductKind.GOODS: "STOCK", ProductKind.SERVICE: "SERVICE"}
_KINDS: Final = {theirs: ours for ours, theirs in _TYPES.items()}
# Fortnox writes 0 where no account is set.
_NO_ACCOUNT: Final = frozenset({"", "0"})


def new_article_payload(article: NewArticle) -> JsonObject:
    named = {ArticleField.NUMBER: article.number, ArticleField.DESCRIPTION: article.description}
    return ArticlePayload.model_validate({**_values({**article.fields, **named}), "Active": True}).wire()


def article_change_payload(fields: Mapping[ArticleField, str]) -> JsonObject:
    """Only what changes: what is not named keeps its value."""
    return ArticlePayload.model_validate(_values(fields)).wire()


def new_price_payload(price_list: str, number: str, price: Decimal) -> JsonObject:
    return PricePayload(ArticleNumber=number, PriceList=price_list, Price=price).wire()


def price_change_payload(price: Decimal) -> JsonObject:
    return PricePayload(Price=price).wire()


def to_article(found: wire.Article) -> ArticleRecord:
    """The whole article; `fields` tell everything that settings may map to."""
    fields = _fields(found)
    return ArticleRecord(
        number=found.ArticleNumber,
        description=found.Description,
        is_active=found.Active is not False,
        vat_rate=found.VAT,
        unit=found.Unit or None,
        ean=found.EAN or None,
        sales_account=fields.get(ArticleField.SALES_ACCOUNT),
        has_housework=bool(found.Housework) or found.HouseworkType not in {"", "EMPTYHOUSEWORK"},
        is_service={"SERVICE": True, "STOCK": False}.get(found.Type),
        fields=fields,
    )


def to_article_of_row(row: wire.ArticleRow, *, is_active: bool = True) -> ArticleRecord:
    """A list row as a record. Activity is unknown there and taken for true: a person then chooses among several."""
    return ArticleRecord(
        number=row.ArticleNumber,
        description=row.Description,
        is_active=is_active,
        vat_rate=row.VAT,
        unit=row.Unit or None,
        ean=row.EAN or None,
        has_housework=bool(row.Housework),
    )


def _values(fields: Mapping[ArticleField, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for field, text in fields.items():
        match field:
            case ArticleField.PRICE:
                continue
            case ArticleField.TYPE:
                values["Type"] = _TYPES[ProductKind(text)]
            case ArticleField.VAT_RATE:
                values["VAT"] = Decimal(text)
            case _ if field in _ACCOUNTS:
                values[_ACCOUNTS[field]] = int(text)
            case _:
                values[_TEXTS[field]] = text
    return values


def _fields(found: wire.Article) -> Mapping[ArticleField, str]:
    texts = {field: getattr(found, name) for field, name in _TEXTS.items()}
    accounts = {field: getattr(found, name) for field, name in _ACCOUNTS.items()}
    fields = {field: text for field, text in texts.items() if text}
    fields |= {field: account for field, account in accounts.items() if account not in _NO_ACCOUNT}
    if found.VAT is not None:
        fields[ArticleField.VAT_RATE] = format(found.VAT.normalize(), "f")
    if found.Type in _KINDS:
        fields[ArticleField.TYPE] = _KINDS[found.Type].value
    return fields
