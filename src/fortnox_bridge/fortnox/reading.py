"""From Fortnox's records to ours."""

from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from pydantic import ValidationError

from fortnox_bridge.domain.document import CreatedDocument, CreatedRow, DocumentKind
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import wire
from fortnox_bridge.fortnox.errors import unreadable
from fortnox_bridge.fortnox.fingerprints import fingerprint_of

_NO_REFERENCE: Final = frozenset({"", "0"})

ModelT = TypeVar("ModelT", bound=wire.Wire)


def parse(model: type[ModelT], content: JsonObject, *, is_write: bool = False) -> ModelT:
    """`content` as `model`.

    Raises:
        ContractViolation: it cannot be read.
        OutcomeUnknown: likewise, and it was the answer to a write.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        fields = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        raise unreadable(f"{model.__name__}: {fields}", is_write=is_write) from None


def document(kind: DocumentKind, content: JsonObject, *, is_write: bool = False) -> CreatedDocument:
    if kind is DocumentKind.INVOICE:
        found = _invoice(parse(wire.Invoice, content, is_write=is_write))
    else:
        found = _order(parse(wire.Order, content, is_write=is_write))
    return replace(found, fingerprint=fingerprint_of(kind, content))


def is_untouched(found: wire.Invoice | wire.Order) -> bool:
    """Nobody sent, booked, paid, invoiced or cancelled it."""
    if found.Cancelled or found.Sent:
        return False
    if isinstance(found, wire.Invoice):
        return not found.Booked and found.FinalPayDate is None
    return found.InvoiceReference in _NO_REFERENCE


def order_invoice(found: wire.Order) -> str | None:
    """The invoice the order became; Fortnox writes "0" for none."""
    return None if found.InvoiceReference in _NO_REFERENCE else found.InvoiceReference


def _invoice(found: wire.Invoice) -> CreatedDocument:
    invoice = _document(DocumentKind.INVOICE, found, is_booked=bool(found.Booked), created_on=found.InvoiceDate)
    return replace(
        invoice,
        ocr=found.OCR or None,
        is_paid=found.FinalPayDate is not None,
        is_warehouse_ready=bool(found.WarehouseReady),
        rows=tuple(_row(row) for row in found.InvoiceRows),
    )


def _order(found: wire.Order) -> CreatedDocument:
    order = _document(
        DocumentKind.ORDER,
        found,
        is_booked=False,
        created_on=found.OrderDate,
        order_invoice_number=order_invoice(found),
    )
    return replace(order, rows=tuple(_row(row) for row in found.OrderRows))


def _row(row: wire.Row) -> CreatedRow:
    return CreatedRow(row.Description, row.ArticleNumber or None, row.DeliveredQuantity or ZERO)


def _document(
    kind: DocumentKind,
    found: wire.FortnoxDocument,
    *,
    is_booked: bool,
    created_on: date | None,
    order_invoice_number: str | None = None,
) -> CreatedDocument:
    round_off = found.RoundOff or ZERO
    stated = found.Total if found.Total is not None else ZERO
    # Whether `Total` holds the rounding is told nowhere; net plus VAT does not, and is what we compare.
    total = stated if found.Net is None else found.Net + (found.TotalVAT or ZERO)
    return CreatedDocument(
        kind=kind,
        number=found.DocumentNumber,
        marker=found.ExternalInvoiceReference1 or None,
        customer_number=found.CustomerNumber,
        customer_name=found.CustomerName,
        organisation_number=found.OrganisationNumber or None,
        currency=found.Currency,
        net=total - (found.TotalVAT or ZERO),
        vat=found.TotalVAT or ZERO,
        total=total,
        round_off=round_off,
        payable=found.TotalToPay if found.TotalToPay is not None else total + round_off,
        is_cancelled=bool(found.Cancelled),
        is_sent=bool(found.Sent),
        is_not_completed=bool(found.NotCompleted),
        is_booked=is_booked,
        created_on=created_on,
        order_invoice_number=order_invoice_number,
    )
