"""Invoices and orders: where the two differ."""

from dataclasses import dataclass

from fortnox_bridge.sandbox.fortnox import fields
from fortnox_bridge.sandbox.fortnox.state import Company, Document, DocumentKind


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of document.

    Attributes:
        quantity: the row field that prices the row.
        quantities: all quantity fields of a row.
    """

    name: DocumentKind
    path: str
    envelope: str
    plural: str
    rows: str
    date: str
    scope: str
    table: fields.Table
    row_table: fields.Table
    template: str
    quantity: str
    quantities: tuple[str, ...]
    missing: tuple[int, str]
    title: str

    def take_number(self, company: Company) -> int:
        """Take the next free number of the series; numbers that somebody chose outside it are passed over."""
        taken = company.documents(self.name)
        number = company.next_invoice if self is INVOICE else company.next_order
        while number in taken:
            number += 1
        if self is INVOICE:
            company.next_invoice = number + 1
        else:
            company.next_order = number + 1
        return number


INVOICE = Kind(
    "invoice", "invoices", "Invoice", "Invoices", "InvoiceRows", "InvoiceDate", "invoice", fields.INVOICE,
    fields.INVOICE_ROW, "st", "DeliveredQuantity", ("DeliveredQuantity",), (2000434, "Kan inte hitta fakturan."),
    "Faktura",
)  # fmt: skip
ORDER = Kind(
    "order", "orders", "Order", "Orders", "OrderRows", "OrderDate", "order", fields.ORDER, fields.ORDER_ROW, "oc",
    "OrderedQuantity", ("OrderedQuantity", "DeliveredQuantity"), (2000439, "Kan inte hitta ordern."), "Order",
)  # fmt: skip


def kind_of(document: Document) -> Kind:
    return INVOICE if document.kind == "invoice" else ORDER
