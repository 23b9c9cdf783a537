"""How documents look from outside: full objects, list rows, and their quirks (facts/fortnox.md 6.4, 7.3, 7.4)."""

from decimal import Decimal

from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, kind_of
from fortnox_bridge.sandbox.fortnox.numbers import plain
from fortnox_bridge.sandbox.fortnox.rest import Call
from fortnox_bridge.sandbox.fortnox.state import Document, Record

_INVOICE_ROW_COLUMNS = (
    "Balance", "Booked", "Cancelled", "CostCenter", "Currency", "CustomerName", "CustomerNumber", "DocumentNumber",
    "DueDate", "ExternalInvoiceReference1", "ExternalInvoiceReference2", "FinalPayDate", "InvoiceDate", "InvoiceType",
    "NoxFinans", "OCR", "Project", "Sent", "TermsOfPayment", "Total", "VoucherNumber", "VoucherSeries", "VoucherYear",
    "WayOfDelivery",
)  # fmt: skip
_ORDER_ROW_COLUMNS = (
    "Cancelled", "Currency", "CustomerName", "CustomerNumber", "DeliveryDate", "DocumentNumber",
    "ExternalInvoiceReference1", "ExternalInvoiceReference2", "OrderDate", "OrderType", "Project", "Sent", "Total",
)  # fmt: skip


def list_row(call: Call, document: Document) -> Record:
    """Show the recorded columns only; anything else needs the document itself."""
    url = {"@url": _url(call, document)}
    if kind_of(document) is not INVOICE:
        return {**url, **{name: document.fields[name] for name in _ORDER_ROW_COLUMNS}}
    row = {**url, **{name: document.fields[name] for name in _INVOICE_ROW_COLUMNS}}
    # Text in lists, numbers in single objects: recorded.
    row["CurrencyRate"] = plain(Decimal(document.fields["CurrencyRate"]))
    row["CurrencyUnit"] = plain(Decimal(document.fields["CurrencyUnit"]))
    return row


def full(call: Call, document: Document) -> Record:
    kind = kind_of(document)
    fields = document.fields
    shown = {
        "@url": _url(call, document),
        "@urlTaxReductionList": call.url(f"taxreductions?filter={kind.path}&referencenumber={document.number}"),
        **fields,
        "BasisTaxReduction": Decimal(0),
        "ContributionPercent": Decimal(0),
        "ContributionValue": fields["Net"],
        "HouseWork": fields["TaxReductionType"] != "none",
        "TaxReduction": 0,
        kind.rows: [_row(document, row) for row in document.rows],
    }
    if kind is not INVOICE:
        shown["CurrencyUnit"] = Decimal(fields["CurrencyUnit"])
        for row in shown[kind.rows]:
            del row["TotalExcludingVAT"], row["PriceExcludingVAT"]
    return shown


def _row(document: Document, row: Record) -> Record:
    kind = kind_of(document)
    quantities = {name: plain(row[name]) for name in kind.quantities}
    if kind is not INVOICE:
        quantities["ReservedQuantity"] = "0"
    return {
        **{name: value for name, value in row.items() if name != "Cost"},
        **quantities,
        "Cost": row["Cost"],
        "ContributionPercent": "0",
        "ContributionValue": plain(row["TotalExcludingVAT"]),
    }


def _url(call: Call, document: Document) -> str:
    return call.url(f"{kind_of(document).path}/{document.number}")
