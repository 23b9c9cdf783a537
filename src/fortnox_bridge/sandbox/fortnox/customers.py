"""Customers: facts/fortnox.md 7.1."""

import re
from decimal import Decimal
from typing import Any

from fortnox_bridge.sandbox.fortnox import countries, errors, registers
from fortnox_bridge.sandbox.fortnox.fields import CUSTOMER
from fortnox_bridge.sandbox.fortnox.payloads import Change, read_change
from fortnox_bridge.sandbox.fortnox.registers import Register
from fortnox_bridge.sandbox.fortnox.state import Company, Record, Stored

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_ORGANISATION_NUMBER = re.compile(r"(?:\d{2})?\d{6}-?\d{4}")
_VAT_NUMBER = re.compile(r"(?!SE)[A-Z]{2}[0-9A-Za-z+*]{2,12}|SE\d{10}01")
_REGISTER_FIELDS: tuple[tuple[str, Register], ...] = (
    ("Currency", registers.CURRENCIES),
    ("TermsOfPayment", registers.TERMS_OF_PAYMENT),
    ("TermsOfDelivery", registers.TERMS_OF_DELIVERY),
    ("WayOfDelivery", registers.WAYS_OF_DELIVERY),
    ("PriceList", registers.PRICE_LISTS),
    ("CostCenter", registers.COST_CENTRES),
    ("Project", registers.PROJECTS),
    ("SalesAccount", registers.ACCOUNTS),
)
_COUNTRY_PAIRS = (
    ("Country", "CountryCode"),
    ("DeliveryCountry", "DeliveryCountryCode"),
    ("VisitingCountry", "VisitingCountryCode"),
)


def find_customer(company: Company, number: str) -> Stored:
    stored = company.customers.get(number)
    if stored is None:
        raise errors.not_found(2000433, "Kan inte hitta kunden.")
    return stored


def create_customer(company: Company, payload: object) -> Stored:
    change = read_change(payload, CUSTOMER)
    if not change.values.get("Name", "").strip():
        # Fortnox reports an empty name under the number clash's code (facts/fortnox.md section 3).
        raise errors.invalid(2000637, "Kundnamn måste anges.")
    values = {**_defaults(), **change.values}
    _check(company, values, change)
    number = change.values.get("CustomerNumber") or _next_number(company)
    if number in company.customers or number in company.deleted_customer_numbers:
        raise errors.invalid(2000637, f"Kundnummer {number} används redan (även raderat).")
    values["CustomerNumber"] = number
    _follow_country(values, change)
    company.customers[number] = company.store(values)
    return company.customers[number]


def create_crowd(company: Company, count: int) -> list[str]:
    """Foreign customers `Kund 1 GmbH`, `Kund 2 GmbH`, … with VAT numbers `DE000000001`, …: as many as a test wants."""
    numbers: list[str] = []
    template: Record = {}
    for serial in range(1, count + 1):
        own = {"Name": f"Kund {serial} GmbH", "VATNumber": f"DE{serial:09}", "Email": f"kund{serial}@exempel.example"}
        if not template:
            template = create_customer(company, {**own, "CountryCode": "DE", "City": "Kiel"}).fields
            numbers.append(template["CustomerNumber"])
            continue
        number = _next_number(company)
        company.customers[number] = company.store({**template, **own, "CustomerNumber": number})
        numbers.append(number)
    return numbers


def update_customer(company: Company, number: str, payload: object) -> Stored:
    stored = find_customer(company, number)
    change = read_change(payload, CUSTOMER)
    if change.values.get("CustomerNumber", number) != number:
        raise errors.unknown_field("CustomerNumber")
    if "Name" in change.blanks:
        raise errors.invalid(2000637, "Kundnamn måste anges.")
    values = {**stored.fields, **_merged_objects(stored.fields, change)}
    empty = _defaults()
    for name in change.blanks:
        values[name] = empty[name] if name in {"Currency", "Type", "VATType", "PriceList"} else _empty(empty[name])
    _check(company, values, change)
    _follow_country(values, change)
    stored.fields = values
    company.touch(stored)
    return stored


def delete_customer(company: Company, number: str) -> None:
    find_customer(company, number)
    if any(document.fields["CustomerNumber"] == number for document in company.all_documents()):
        raise errors.invalid(errors.UNPUBLISHED_IN_USE, "Kunden har dokument och kan inte tas bort.")
    remove_customer(company, number)


def remove_customer(company: Company, number: str) -> None:
    """Take a customer away; whether its number may come back is the company's knob."""
    del company.customers[number]
    if company.knobs.reassign_customer_numbers:
        if number.isdecimal():
            company.next_customer = min(company.next_customer, int(number))
    else:
        company.deleted_customer_numbers.add(number)


def _next_number(company: Company) -> str:
    while (number := str(company.next_customer)) in company.customers or number in company.deleted_customer_numbers:
        company.next_customer += 1
    company.next_customer += 1
    return number


def _defaults() -> Record:
    texts = {name: "" for name, field in CUSTOMER.items() if field.kind == "text"}
    return {
        **texts,
        "Active": True,
        "Type": "COMPANY",
        "VATType": "SEVAT",
        "Currency": "SEK",
        "PriceList": "A",
        "TermsOfPayment": "30",
        "CountryCode": "SE",
        "ShowPriceVATIncluded": False,
        "InvoiceDiscount": Decimal(0),
        "SalesAccount": None,
        "GLN": None,
        "GLNDelivery": None,
        "DeliveryCountryCode": None,
        "VisitingCountryCode": None,
        "DefaultDeliveryTypes": {"Invoice": "PRINT", "Offer": "PRINT", "Order": "PRINT"},
        "DefaultTemplates": dict.fromkeys(("CashInvoice", "Invoice", "Offer", "Order"), "DEFAULTTEMPLATE"),
    }


def _merged_objects(now: Record, change: Change) -> Record:
    return {name: {**now[name], **value} if isinstance(value, dict) else value for name, value in change.values.items()}


def _empty(default: object) -> object:
    match default:
        case bool():
            return False
        case Decimal():
            return Decimal(0)
        case None:
            return None
        case _:
            return ""


def _check(company: Company, values: Record, change: Change) -> None:
    for name, register in _REGISTER_FIELDS:
        if change.values.get(name):
            entry = registers.require(company, register, change.values[name])
            if entry.get("Active") is False and register is registers.ACCOUNTS:
                raise errors.invalid(2000550, f"Kontot är inte aktivt. ({change.values[name]})")
    _check_identity(values, change)
    for name in ("Email", "EmailInvoice", "EmailOffer", "EmailOrder"):
        address = change.values.get(name)
        if address and not _EMAIL.fullmatch(address):
            raise errors.invalid(errors.UNPUBLISHED_EMAIL, f"Ogiltig e-postadress. ({address})")
    for name in ("InvoiceFreight", "InvoiceAdministrationFee"):
        amount = change.values.get(name)
        if amount and not re.fullmatch(r"-?\d{1,9}(?:\.\d+)?", amount):
            raise errors.not_a_number(name, amount)


def _check_identity(values: Record, change: Change) -> None:
    vat_number = change.values.get("VATNumber")
    if vat_number and not _VAT_NUMBER.fullmatch(vat_number.replace(" ", "")):
        raise errors.invalid(2004194, "Ogiltigt VAT-nummer.")
    number = change.values.get("OrganisationNumber")
    is_swedish = values["CountryCode"] in {"SE", ""}
    if number and is_swedish and not _ORGANISATION_NUMBER.fullmatch(number):
        text = f"Ogiltigt organisationsnummer. ({number})"
        raise errors.invalid(errors.UNPUBLISHED_ORGANISATION_NUMBER, text)
    for _, code_name in _COUNTRY_PAIRS:
        code = change.values.get(code_name)
        if code and code not in countries.NAME_BY_CODE:
            raise errors.invalid(errors.UNPUBLISHED_CHOICE, f"Ogiltig landskod. ({code})")


def _follow_country(values: Record, change: Change) -> None:
    """Derive the country's name from its code; a name that was sent counts only where no code was."""
    for name, code_name in _COUNTRY_PAIRS:
        if name in change.values and code_name not in change.values:
            values[code_name] = countries.code_of(change.values[name]) or values.get(code_name)
        values[name] = countries.NAME_BY_CODE.get(values.get(code_name) or "", values.get(name, ""))


def number_text(value: Any) -> Decimal:  # noqa: ANN401 -- the card keeps these amounts as text, or not at all
    """Read one of the card's amounts that Fortnox keeps as text."""
    return Decimal(str(value)) if value else Decimal(0)
