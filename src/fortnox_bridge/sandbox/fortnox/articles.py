"""Articles: facts/fortnox.md 7.2. Prices live in price lists (prices.py)."""

from decimal import Decimal

from fortnox_bridge.sandbox.fortnox import errors, registers
from fortnox_bridge.sandbox.fortnox.fields import ARTICLE
from fortnox_bridge.sandbox.fortnox.payloads import Change, read_change
from fortnox_bridge.sandbox.fortnox.prices import list_price
from fortnox_bridge.sandbox.fortnox.state import Company, Record, Stored

_ACCOUNT_FIELDS = (
    "SalesAccount", "EUAccount", "EUVATAccount", "ExportAccount", "ConstructionAccount", "PurchaseAccount",
)  # fmt: skip
STANDARD_RATES = frozenset({Decimal(25), Decimal(12), Decimal(6), Decimal(0)})


def find_article(company: Company, number: str) -> Stored:
    stored = company.articles.get(number)
    if stored is None:
        raise errors.not_found(2000428, "Kan inte hitta artikeln.")
    return stored


def create_article(company: Company, payload: object) -> Stored:
    change = read_change(payload, ARTICLE)
    if not change.values.get("Description", "").strip():
        raise errors.invalid(errors.UNPUBLISHED_REQUIRED, "Benämning måste anges. (Description)")
    _check(company, change)
    number = change.values.get("ArticleNumber") or _next_number(company)
    if number in company.articles:
        raise errors.invalid(2000013, f'Artikelnumret "{number}" är redan taget.')
    values = {**_defaults(), **change.values, "ArticleNumber": number}
    company.articles[number] = company.store(values)
    return company.articles[number]


def update_article(company: Company, number: str, payload: object) -> Stored:
    stored = find_article(company, number)
    change = read_change(payload, ARTICLE)
    if change.values.get("ArticleNumber", number) != number:
        raise errors.unknown_field("ArticleNumber")
    _check(company, change)
    values = {**stored.fields, **change.values}
    defaults = _defaults()
    for name in change.blanks:
        values[name] = None if name == "HouseworkType" else defaults.get(name)
    _check_default_accounts(company, values)
    stored.fields = values
    company.touch(stored)
    return stored


def delete_article(company: Company, number: str) -> None:
    find_article(company, number)
    is_used = any(row.get("ArticleNumber") == number for doc in company.all_documents() for row in doc.rows)
    if is_used:
        raise errors.invalid(errors.UNPUBLISHED_IN_USE, "Artikeln används och kan inte tas bort.")
    del company.articles[number]
    for key in [key for key in company.prices if key[1] == number]:
        del company.prices[key]


def shown_article(company: Company, stored: Stored) -> Record:
    """Show the article with its price from the first price list."""
    price = list_price(company, "A", stored.fields["ArticleNumber"], Decimal(1))
    return {**stored.fields, "SalesPrice": price if price is not None else Decimal(0)}


def _next_number(company: Company) -> str:
    while str(company.next_article) in company.articles:
        company.next_article += 1
    return str(company.next_article)


def _defaults() -> Record:
    texts = {name: "" for name, field in ARTICLE.items() if field.kind == "text"}
    numbers = {name: Decimal(0) for name, field in ARTICLE.items() if field.kind == "number"}
    flags = {name: False for name, field in ARTICLE.items() if field.kind == "boolean"}
    return {
        **texts,
        **numbers,
        **flags,
        **dict.fromkeys(("Depth", "Height", "Weight", "Width"), 0),
        "Active": True,
        "Type": "STOCK",
        "VAT": Decimal(25),
        "HouseworkType": None,
        "Unit": None,
        # Recorded defaults; a later PUT fails where one of them is not in the chart.
        "SalesAccount": 3001,
        "EUAccount": 3108,
        "EUVATAccount": 3106,
        "ExportAccount": 3105,
        "ConstructionAccount": 0,
        "PurchaseAccount": 4000,
        "StockAccount": None,
        "StockChangeAccount": None,
        "CommodityCode": "",
    }


def _check(company: Company, change: Change) -> None:
    if change.mentions("SalesPrice"):
        raise errors.invalid(2000321, "Priset styrs av prislista och kan inte anges på artikeln. (SalesPrice)")
    if unit := change.values.get("Unit"):
        registers.require(company, registers.UNITS, unit)
    rate = change.values.get("VAT")
    if rate is not None and rate not in STANDARD_RATES | set(company.vat_rate_by_code.values()):
        raise errors.invalid(errors.UNPUBLISHED_VAT_RATE, f"Kunde inte hitta moms. ({rate})")
    for name in _ACCOUNT_FIELDS:
        if account := change.values.get(name):
            _check_account(company, account)


def _check_default_accounts(company: Company, values: Record) -> None:
    for name in _ACCOUNT_FIELDS:
        if values.get(name):
            _check_account(company, values[name])


def _check_account(company: Company, account: int) -> None:
    entry = registers.require(company, registers.ACCOUNTS, str(account))
    if not entry["Active"]:
        raise errors.invalid(2000550, f"Kontot är inte aktivt. ({account})")
