"""Lists of invoices and orders: facts/fortnox.md section 8."""

from collections.abc import Callable
from datetime import date

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, ORDER, Kind
from fortnox_bridge.sandbox.fortnox.document_shape import list_row
from fortnox_bridge.sandbox.fortnox.listing import Listing, starts_with
from fortnox_bridge.sandbox.fortnox.state import Company, Document

_SEARCH = {
    "customername": "CustomerName", "customernumber": "CustomerNumber", "documentnumber": "DocumentNumber",
    "externalinvoicereference1": "ExternalInvoiceReference1", "externalinvoicereference2": "ExternalInvoiceReference2",
    "ourreference": "OurReference", "yourreference": "YourReference", "project": "Project",
    "costcenter": "CostCenter",
}  # fmt: skip


def _is_cancelled(_: Company, document: Document) -> bool:
    return bool(document.fields["Cancelled"])


def _is_booked(document: Document) -> bool:
    return bool(document.fields["Booked"]) and not document.fields["Cancelled"]


def _is_fully_paid(_: Company, document: Document) -> bool:
    # Drafts never count here, whatever their balance: recorded.
    return _is_booked(document) and document.fields["Balance"] == 0


def _is_unpaid(_: Company, document: Document) -> bool:
    return _is_booked(document) and document.fields["Balance"] != 0


def _is_overdue(company: Company, document: Document) -> bool:
    return _is_unpaid(company, document) and document.fields["DueDate"] < company.today()


def _is_unbooked(_: Company, document: Document) -> bool:
    return not document.fields["Booked"] and not document.fields["Cancelled"]


def _is_expired(company: Company, document: Document) -> bool:
    delivery: date | None = document.fields["DeliveryDate"]
    is_open = not document.fields["Cancelled"] and document.fields["InvoiceReference"] == "0"
    return is_open and delivery is not None and delivery < company.today()


def _is_invoiced(_: Company, document: Document) -> bool:
    return bool(document.fields["InvoiceReference"] != "0")


def _is_not_invoiced(_: Company, document: Document) -> bool:
    return document.fields["InvoiceReference"] == "0" and not document.fields["Cancelled"]


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise errors.bad_parameter(name) from error


def _from(field: str, name: str) -> Callable[[Document, str], bool]:
    def test(document: Document, text: str) -> bool:
        value: date | None = document.fields[field]
        return value is not None and value >= _day(name, text)

    return test


def _to(field: str, name: str) -> Callable[[Document, str], bool]:
    def test(document: Document, text: str) -> bool:
        value: date | None = document.fields[field]
        return value is not None and value <= _day(name, text)

    return test


def _is_credit(document: Document, text: str) -> bool:
    return bool(document.fields["Credit"] == text.lower())


def _has_label(document: Document, text: str) -> bool:
    return any(str(label["Id"]) == text for label in document.fields["Labels"])


def _has_row(field: str) -> Callable[[Document, str], bool]:
    def test(document: Document, text: str) -> bool:
        return any(starts_with(row[field], text) for row in document.rows)

    return test


def _dates(kind: Kind) -> dict[str, Callable[[Document, str], bool]]:
    return {"fromdate": _from(kind.date, "fromdate"), "todate": _to(kind.date, "todate"), "label": _has_label}


INVOICES = Listing(
    INVOICE.plural,
    list_row,
    search={**_SEARCH, "ocr": "OCR", "yourordernumber": "YourOrderNumber", "currency": "Currency",
            "invoicetype": "InvoiceType"},
    flags={"sent": "Sent", "notcompleted": "NotCompleted"},
    tests={
        **_dates(INVOICE),
        "fromfinalpaydate": _from("FinalPayDate", "fromfinalpaydate"),
        "tofinalpaydate": _to("FinalPayDate", "tofinalpaydate"),
        "credit": _is_credit,
        "articlenumber": _has_row("ArticleNumber"),
        "articledescription": _has_row("Description"),
    },
    filters={
        "cancelled": _is_cancelled, "fullypaid": _is_fully_paid, "unpaid": _is_unpaid,
        "unpaidoverdue": _is_overdue, "unbooked": _is_unbooked,
    },
    sort_keys={
        "customername": "CustomerName", "customernumber": "CustomerNumber", "documentnumber": "DocumentNumber",
        "invoicedate": "InvoiceDate", "ocr": "OCR", "total": "Total",
    },
)  # fmt: skip
ORDERS = Listing(
    ORDER.plural,
    list_row,
    search={**_SEARCH, "ordertype": "OrderType"},
    flags={"sent": "Sent", "notcompleted": "NotCompleted"},
    tests=_dates(ORDER),
    filters={
        "cancelled": _is_cancelled, "expired": _is_expired, "invoicecreated": _is_invoiced,
        "invoicenotcreated": _is_not_invoiced,
    },
    sort_keys={
        "customername": "CustomerName", "customernumber": "CustomerNumber", "orderdate": "OrderDate",
        "documentnumber": "DocumentNumber", "total": "Total",
    },
)  # fmt: skip
