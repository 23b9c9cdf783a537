"""What of a document anybody may set, under names that people can read, and whether it says what a plan says.

What Fortnox works out (sums, balances, VAT amounts, row ids) is left out: it follows from the rest. So is what
booking, sending and marking ready leave behind, which is judged by itself or by Fortnox.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.fingerprint import digest, digests, fingerprint
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox.payloads import BLANK

_HEADER: Final[Mapping[str, str]] = {
    "CustomerNumber": "customer_number",
    "CustomerName": "customer_name",
    "Address1": "address1",
    "Address2": "address2",
    "ZipCode": "zip_code",
    "City": "city",
    "Country": "country",
    "Phone1": "phone1",
    "Phone2": "phone2",
    "DeliveryName": "delivery_name",
    "DeliveryAddress1": "delivery_address1",
    "DeliveryAddress2": "delivery_address2",
    "DeliveryZipCode": "delivery_zip_code",
    "DeliveryCity": "delivery_city",
    "DeliveryCountry": "delivery_country",
    "InvoiceDate": "document_date",
    "OrderDate": "document_date",
    "DueDate": "due_date",
    "DeliveryDate": "delivery_date",
    "OutboundDate": "outbound_date",
    "InvoiceType": "invoice_type",
    "Currency": "currency",
    "CurrencyRate": "currency_rate",
    "CurrencyUnit": "currency_unit",
    "VATIncluded": "vat_included",
    "NotCompleted": "not_completed",
    "Freight": "freight",
    "AdministrationFee": "administration_fee",
    "OurReference": "our_reference",
    "YourReference": "your_reference",
    "YourOrderNumber": "your_order_number",
    "ExternalInvoiceReference1": "marker",
    "ExternalInvoiceReference2": "external_reference2",
    "Remarks": "remarks",
    "Comments": "comments",
    "CopyRemarks": "copy_remarks",
    "TermsOfPayment": "terms_of_payment",
    "TermsOfDelivery": "terms_of_delivery",
    "WayOfDelivery": "way_of_delivery",
    "PriceList": "price_list",
    "PrintTemplate": "print_template",
    "CostCenter": "cost_centre",
    "Project": "project",
    "Language": "language",
    "OCR": "ocr",
    "PaymentWay": "payment_way",
    "Labels": "labels",
    "EmailInformation": "email",
    "EDIInformation": "e_invoice",
    "TaxReductionType": "tax_reduction_type",
    "DeliveryState": "delivery_state",
    "StockPointCode": "stock_point",
}
_ROW: Final[Mapping[str, str]] = {
    "ArticleNumber": "article",
    "Description": "text",
    "OrderedQuantity": "ordered_quantity",
    "DeliveredQuantity": "quantity",
    "Unit": "unit",
    "Price": "price",
    "VAT": "vat",
    "VATCode": "vat_code",
    "Discount": "discount",
    "DiscountType": "discount_type",
    "AccountNumber": "account",
    "CostCenter": "cost_centre",
    "Project": "project",
    "StockPointCode": "stock_point",
    "Cost": "cost",
    "HouseWork": "housework",
    "HouseWorkType": "housework_type",
    "HouseWorkHoursToReport": "housework_hours",
}
_ROWS: Final[Mapping[DocumentKind, str]] = {DocumentKind.INVOICE: "InvoiceRows", DocumentKind.ORDER: "OrderRows"}
_TEXT: Final = frozenset(
    {
        "CustomerNumber",
        "ArticleNumber",
        "Description",
        "ZipCode",
        "YourOrderNumber",
        "OCR",
        "Project",
        "CostCenter",
        "DeliveryZipCode",
        "Unit",
    }
)


def fingerprint_of(kind: DocumentKind, content: JsonObject) -> str:
    """The fingerprint of a document as Fortnox answers it."""
    return fingerprint(_values(kind, content))


def says(kind: DocumentKind, payload: Mapping[str, object], shown: str) -> bool:
    """Whether a document with the fingerprint `shown` says everything in `payload`, and has no rows besides.

    Fields sent blank are not compared: Fortnox may fill them from the article or the customer's card.
    """
    found, rows = digests(shown), _rows(kind, payload)
    if any(name.startswith(f"row_{len(rows) + 1}.") for name in found):
        return False
    sent = {name: value for name, value in payload.items() if value != BLANK}
    sent[_ROWS[kind]] = [{name: value for name, value in row.items() if value != BLANK} for row in rows]
    wanted = _values(kind, sent).items()
    return all(found.get(name) == (digest(value) if value else None) for name, value in wanted)


def _values(kind: DocumentKind, content: Mapping[str, object]) -> Mapping[str, str]:
    values = {ours: _plain(name, content[name]) for name, ours in _HEADER.items() if name in content}
    for number, row in enumerate(_rows(kind, content), start=1):
        values |= {f"row_{number}.{ours}": _plain(name, row[name]) for name, ours in _ROW.items() if name in row}
    return values


def _rows(kind: DocumentKind, content: Mapping[str, object]) -> list[Mapping[str, object]]:
    rows = content.get(_ROWS[kind])
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _plain(name: str, value: object) -> str:
    """One spelling for what Fortnox writes in several (facts: fortnox 6.4); empty for every kind of nothing."""
    if value is None or value is False or (isinstance(value, str) and value in {"", "false", BLANK}):
        return ""
    match value:
        case True | "true":
            return "true"
        case Mapping():
            parts = {str(key): _plain("", part) for key, part in value.items()}
            return ";".join(f"{key}={part}" for key, part in sorted(parts.items()) if part)
        case list():
            return ",".join(_plain("", part) for part in value)
        case int() | Decimal():
            return _number(Decimal(value))
        case _:
            return _written(name, str(value))


def _written(name: str, text: str) -> str:
    text = text.strip()
    if name in _TEXT:
        return text
    try:
        return _number(Decimal(text))
    except InvalidOperation:
        return text


def _number(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    return format(value.normalize(), "f") if value else ""
