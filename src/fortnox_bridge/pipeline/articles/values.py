"""What Fortnox takes in each field of an article: cleaned, checked, or refused by name (F49; facts, fortnox.md 7.2)."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fortnox_bridge.domain.alphabet import Cleaned, clean_article_number, clean_text
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.money import round_half_up
from fortnox_bridge.domain.product import ProductKind

ACCOUNTS: Final = frozenset(
    {
        ArticleField.SALES_ACCOUNT,
        ArticleField.EU_ACCOUNT,
        ArticleField.EU_VAT_ACCOUNT,
        ArticleField.EXPORT_ACCOUNT,
        ArticleField.CONSTRUCTION_ACCOUNT,
        ArticleField.PURCHASE_ACCOUNT,
    }
)
_LIMITS: Final[Mapping[ArticleField, int]] = {
    ArticleField.DESCRIPTION: 200,
    ArticleField.UNIT: 20,
    ArticleField.EAN: 30,
    ArticleField.NOTE: 10_000,
    ArticleField.MANUFACTURER: 50,
    ArticleField.MANUFACTURER_ARTICLE_NUMBER: 50,
    ArticleField.STOCK_PLACE: 100,
}
_ACCOUNT: Final = re.compile(r"[1-9][0-9]{3}", re.ASCII)
_KINDS: Final[Mapping[str, ProductKind]] = {
    **dict.fromkeys(("service", "tjänst", "tjänster", "services"), ProductKind.SERVICE),
    **dict.fromkeys(("goods", "vara", "varor", "stock", "product", "produkt"), ProductKind.GOODS),
}
_MOST: Final = Decimal(1_000_000_000)
_HUNDRED: Final = Decimal(100)


class UnfitValue(ValueError):
    """Nothing that Fortnox could take in this field."""


def article_value(target: ArticleField, text: str, *, label: str, product: str, where: str | None) -> Cleaned:
    """The value as Fortnox takes it. `is_changed` tells of characters that were replaced, not of mere formatting.

    Raises:
        SourceDataInvalid: it cannot be right; `label` names the field of the source that holds it.
    """
    try:
        return _value(target, text)
    except UnfitValue as error:
        raise SourceDataInvalid(
            "article_field_invalid", where=where, product=product, field=label, target=target.value, value=text[:100]
        ) from error


def _value(target: ArticleField, text: str) -> Cleaned:
    match target:
        case ArticleField.NUMBER:
            return clean_article_number(text)
        case ArticleField.PRICE:
            return _plain(round_half_up(_number(text, _MOST)))
        case ArticleField.VAT_RATE:
            return _plain(_number(text, _HUNDRED))
        case ArticleField.TYPE:
            kind = _KINDS.get(text.strip().casefold())
            if kind is None:
                raise UnfitValue(text)
            return Cleaned(kind.value, is_changed=False)
        case _ if target in ACCOUNTS:
            account = text.strip()
            if not _ACCOUNT.fullmatch(account):
                raise UnfitValue(text)
            return Cleaned(account, is_changed=False)
        case _:
            return clean_text(text, limit=_LIMITS[target], keep_newlines=target is ArticleField.NOTE)


def _number(text: str, most: Decimal) -> Decimal:
    """A number as people and sources write it: `1 250,50`, `25 %`, `310 SEK`."""
    plain = re.sub(r"\s|%|[A-Za-z]{2,3}\Z", "", text.strip()).replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise UnfitValue(text) from error
    if not value.is_finite() or not Decimal(0) <= value <= most:
        raise UnfitValue(text)
    return value


def _plain(value: Decimal) -> Cleaned:
    return Cleaned(format(value.normalize(), "f"), is_changed=False)
