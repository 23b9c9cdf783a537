"""The PDF of a document: a real one, showing what the rows say."""

from decimal import Decimal
from typing import cast

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from fortnox_bridge.sandbox.fortnox.document_kinds import Kind, kind_of
from fortnox_bridge.sandbox.fortnox.document_rows import is_text_row
from fortnox_bridge.sandbox.fortnox.numbers import plain
from fortnox_bridge.sandbox.fortnox.state import Company, Document, Record

_FONT = "Helvetica"
_COLUMNS = (("Artikel", 24, "L"), ("Benämning", 66, "L"), ("Antal", 16, "R"), ("Enhet", 14, "L"),
            ("À-pris", 22, "R"), ("Rabatt", 18, "R"), ("Moms", 12, "R"), ("Belopp", 22, "R"))  # fmt: skip
# The standard fonts reach as far as Latin-1; a few signs Fortnox allows lie outside it.
_REPLACED = str.maketrans({"–": "-", "’": "'", "€": "EUR", "™": "(TM)", "\u00a0": " "})


def draw(company: Company, document: Document) -> bytes:
    """Draw the document with the company's standard template. The marker is a reference, it is not printed."""
    kind, header = kind_of(document), document.fields
    page = FPDF(format="A4")
    page.set_creation_date(document.modified_at)
    page.set_title(f"{kind.title} {document.number}")
    page.set_compression(True)
    page.add_page()
    _head(page, company, kind, header)
    _addresses(page, header)
    _rows(page, document, kind)
    _sums(page, header)
    _foot(page, company, header)
    return bytes(page.output())


def _head(page: FPDF, company: Company, kind: Kind, header: Record) -> None:
    _line(page, str(company.settings["Name"]), size=14, bold=True)
    _line(page, f"{company.settings['Address']}, {company.settings['ZipCode']} {company.settings['City']}")
    is_draft = not header.get("Booked") and not header["Sent"]
    _line(page, f"{kind.title} {header['DocumentNumber']}" + ("  UTKAST" if is_draft else ""), size=16, bold=True)
    if header["Cancelled"]:
        _line(page, "MAKULERAD", bold=True)
    date_name = "Fakturadatum" if "InvoiceDate" in header else "Orderdatum"
    _line(page, f"{date_name}: {header[kind.date]}")
    if header.get("DueDate"):
        _line(page, f"Förfallodatum: {header['DueDate']}   OCR: {header['OCR']}")


def _addresses(page: FPDF, header: Record) -> None:
    page.ln(3)
    _line(page, f"Kund {header['CustomerNumber']}: {header['CustomerName']}", bold=True)
    for text in (header["Address1"], header["Address2"], f"{header['ZipCode']} {header['City']}", header["Country"]):
        if text.strip():
            _line(page, text)
    delivery = [header[f"Delivery{part}"] for part in ("Name", "Address1", "Address2", "ZipCode", "City", "Country")]
    if any(delivery):
        _line(page, "Leveransadress: " + ", ".join(part for part in delivery if part))
    for label, name in (("Er referens", "YourReference"), ("Vår referens", "OurReference"),
                        ("Ert ordernummer", "YourOrderNumber")):  # fmt: skip
        if header[name]:
            _line(page, f"{label}: {header[name]}")


def _rows(page: FPDF, document: Document, kind: Kind) -> None:
    page.ln(3)
    page.set_font(_FONT, "B", 8)
    for title, width, align in _COLUMNS:
        page.cell(width, 6, _latin(title), border="B", align=align)
    page.ln(6)
    page.set_font(_FONT, "", 8)
    for row in document.rows:
        _row(page, row, kind)


def _row(page: FPDF, row: Record, kind: Kind) -> None:
    values = [row["ArticleNumber"] or "", "", "", "", "", "", "", ""]
    if not is_text_row(row, kind.quantity):
        values[2:] = [
            plain(row[kind.quantity]), row["Unit"] or "", money(row["Price"]), _discount(row),
            f"{plain(row['VAT'])}%", money(row["Total"]),
        ]  # fmt: skip
    # One long description takes as many lines as it needs; the numbers stand on the first.
    text = _latin(row["Description"])
    wrapped = page.multi_cell(_COLUMNS[1][1], 5, text, dry_run=True, output="LINES")
    lines = cast("list[str]", wrapped) or [""]
    for position, line in enumerate(lines):
        values[1] = line
        shown = values if position == 0 else ["", line, "", "", "", "", "", ""]
        for value, (_, width, align) in zip(shown, _COLUMNS, strict=True):
            page.cell(width, 5, _latin(value), align=align)
        page.ln(5)


def _discount(row: Record) -> str:
    if not row["Discount"]:
        return ""
    return f"{plain(row['Discount'])}%" if row["DiscountType"] == "PERCENT" else money(row["Discount"])


def _sums(page: FPDF, header: Record) -> None:
    page.ln(3)
    basis = "Priser inklusive moms" if header["VATIncluded"] else "Priser exklusive moms"
    _line(page, basis)
    for label, name in (("Frakt", "Freight"), ("Expeditionsavgift", "AdministrationFee"), ("Netto", "Net"),
                        ("Moms", "TotalVAT"), ("Öresavrundning", "RoundOff")):  # fmt: skip
        if header[name] or name in {"Net", "TotalVAT"}:
            _line(page, f"{label}: {money(header[name])} {header['Currency']}")
    _line(page, f"Att betala: {money(header['TotalToPay'])} {header['Currency']}", size=12, bold=True)


def _foot(page: FPDF, company: Company, header: Record) -> None:
    page.ln(3)
    if header["Remarks"]:
        page.set_font(_FONT, "", 9)
        page.multi_cell(0, 5, _latin(header["Remarks"]), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    number, bank = company.settings["OrganizationNumber"], company.settings["BG"]
    giro = f"   Bankgiro {bank}" if company.knobs.bank_details else ""
    _line(page, f"Org.nr {number}{giro}   Godkänd för F-skatt")


def _line(page: FPDF, text: str, *, size: int = 9, bold: bool = False) -> None:
    page.set_font(_FONT, "B" if bold else "", size)
    page.multi_cell(0, size * 0.55, _latin(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def money(amount: Decimal) -> str:
    """Write an amount the Swedish way: 12 345,60."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def _latin(text: str) -> str:
    return text.translate(_REPLACED).encode("latin-1", "replace").decode("latin-1")
