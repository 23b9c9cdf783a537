"""Currencies: Pipedrive's codes are ISO's, and codes of the company's own making (facts 19)."""

from functools import cache

from babel.numbers import list_currencies

from fortnox_bridge.sdk import Currency, currency


def known_currency(code: str | None) -> Currency | None:
    """The currency, None for a code of the company's own making."""
    return currency(code) if code is not None and code in _iso_codes() else None


@cache
def _iso_codes() -> frozenset[str]:
    return frozenset(list_currencies())
