"""Prices: per price list, article and quantity from which they hold (facts/fortnox.md 7.6)."""

from decimal import Decimal, InvalidOperation

from fortnox_bridge.sandbox.fortnox import errors, registers
from fortnox_bridge.sandbox.fortnox.fields import PRICE
from fortnox_bridge.sandbox.fortnox.payloads import Change, read_change
from fortnox_bridge.sandbox.fortnox.state import Company, PriceKey, Record

_MISSING = (2000430, "Priset saknas.")


def list_price(company: Company, price_list: str, article: str, quantity: Decimal) -> Decimal | None:
    """Return the price that holds for a quantity: the one with the highest start not above it."""
    starts = [start for (name, number, start) in company.prices if (name, number) == (price_list, article)]
    reached = [start for start in starts if start <= max(quantity, Decimal(0))]
    if not reached:
        return None
    price: Decimal = company.prices[price_list, article, max(reached)]["Price"]
    return price


def create_price(company: Company, payload: object) -> Record:
    change = read_change(payload, PRICE)
    for name in ("ArticleNumber", "PriceList"):
        if name not in change.values:
            raise errors.invalid(errors.UNPUBLISHED_REQUIRED, f"Fältet måste anges. ({name})")
    article, price_list = change.values["ArticleNumber"], change.values["PriceList"]
    registers.require(company, registers.PRICE_LISTS, price_list)
    if article not in company.articles:
        raise errors.invalid(2001302, f"Kan inte hitta artikeln. ({article})")
    key = (price_list, article, change.values.get("FromQuantity", Decimal(0)))
    if key in company.prices:
        raise errors.invalid(errors.UNPUBLISHED_IN_USE, "Priset finns redan.")
    return _put_price(company, key, change)


def find_price(company: Company, key: PriceKey) -> Record:
    if key not in company.prices:
        raise errors.not_found(*_MISSING)
    return company.prices[key]


def update_price(company: Company, key: PriceKey, payload: object) -> Record:
    """Change a price. The first price of an article in a list may be set this way too, as Fortnox's own UI does."""
    change = read_change(payload, PRICE)
    is_first = key[2] == 0 and key[1] in company.articles and key[0] in company.register("pricelists")
    if key not in company.prices and not is_first:
        raise errors.not_found(*_MISSING)
    return _put_price(company, key, change)


def _put_price(company: Company, key: PriceKey, change: Change) -> Record:
    price_list, article, start = key
    old = company.prices.get(key, {"Percent": Decimal(0), "Price": Decimal(0)})
    company.prices[key] = {
        **old,
        **change.values,
        "ArticleNumber": article,
        "PriceList": price_list,
        "FromQuantity": start,
        "Date": company.now().replace(microsecond=0, tzinfo=None).isoformat(),
    }
    return company.prices[key]


def delete_price(company: Company, key: PriceKey) -> None:
    find_price(company, key)
    del company.prices[key]


def quantity_in_path(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise errors.invalid(2000729, "Ingen giltig identifierare.") from error
    if not value.is_finite():
        raise errors.invalid(2000729, "Ingen giltig identifierare.")
    return value
