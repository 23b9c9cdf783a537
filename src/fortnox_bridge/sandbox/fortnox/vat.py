"""Which VAT rate and which account a row gets: the customer's VAT type decides (facts/fortnox.md section 10)."""

from collections.abc import Mapping
from decimal import Decimal

from fortnox_bridge.sandbox.fortnox import errors, registers
from fortnox_bridge.sandbox.fortnox.articles import STANDARD_RATES
from fortnox_bridge.sandbox.fortnox.state import Company, Record

_WITHOUT_VAT = frozenset({"SEREVERSEDVAT", "EUREVERSEDVAT", "EXPORT"})
_ARTICLE_ACCOUNT: Mapping[str, str] = {
    "SEVAT": "SalesAccount",
    "SEREVERSEDVAT": "ConstructionAccount",
    "EUREVERSEDVAT": "EUAccount",
    "EUVAT": "EUVATAccount",
    "EXPORT": "ExportAccount",
}
_PREDEFINED: Mapping[str, str] = {
    "SEVAT": "SALES",
    "SEREVERSEDVAT": "CONSTRUCTION",
    "EUREVERSEDVAT": "SALES_EU",
    "EUVAT": "SALES",
    "EXPORT": "SALES_EXPORT",
}
_ZERO = Decimal(0)


def choose_account(company: Company, card: Record, article: Record | None) -> int | None:
    """Return the account of a row that names none: the article's, else the card's, else the predefined one."""
    vat_type = card["VATType"]
    from_article = article[_ARTICLE_ACCOUNT[vat_type]] if article else None
    if from_article:
        return int(from_article)
    if card["SalesAccount"] and vat_type == "SEVAT":
        return int(card["SalesAccount"])
    return _predefined(company, _PREDEFINED[vat_type])


def choose_rate(company: Company, card: Record, row: Record, *, is_text: bool) -> Decimal:
    """Return the rate a row carries after Fortnox has looked at the customer.

    Raises:
        FortnoxError: the rate is not configured.
    """
    if card["VATType"] in _WITHOUT_VAT:
        return _ZERO
    if row["VATCode"]:
        return _rate_of_code(company, row["VATCode"])
    rate = row["VAT"]
    if rate is None:
        return _ZERO if is_text else _rate_of_account(company, row["AccountNumber"])
    if rate not in STANDARD_RATES and rate != _rate_of_account(company, row["AccountNumber"]):
        if rate in company.vat_rate_by_code.values():
            raise errors.invalid(2004167, f"EasyVat: kontot har inte momssatsen {rate}.")
        raise errors.invalid(errors.UNPUBLISHED_VAT_RATE, f"Kunde inte hitta moms. ({rate})")
    return Decimal(rate)


def fee_rate(company: Company, card: Record, predefined: str) -> Decimal:
    """Return the VAT rate of freight ("FREIGHT") or administration fee ("ADMINFEE")."""
    if card["VATType"] in _WITHOUT_VAT:
        return _ZERO
    return _rate_of_account(company, _predefined(company, predefined))


def _predefined(company: Company, name: str) -> int | None:
    stored = company.register(registers.PREDEFINED_ACCOUNTS.path).get(name)
    return None if stored is None else int(stored.fields["Account"])


def _rate_of_account(company: Company, number: int | None) -> Decimal:
    stored = company.register(registers.ACCOUNTS.path).get(str(number))
    return company.vat_rate_by_code.get(stored.fields["VATCode"], _ZERO) if stored else _ZERO


def _rate_of_code(company: Company, code: str) -> Decimal:
    rate = company.vat_rate_by_code.get(code)
    if rate is None:
        raise errors.invalid(errors.UNPUBLISHED_VAT_RATE, f"Kunde inte hitta moms. ({code})")
    return rate
