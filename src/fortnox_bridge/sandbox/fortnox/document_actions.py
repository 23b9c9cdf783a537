"""What can be done to a document besides writing it (facts/fortnox.md 4.3 and 9)."""

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.document_header import (
    card_values,
    find_card,
    initial_values,
    settle,
)
from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, kind_of
from fortnox_bridge.sandbox.fortnox.documents import add_document, is_locked
from fortnox_bridge.sandbox.fortnox.payloads import Change
from fortnox_bridge.sandbox.fortnox.state import Company, Document, Record

_NOTHING = Change({}, frozenset())
# Not carried over to a document made from another: they belong to the first one's own life.
_OWN_LIFE = frozenset({
    "DocumentNumber", "OCR", "Booked", "Cancelled", "Sent", "VoucherNumber", "VoucherSeries", "VoucherYear",
    "FinalPayDate", "DueDate", "Balance", "Credit", "CreditInvoiceReference", "InvoiceReference", "OrderReference",
    "InvoiceDate", "OrderDate",
})  # fmt: skip


def bookkeep(company: Company, invoice: Document) -> None:
    fields = invoice.fields
    if fields["Cancelled"] or fields["Booked"]:
        raise _locked(invoice)
    locked = company.knobs.locked_period_end
    if locked is not None and fields["InvoiceDate"] <= locked:
        raise errors.invalid(2002141, f"Perioden är låst t.o.m. {locked}.")
    if company.knobs.warehouse and not fields["WarehouseReady"]:
        raise errors.invalid(errors.UNPUBLISHED_NOT_READY, "Faktura som bokförs måste vara klarmarkerad.")
    for row in invoice.rows:
        if row["DeliveredQuantity"] and not row["Description"] and not row["ArticleNumber"]:
            raise errors.invalid(2003977, "En rad saknar benämning eller artikel.")
    fields |= {
        "Booked": True,
        "VoucherNumber": company.next_voucher,
        "VoucherSeries": "B",
        "VoucherYear": fields["InvoiceDate"].year,
    }
    company.next_voucher += 1
    company.touch(invoice)


def cancel(company: Company, document: Document) -> None:
    if document.fields["Cancelled"]:
        raise errors.invalid(2001279, f"{kind_of(document).title} är redan makulerad.")
    if is_locked(document):
        raise errors.invalid(2001383, f"{kind_of(document).title} är låst och kan inte makuleras.")
    document.fields["Cancelled"] = True
    if document.kind == "invoice":
        document.fields["Balance"] = document.fields["Balance"] * 0
    company.touch(document)


def mark_sent(company: Company, document: Document) -> None:
    document.fields["Sent"] = True
    company.touch(document)


def mark_warehouse_ready(company: Company, invoice: Document) -> None:
    """Klarmarkera: the goods may leave, and the invoice is locked from then on."""
    if not company.knobs.warehouse:
        raise errors.invalid(2003124, "Lagermodulen är inte aktiverad.")
    if invoice.fields["WarehouseReady"] or is_locked(invoice):
        raise errors.invalid(2003277, "Fakturan är redan klarmarkerad eller låst.")
    if company.knobs.is_stock_short:
        raise errors.invalid(2003399, "Det finns inte tillräckligt i lager för att klarmarkera fakturan.")
    invoice.fields["WarehouseReady"] = True
    company.touch(invoice)


def send_by_mail(company: Company, document: Document) -> None:
    require_bank_details(company)
    if not document.fields["EmailInformation"]["EmailAddressTo"]:
        raise errors.invalid(errors.UNPUBLISHED_EMAIL, "E-postadress till mottagaren saknas.")
    mark_sent(company, document)


def require_bank_details(company: Company) -> None:
    if not company.knobs.bank_details:
        raise errors.invalid(errors.UNPUBLISHED_BANK_DETAILS, "Bankuppgifter saknas.")


def credit(company: Company, invoice: Document) -> Document:
    """Make a full credit invoice: an unbooked draft with negative quantities, linked both ways."""
    fields = invoice.fields
    if fields["AccountingMethod"] == "ACCRUAL" and not fields["Booked"]:
        raise errors.invalid(errors.UNPUBLISHED_NOT_BOOKED, "Fakturan måste vara bokförd för att krediteras.")
    if fields["CreditInvoiceReference"] != "0":
        raise errors.invalid(errors.UNPUBLISHED_ALREADY_CREDITED, "Fakturan är redan krediterad.")
    rows = [{**row, "DeliveredQuantity": -row["DeliveredQuantity"]} for row in invoice.rows]
    header = _inherit(company, invoice)
    header |= {
        "Credit": "true",
        "CreditInvoiceReference": str(invoice.number),
        "Freight": -fields["Freight"],
        "AdministrationFee": -fields["AdministrationFee"],
    }
    made = _file_invoice(company, header, rows)
    fields["CreditInvoiceReference"] = str(made.number)
    company.touch(invoice)
    return made


def create_invoice(company: Company, order: Document) -> Document:
    """Invoice what was delivered, and lock the order."""
    if order.fields["Cancelled"]:
        raise errors.invalid(2000397, "Ordern är makulerad.")
    if order.fields["InvoiceReference"] != "0":
        raise errors.invalid(2000496, "Ordern är redan fakturerad.")
    header = _inherit(company, order)
    header["OrderReference"] = str(order.number)
    if not order.fields["CopyRemarks"]:
        header["Remarks"] = ""
    dropped = {"OrderedQuantity", "StockPointId"}
    rows = [{name: value for name, value in row.items() if name not in dropped} for row in order.rows]
    made = _file_invoice(company, header, rows)
    order.fields["InvoiceReference"] = str(made.number)
    company.touch(order)
    return made


def _inherit(company: Company, source: Document) -> Record:
    card = find_card(company, source.fields["CustomerNumber"])
    header = {**initial_values(company, INVOICE), **card_values(INVOICE, card)}
    kept = {name for name in header if name in source.fields and name not in _OWN_LIFE}
    header |= {name: source.fields[name] for name in kept}
    header |= {"PrintTemplate": INVOICE.template, "OrganisationNumber": source.fields["OrganisationNumber"]}
    return header


def _file_invoice(company: Company, header: Record, rows: list[Record]) -> Document:
    settle(company, INVOICE, header, _NOTHING)
    for row in rows:
        row["RowId"] = company.take_row_id()
    card = find_card(company, header["CustomerNumber"])
    return add_document(company, INVOICE, INVOICE.take_number(company), header, rows, card)


def _locked(document: Document) -> errors.FortnoxError:
    text = f"{kind_of(document).title} {document.number} är låst och kan inte ändras."
    return errors.invalid(errors.UNPUBLISHED_LOCKED_DOCUMENT, text)
