"""Rows: what article and account fill in, and what an update inherits by position (facts/fortnox.md 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fortnox_bridge.sandbox.fortnox import errors, registers
from fortnox_bridge.sandbox.fortnox.arithmetic import round_cents
from fortnox_bridge.sandbox.fortnox.document_kinds import Kind
from fortnox_bridge.sandbox.fortnox.payloads import Change
from fortnox_bridge.sandbox.fortnox.prices import list_price
from fortnox_bridge.sandbox.fortnox.state import Company, Record
from fortnox_bridge.sandbox.fortnox.vat import choose_account, choose_rate

_TEXT_ROW_FIELDS = frozenset({"Description", "RowId"})
_BLANK_VALUES: Record = {
    "ArticleNumber": "",
    "Description": "",
    "AccountNumber": None,
    "Unit": "",
    "Price": Decimal("0.00"),
    "Discount": Decimal(0),
    "DiscountType": "PERCENT",
    "VAT": None,
    "VATCode": None,
    "CostCenter": "",
    "Project": "",
    "Cost": Decimal(0),
    "HouseWork": False,
    "HouseWorkHoursToReport": None,
    "HouseWorkType": "",
    "StockPointCode": None,
    "StockPointId": None,
    "DeliveredQuantity": Decimal("0.00"),
    "OrderedQuantity": Decimal("0.00"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a row must know of its document."""

    company: Company
    kind: Kind
    header: Record
    card: Record


def new_rows(sheet: Sheet, changes: Sequence[Change]) -> list[Record]:
    rows: list[Record] = []
    for position, change in enumerate(changes):
        row = _new_row(sheet, change)
        if _is_second_text_after_article(changes, position):
            _turn_into_product_row(sheet, row, rows)
        rows.append(row)
    return _finished(sheet, rows)


def updated_rows(sheet: Sheet, old: Sequence[Record], changes: Sequence[Change]) -> list[Record]:
    """Merge sent rows with stored ones: by RowId if any is sent, else by position.

    By position an omitted field keeps the old row's value, whatever article the row now names.
    """
    if any("RowId" in change.values for change in changes):
        rows = _merged_by_id(sheet, old, changes)
    else:
        rows = [
            _merged(sheet, old[position], change) if position < len(old) else _new_row(sheet, change)
            for position, change in enumerate(changes)
        ]
    return _finished(sheet, rows)


def is_text_row(row: Record, quantity: str) -> bool:
    return not row["ArticleNumber"] and not row[quantity] and not row["Price"]


def _merged_by_id(sheet: Sheet, old: Sequence[Record], changes: Sequence[Change]) -> list[Record]:
    by_id = {row["RowId"]: row for row in old}
    rows: list[Record] = []
    for change in changes:
        row_id = change.values.get("RowId")
        if row_id is None:
            rows.append(_new_row(sheet, change))
        elif row_id in by_id:
            rows.append(_merged(sheet, by_id.pop(row_id), change))
        else:
            raise errors.invalid(errors.UNPUBLISHED_ROW_ID, f"Raden finns inte. (RowId: {row_id})")
    return rows


def _new_row(sheet: Sheet, change: Change) -> Record:
    row = {name: _BLANK_VALUES[name] for name in sheet.kind.row_table if name in _BLANK_VALUES}
    row |= _article_values(sheet, change)
    _apply(row, change)
    is_text = set(change.values) <= _TEXT_ROW_FIELDS
    if not is_text and "Discount" not in change.values and not change.blanks & {"Discount"}:
        row["Discount"], row["DiscountType"] = sheet.card["InvoiceDiscount"], "PERCENT"
    if row["AccountNumber"] is None and "AccountNumber" not in change.blanks:
        # A text row too gets the default account, unless its payload blanks it.
        row["AccountNumber"] = choose_account(sheet.company, sheet.card, None)
    row["VAT"] = choose_rate(sheet.company, sheet.card, row, is_text=is_text)
    return row


def _merged(sheet: Sheet, old: Record, change: Change) -> Record:
    row = dict(old)
    _apply(row, change)
    row["VAT"] = choose_rate(sheet.company, sheet.card, row, is_text=False)
    return row


def _article_values(sheet: Sheet, change: Change) -> Record:
    number = change.values.get("ArticleNumber")
    if number is None:
        return {}
    article = _find_article(sheet, number)
    quantity = change.values.get(sheet.kind.quantity, Decimal(1))
    price = list_price(sheet.company, sheet.header["PriceList"], number, quantity)
    return {
        "ArticleNumber": number,
        "Description": article["Description"],
        "Unit": article["Unit"] or "",
        "Price": round_cents(price or Decimal(0)),
        "AccountNumber": choose_account(sheet.company, sheet.card, article),
        "VAT": article["VAT"],
    }


def _find_article(sheet: Sheet, number: str) -> Record:
    stored = sheet.company.articles.get(number)
    if stored is None:
        raise errors.invalid(2001302, f"Kan inte hitta artikeln. ({number})")
    article = stored.fields
    if not article["Active"]:
        raise errors.invalid(errors.UNPUBLISHED_INACTIVE_ARTICLE, f"Artikeln är inte aktiv. ({number})")
    if article["HouseworkType"] and sheet.header["TaxReductionType"] == "none":
        raise errors.invalid(2004021, f"Typ av husarbete är inte tillåten för dokumentet. ({number})")
    return article


def _apply(row: Record, change: Change) -> None:
    for name, value in change.values.items():
        if name != "RowId":
            row[name] = round_cents(value) if name in {"Price", "DeliveredQuantity", "OrderedQuantity"} else value
    for name in change.blanks:
        row[name] = _BLANK_VALUES.get(name)
    if "VAT" in change.values and "VATCode" not in change.values:
        row["VATCode"] = None
    if "Discount" in change.values and "DiscountType" not in change.values:
        # Observed write default; rows without a discount read PERCENT (facts/fortnox.md 6.1).
        row["DiscountType"] = "AMOUNT"


def _is_second_text_after_article(changes: Sequence[Change], position: int) -> bool:
    """Two text rows in a row behind an article: measured on Fortnox to become a priced row."""
    first = position
    while first > 0 and _is_text(changes[first - 1]):
        first -= 1
    return (
        _is_text(changes[position])
        and position - first >= 1
        and first > 0
        and "ArticleNumber" in changes[first - 1].values
    )


def _is_text(change: Change) -> bool:
    return "Description" in change.values and set(change.values) <= _TEXT_ROW_FIELDS


def _turn_into_product_row(sheet: Sheet, row: Record, before: Sequence[Record]) -> None:
    article = next(earlier for earlier in reversed(before) if earlier["ArticleNumber"])
    row |= {name: article[name] for name in ("ArticleNumber", "Price", "Unit", "AccountNumber", "VAT")}
    row |= dict.fromkeys(sheet.kind.quantities, Decimal("1.00"))


def _finished(sheet: Sheet, rows: list[Record]) -> list[Record]:
    knobs = sheet.company.knobs
    for row in rows:
        _check(sheet, row)
        if knobs.warehouse and row["ArticleNumber"] in knobs.out_of_stock:
            row["DeliveredQuantity"] = Decimal("0.00")
        row["RowId"] = sheet.company.take_row_id()
    return rows


def _check(sheet: Sheet, row: Record) -> None:
    company = sheet.company
    if row["ArticleNumber"]:
        _find_article(sheet, row["ArticleNumber"])
    if row["Unit"]:
        registers.require(company, registers.UNITS, row["Unit"])
    for name, register in (("Project", registers.PROJECTS), ("CostCenter", registers.COST_CENTRES)):
        if row[name]:
            registers.require(company, register, row[name])
    if row["AccountNumber"]:
        _check_account(sheet, row, row["AccountNumber"])
    if row["HouseWork"] and sheet.header["TaxReductionType"] == "none":
        raise errors.invalid(2003157, "Husarbete är inte tillåtet på dokumentet.")
    worth: Any = row[sheet.kind.quantity] * row["Price"]
    if abs(worth) > Decimal("1e11"):
        raise errors.not_a_number("Price", row["Price"])


def _check_account(sheet: Sheet, row: Record, number: int) -> None:
    stored = sheet.company.register(registers.ACCOUNTS.path).get(str(number))
    if stored is None:
        raise errors.invalid(2001304, f"Kunde inte hitta konto. ({number})")
    if not stored.fields["Active"]:
        raise errors.invalid(2000550, f"Kontot är inte aktivt. ({number})")
    needs_centre = stored.fields["CostCenterSettings"] == "MANDATORY"
    if needs_centre and not row["CostCenter"] and not sheet.header["CostCenter"]:
        text = f"Kostnadsställe måste anges för konto {number}."
        raise errors.invalid(errors.UNPUBLISHED_COST_CENTRE_REQUIRED, text)
