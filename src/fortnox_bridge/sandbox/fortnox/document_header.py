"""The head of a document: what the customer's card fills in, what a payload changes, what is checked."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fortnox_bridge.sandbox.fortnox import errors, registers
from fortnox_bridge.sandbox.fortnox.customers import number_text
from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, Kind
from fortnox_bridge.sandbox.fortnox.payloads import Change
from fortnox_bridge.sandbox.fortnox.registers import Register
from fortnox_bridge.sandbox.fortnox.state import Company, Record

_FROM_CARD = (
    "Address1", "Address2", "ZipCode", "City", "Country", "Phone1", "Phone2", "DeliveryName", "DeliveryAddress1",
    "DeliveryAddress2", "DeliveryCity", "DeliveryZipCode", "DeliveryCountry", "OrganisationNumber", "TermsOfPayment",
    "TermsOfDelivery", "WayOfDelivery", "Currency", "PriceList", "OurReference", "YourReference", "CostCenter",
    "Project",
)  # fmt: skip
_REGISTER_FIELDS: tuple[tuple[str, Register], ...] = (
    ("Currency", registers.CURRENCIES),
    ("TermsOfPayment", registers.TERMS_OF_PAYMENT),
    ("TermsOfDelivery", registers.TERMS_OF_DELIVERY),
    ("WayOfDelivery", registers.WAYS_OF_DELIVERY),
    ("PriceList", registers.PRICE_LISTS),
    ("CostCenter", registers.COST_CENTRES),
    ("Project", registers.PROJECTS),
)
# Handled elsewhere: rows by document_rows, the number by the series.
_NOT_PLAIN = frozenset({"InvoiceRows", "OrderRows", "DocumentNumber", "Labels", "EmailInformation", "EDIInformation"})


def find_card(company: Company, number: str | None) -> Record:
    """Return the card that a document names."""
    stored = company.customers.get(number or "")
    if stored is None:
        raise errors.invalid(2000204, "Kan inte hitta kunden.")
    return stored.fields


def card_values(kind: Kind, card: Record) -> Record:
    """Return what the card says about a document that says nothing itself (facts/fortnox.md 6.1)."""
    return {
        **{name: card.get(name) or "" for name in _FROM_CARD},
        "CustomerNumber": card["CustomerNumber"],
        "CustomerName": card["Name"],
        "Remarks": card["InvoiceRemark"],
        "Freight": number_text(card["InvoiceFreight"]),
        "AdministrationFee": number_text(card["InvoiceAdministrationFee"]),
        "VATIncluded": card["ShowPriceVATIncluded"],
        "EmailInformation": {
            "EmailAddressFrom": None,
            "EmailAddressTo": card["EmailInvoice" if kind is INVOICE else "EmailOrder"] or card["Email"],
            "EmailAddressCC": "",
            "EmailAddressBCC": "",
            "EmailSubject": f"{kind.title} {{no}}",
            "EmailBody": "",
        },
    }


def initial_values(company: Company, kind: Kind) -> Record:
    """Return a new document's header before card and payload."""
    shared: Record = {
        "Comments": "", "DeliveryDate": None, "OutboundDate": None, "ExternalInvoiceReference1": "",
        "ExternalInvoiceReference2": "", "YourOrderNumber": "", "Language": "SV", "NotCompleted": False,
        "PrintTemplate": kind.template, "TaxReductionType": "none", "Labels": [], "Cancelled": False, "Sent": False,
        "CurrencyRate": None, "CurrencyUnit": None, kind.date: company.today(),
    }  # fmt: skip
    if kind is INVOICE:
        return {
            **shared,
            "AccountingMethod": company.knobs.accounting_method, "Booked": False, "Credit": "false",
            "CreditInvoiceReference": "0", "ContractReference": 0, "DueDate": None, "EDIInformation": _edi(),
            "EUQuarterlyReport": False, "FinalPayDate": None, "InvoicePeriodEnd": "", "InvoicePeriodStart": "",
            "InvoiceReference": "0", "InvoiceType": "INVOICE", "LastRemindDate": None, "NoxFinans": False, "OCR": "",
            "OfferReference": "0", "OrderReference": "0", "PaymentWay": "", "Reminders": 0, "TimeBasisReference": 0,
            "VoucherNumber": None, "VoucherSeries": None, "VoucherYear": None, "WarehouseReady": False,
        }  # fmt: skip
    return {
        **shared,
        "CopyRemarks": True, "DeliveryState": "delivery", "InvoiceReference": "0", "OfferReference": "0",
        "OrderType": "Order", "StockPointCode": "", "StockPointId": None, "TimeBasisReference": 0,
        "WarehouseReady": False,
    }  # fmt: skip


def apply_change(company: Company, kind: Kind, header: Record, change: Change) -> None:
    """Put the payload's values over the header's; what the payload does not name stays."""
    for name, value in change.values.items():
        if name not in _NOT_PLAIN:
            header[name] = value
    for name in change.blanks - _NOT_PLAIN:
        header[name] = _blank(kind, name)
    for name in ("EmailInformation", "EDIInformation"):
        if name in change.values:
            header[name] = {**header[name], **change.values[name]}
    if "Labels" in change.values:
        header["Labels"] = [_label(company, label) for label in change.values["Labels"]]


def settle(company: Company, kind: Kind, header: Record, change: Change) -> None:
    """Derive what follows from the rest (rate, due date) and check the whole against the registers."""
    for name, register in _REGISTER_FIELDS:
        # The card's own values are checked too: a removed way of delivery on it blocks every new document.
        if header[name]:
            registers.require(company, register, header[name])
    header["Currency"] = header["Currency"] or "SEK"
    _settle_rate(company, header, change)
    if kind is INVOICE:
        _check_period(company, header["InvoiceDate"])
        if header["DueDate"] is None:
            header["DueDate"] = header["InvoiceDate"] + timedelta(days=_days(header["TermsOfPayment"]))


def _settle_rate(company: Company, header: Record, change: Change) -> None:
    entry = registers.require(company, registers.CURRENCIES, header["Currency"])
    is_new_currency = "Currency" in change.values
    for name, source in (("CurrencyRate", "SellRate"), ("CurrencyUnit", "Unit")):
        is_sent = name in change.values
        if not is_sent and (header[name] is None or is_new_currency or name in change.blanks):
            header[name] = entry[source]


def _check_period(company: Company, day: date) -> None:
    locked = company.knobs.locked_period_end
    if locked is not None and day <= locked:
        raise errors.invalid(2000401, f"Företaget har låst perioden t.o.m. {locked}.")
    years = company.register(registers.FINANCIAL_YEARS.path).values()
    if not any(year.fields["FromDate"] <= day <= year.fields["ToDate"] for year in years):
        raise errors.invalid(errors.UNPUBLISHED_FISCAL_YEAR, f"Räkenskapsår saknas för {day}.")


def _days(terms: str) -> int:
    match = re.match(r"\d+", terms)
    return int(match[0]) if match else 30


def _blank(kind: Kind, name: str) -> Any:  # noqa: ANN401 -- each field has its own kind of nothing
    if name == "CustomerNumber":
        raise errors.invalid(2000204, "Kan inte hitta kunden.")
    if name in {"CurrencyRate", "CurrencyUnit"}:
        return None
    match kind.table[name].kind:
        case "number" | "integer":
            return Decimal(0)
        case "boolean":
            return False
        case "date":
            raise errors.null_refused(name)
        case _:
            return ""


def _label(company: Company, change: Change) -> Record:
    label = change.values.get("Id")
    registers.require(company, registers.LABELS, str(label))
    return {"Id": label}


def _edi() -> Record:
    return dict.fromkeys(
        (
            "EDIGlobalLocationNumber", "EDIGlobalLocationNumberDelivery", "EDIInvoiceExtra1", "EDIInvoiceExtra2",
            "EDIOurElectronicReference", "EDIYourElectronicReference", "EDIStatus",
        ),
        "",
    )  # fmt: skip
