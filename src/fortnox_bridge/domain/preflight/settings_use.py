"""What a connection's settings take for granted in Fortnox: currencies, accounts, rates, articles."""

from collections.abc import Iterator
from dataclasses import dataclass

from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.money import SEK
from fortnox_bridge.domain.preflight.accounts import AccountUse, RateUse
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import SyncRules


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """An article that the settings name. `record` None: Fortnox has none with this number."""

    number: str
    used_by: str
    record: ArticleRecord | None = None


def named_currencies(rules: SyncRules) -> tuple[str, ...]:
    stated = rules.customers.defaults.get(CustomerField.CURRENCY)
    return tuple(dict.fromkeys((SEK, *((stated,) if stated else ()))))


def named_articles(rules: SyncRules) -> tuple[ArticleUse, ...]:
    """Each article once, with the first settings key that names it."""
    named = {
        "products.default_article": rules.products.default_article,
        "products.no_lines_article": rules.products.no_lines_article,
        "products.discount_article": rules.products.discount_article,
        "document.rounding_article": rules.document.rounding_article,
        "document.instalment_article": rules.document.instalment_article,
    }
    uses: dict[str, ArticleUse] = {}
    for key, number in named.items():
        if number:
            uses.setdefault(number, ArticleUse(number, key))
    return tuple(uses.values())


def named_accounts(rules: SyncRules) -> tuple[AccountUse, ...]:
    return tuple(AccountUse(number, key) for key, number in _accounts(rules) if number)


def named_rates(rules: SyncRules) -> tuple[RateUse, ...]:
    rates = [RateUse(each.rate, each.account, f"vat.oss: {each.country}") for each in rules.vat.oss]
    if rules.vat.fallback_rate is not None:
        rates.append(RateUse(rules.vat.fallback_rate, None, "vat.fallback_rate"))
    return tuple(rates)


def _accounts(rules: SyncRules) -> Iterator[tuple[str, str | None]]:
    yield "customers.defaults.sales_account", rules.customers.defaults.get(CustomerField.SALES_ACCOUNT)
    accounts = rules.vat.accounts
    yield "vat.accounts.eu_goods", accounts.eu_goods
    yield "vat.accounts.eu_services", accounts.eu_services
    yield "vat.accounts.export_goods", accounts.export_goods
    yield "vat.accounts.export_services", accounts.export_services
    for rate in rules.vat.oss:
        yield f"vat.oss: {rate.country}", rate.account
