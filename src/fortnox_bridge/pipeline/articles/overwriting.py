"""Which fields of an existing article the product's values may overwrite, row by row (F28, F49)."""

from decimal import Decimal

from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.draft_plan import ArticleUpdate
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import FieldMapping, Overwrite, ProductRules
from fortnox_bridge.pipeline.articles.filling import Checker, Stated, price_list_of, stated_fields
from fortnox_bridge.pipeline.register_codes import RegisterCodes


def stated_update(line: LineItem, deal: Deal, rules: ProductRules) -> dict[ArticleField, Stated]:
    """What the rows say that may touch an existing article. Its number is never changed."""
    return stated_fields(_overwriting(rules), line, deal, rules)


def needs_price(record: ArticleRecord, line: LineItem, deal: Deal, rules: ProductRules) -> bool:
    """Whether the article's price must be read before it can be compared."""
    return price_list_of(rules) not in record.prices and ArticleField.PRICE in stated_update(line, deal, rules)


def decide_update(
    record: ArticleRecord, line: LineItem, deal: Deal, rules: ProductRules, codes: RegisterCodes
) -> ArticleUpdate | None:
    """The fields to change; None when the article says all of it already. Nothing is ever blanked."""
    stated = stated_update(line, deal, rules)
    values = Checker(line.name, deal.url, codes, rules).checked(stated)
    policies = {row.target: row.overwrite for row in _overwriting(rules)}
    fields: dict[ArticleField, str] = {}
    for target, text in values.items():
        current = _current(record, target, price_list_of(rules))
        is_allowed = policies[target] is Overwrite.ALWAYS or not current
        if is_allowed and current != text:
            fields[target] = text
    if not fields:
        return None
    origins = {target: stated[target].origin for target in fields}
    price_list = price_list_of(rules) if ArticleField.PRICE in fields else None
    return ArticleUpdate(record.number, fields, origins, price_list)


def updated(record: ArticleRecord, update: ArticleUpdate | None) -> ArticleRecord:
    """The article as it will be, for what is decided by it: its rows' VAT, accounts and kind."""
    if update is None:
        return record
    rate, kind = update.fields.get(ArticleField.VAT_RATE), update.fields.get(ArticleField.TYPE)
    return ArticleRecord(
        number=record.number,
        description=update.fields.get(ArticleField.DESCRIPTION, record.description),
        is_active=record.is_active,
        vat_rate=record.vat_rate if rate is None else Decimal(rate),
        unit=update.fields.get(ArticleField.UNIT, record.unit),
        ean=update.fields.get(ArticleField.EAN, record.ean),
        sales_account=update.fields.get(ArticleField.SALES_ACCOUNT, record.sales_account),
        has_housework=record.has_housework,
        is_service=record.is_service if kind is None else kind == ProductKind.SERVICE,
        fields={**(record.fields or {}), **update.fields},
        prices=record.prices,
    )


def _overwriting(rules: ProductRules) -> tuple[FieldMapping[ArticleField], ...]:
    return tuple(
        row
        for row in rules.mapping
        if row.overwrite is not Overwrite.ON_CREATION and row.target is not ArticleField.NUMBER
    )


def _current(record: ArticleRecord, target: ArticleField, price_list: str) -> str:
    if target is ArticleField.PRICE:
        price = record.prices.get(price_list)
        # A price of nothing is how Fortnox shows that there is none.
        return format(price.normalize(), "f") if price else ""
    return (record.fields or {}).get(target, "")
