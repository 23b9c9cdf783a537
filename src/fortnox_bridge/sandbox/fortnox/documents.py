"""Creating and changing invoices and orders."""

from decimal import Decimal

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.arithmetic import CENT, Fee, Row, round_cents, total_document, total_row
from fortnox_bridge.sandbox.fortnox.document_header import (
    apply_change,
    card_values,
    find_card,
    initial_values,
    settle,
)
from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, Kind, kind_of
from fortnox_bridge.sandbox.fortnox.document_rows import Sheet, new_rows, updated_rows
from fortnox_bridge.sandbox.fortnox.payloads import Change, read_change
from fortnox_bridge.sandbox.fortnox.state import Company, Document, Record
from fortnox_bridge.sandbox.fortnox.vat import fee_rate


def find_document(company: Company, kind: Kind, number: str) -> Document:
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        raise errors.invalid(2000729, "Ingen giltig identifierare.")
    document = company.documents(kind.name).get(int(number))
    if document is None:
        raise errors.not_found(*kind.missing)
    return document


def create_document(company: Company, kind: Kind, payload: object) -> Document:
    change = read_change(payload, kind.table)
    card = find_card(company, change.values.get("CustomerNumber"))
    header = {**initial_values(company, kind), **card_values(kind, card)}
    apply_change(company, kind, header, change)
    settle(company, kind, header, change)
    sheet = Sheet(company, kind, header, card)
    rows = new_rows(sheet, change.values.get(kind.rows, []))
    number = _number(company, kind, change)
    return add_document(company, kind, number, header, rows, card)


def add_document(
    company: Company, kind: Kind, number: int, header: Record, rows: list[Record], card: Record
) -> Document:
    """File a finished document under its number."""
    now = company.now()
    header["DocumentNumber"] = str(number)
    if kind is INVOICE and not header["OCR"]:
        header["OCR"] = _ocr(number)
    document = Document(fields=header, created_at=now, modified_at=now, kind=kind.name, number=number, rows=rows)
    add_up(company, document, card)
    company.documents(kind.name)[number] = document
    return document


def update_document(company: Company, kind: Kind, number: str, payload: object) -> Document:
    document = find_document(company, kind, number)
    change = read_change(payload, kind.table)
    if change.values.get("DocumentNumber", str(document.number)) != str(document.number):
        raise errors.unknown_field("DocumentNumber")
    refuse_locked(document)
    header = dict(document.fields)
    customer = change.values.get("CustomerNumber", header["CustomerNumber"])
    card = find_card(company, customer)
    if customer != header["CustomerNumber"]:
        header |= card_values(kind, card)
    apply_change(company, kind, header, change)
    settle(company, kind, header, change)
    rows = document.rows
    if kind.rows in change.values:
        sent = change.values[kind.rows]
        if not sent and kind is not INVOICE:
            raise errors.wrong_body()
        rows = updated_rows(Sheet(company, kind, header, card), rows, sent)
    document.fields, document.rows = header, rows
    add_up(company, document, card)
    company.touch(document)
    return document


def refuse_locked(document: Document) -> None:
    """Raise if the document may no longer change (facts/fortnox.md 4.1 and 4.2)."""
    if is_locked(document):
        text = f"{kind_of(document).title} {document.number} är låst och kan inte ändras."
        raise errors.invalid(errors.UNPUBLISHED_LOCKED_DOCUMENT, text)


def is_locked(document: Document) -> bool:
    fields = document.fields
    if fields["Cancelled"]:
        return True
    if document.fields["WarehouseReady"]:
        return True
    if document.kind == "order":
        return bool(fields["InvoiceReference"] != "0")
    if fields["AccountingMethod"] == "CASH":
        return bool(fields["Sent"] or fields["FinalPayDate"])
    return bool(fields["Booked"])


def add_up(company: Company, document: Document, card: Record) -> None:
    """Work out every amount of the document from its rows and fees."""
    kind, header = kind_of(document), document.fields
    is_included = header["VATIncluded"]
    rows = [_priced(row, kind) for row in document.rows]
    for row, priced in zip(document.rows, rows, strict=True):
        result = total_row(priced, is_vat_included=is_included)
        row["Total"] = result.total
        row["TotalExcludingVAT"] = result.total_excluding_vat
        row["PriceExcludingVAT"] = result.price_excluding_vat
    totals = total_document(
        rows,
        freight=Fee(_amount(header["Freight"]), fee_rate(company, card, "FREIGHT")),
        administration_fee=Fee(_amount(header["AdministrationFee"]), fee_rate(company, card, "ADMINFEE")),
        is_vat_included=is_included,
        is_rounded_to_kronor=company.knobs.round_off and header["Currency"] == "SEK",
    )
    header |= {
        "Freight": _amount(header["Freight"]),
        "AdministrationFee": _amount(header["AdministrationFee"]),
        "Gross": totals.gross,
        "Net": totals.net,
        "FreightVAT": totals.freight_vat,
        "AdministrationFeeVAT": totals.administration_fee_vat,
        "TotalVAT": totals.total_vat,
        "RoundOff": totals.round_off,
        "Total": totals.total,
        "TotalToPay": totals.total,
    }
    if kind is INVOICE:
        header["Balance"] = totals.total


def _priced(row: Record, kind: Kind) -> Row:
    return Row(row[kind.quantity], row["Price"], row["Discount"], row["DiscountType"], row["VAT"])


def _amount(value: Decimal) -> Decimal:
    return round_cents(Decimal(value)).quantize(CENT)


def _number(company: Company, kind: Kind, change: Change) -> int:
    wanted = change.values.get("DocumentNumber")
    if wanted is None:
        return kind.take_number(company)
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 12):
        raise errors.not_a_number("DocumentNumber", wanted)
    if int(wanted) in company.documents(kind.name):
        text = f"Dokumentnummer {wanted} används redan."
        raise errors.invalid(errors.UNPUBLISHED_DOCUMENT_NUMBER_TAKEN, text)
    return int(wanted)


def _ocr(number: int) -> str:
    """Append the Luhn check digit to the number, as Swedish payment references do."""
    digits = f"{number}"
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return f"{digits}{-total % 10}"
