"""From a planned row to Fortnox's, for invoices and orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.fortnox.payloads import BLANK, RowPayload

_OUR_NAMES: Final[Mapping[str, str]] = {
    "ArticleNumber": "article_number",
    "Description": "description",
    "DeliveredQuantity": "quantity",
    "OrderedQuantity": "quantity",
    "Price": "unit_price",
    "VAT": "vat_rate",
    "Discount": "discount",
    "DiscountType": "discount",
    "Unit": "unit",
    "AccountNumber": "account_number",
    "CostCenter": "cost_centre",
    "Project": "project",
}


def our_row_name(row_field: str) -> str | None:
    """Our name of a row's field in `row_payload`, as `PlannedRow.origins` has it."""
    return _OUR_NAMES.get(row_field)


def row_payload(row: PlannedRow, *, is_order: bool, is_update: bool) -> RowPayload:
    values = _text_row(row, is_update=is_update) if row.is_text else _priced_row(row, is_update=is_update)
    if is_order:
        # Invoicing an order uses what is delivered; ordered alone would invoice nothing (facts: fortnox 4.2).
        values["OrderedQuantity"] = values["DeliveredQuantity"]
    return RowPayload.model_validate(values)


def _text_row(row: PlannedRow, *, is_update: bool) -> dict[str, object]:
    # Without the blanks a default account may attach, and with it the account's rules (facts: fortnox 6.1).
    values: dict[str, object] = {
        "ArticleNumber": BLANK,
        "Description": row.description,
        "DeliveredQuantity": BLANK,
        "Price": BLANK,
        "AccountNumber": BLANK,
    }
    if is_update:
        values |= {"Unit": BLANK, "VAT": ZERO, "Discount": ZERO, "DiscountType": "PERCENT"}
        values |= {"CostCenter": BLANK, "Project": BLANK}
    return values


def _priced_row(row: PlannedRow, *, is_update: bool) -> dict[str, object]:
    values: dict[str, object] = {
        "Description": row.description,
        "DeliveredQuantity": _quantity(row.quantity),
        "Price": row.unit_price,
        **_discount(row),
    }
    optional: dict[str, object | None] = {
        "ArticleNumber": row.article_number,
        "VAT": row.vat_rate,
        "Unit": row.unit,
        "AccountNumber": int(row.account_number) if row.account_number else None,
        "CostCenter": row.cost_centre,
        "Project": row.project,
    }
    for name, value in optional.items():
        if value is not None:
            values[name] = value
        elif is_update:
            values[name] = BLANK
    return values


def _discount(row: PlannedRow) -> Mapping[str, object]:
    if row.discount is None:
        return {"Discount": ZERO, "DiscountType": "PERCENT"}
    is_amount = row.discount.kind is DiscountKind.AMOUNT
    return {"Discount": row.discount.value, "DiscountType": "AMOUNT" if is_amount else "PERCENT"}


def _quantity(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f") if quantity else "0"
