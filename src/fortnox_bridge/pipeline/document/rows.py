"""One line of the deal as one row: quantity and price as Fortnox keeps them, discounts, rate and text (F43, F57)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.deal import Deal, Discount, DiscountKind, DiscountPer, LineItem
from fortnox_bridge.domain.document_arithmetic import HUNDRED
from fortnox_bridge.domain.draft_plan import PlannedRow, RowDiscount
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.money import ORE, ZERO, round_half_up
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.spread import reduction, with_total
from fortnox_bridge.pipeline.articles.matching import ArticleChoice
from fortnox_bridge.pipeline.document.row_fields import RowFields
from fortnox_bridge.pipeline.document.row_text import cleaned, number_text
from fortnox_bridge.pipeline.document.row_vat import RowTax

ONE = Decimal(1)
_FLATTENED: Final = Origin(ValueOrigin.DECISION, "document.flattened_line")


@dataclass(frozen=True, slots=True)
class LineRow:
    """`row` has its whole text; splitting it over rows comes after the discounts are spread."""

    row: PlannedRow
    notices: tuple[Notice, ...] = ()


def plan_line(line: LineItem, deal: Deal, article: ArticleChoice, tax: RowTax, fields: RowFields) -> LineRow:
    notices = list(tax.notices)
    _check_discounts(line, deal)
    text = cleaned(fields.text or line.name)
    if text.is_changed:
        notices.append(Notice("row_text_cleaned", {"product": line.name}))
    stated = PlannedRow(
        description=text.text or article.number,
        article_number=article.number,
        quantity=line.quantity,
        unit_price=line.unit_price,
        source_line_id=line.external_id,
        origins=_origins(line, article, is_named=bool(text.text)),
    )
    row = tax.on(fields.on(stated))
    before = line.quantity * line.unit_price
    off = reduction(line.discounts, before, line.quantity)
    if off > abs(before):
        raise SourceDataInvalid("discount_exceeds_line", where=deal.url, record=deal.title, line=line.name)
    total = round_half_up(before - off.copy_sign(before))
    if _must_be_flattened(line):
        original = _original(line)
        notices.append(Notice("line_flattened", {"product": line.name, "original": original}))
        flat = replace(
            row,
            description=f"{row.description} ({original})",
            quantity=ONE,
            unit_price=total,
            origins={**row.origins, **dict.fromkeys(("quantity", "unit_price"), _FLATTENED)},
        )
        return LineRow(flat, tuple(notices))
    return LineRow(_discounted(row, line.discounts, total), tuple(notices))


def _origins(line: LineItem, article: ArticleChoice, *, is_named: bool) -> dict[str, Origin]:
    origins = {
        "description": Origin(ValueOrigin.SOURCE, "line.name") if is_named else Origin(ValueOrigin.ARTICLE, "number"),
        "article_number": article.origin,
        "quantity": Origin(ValueOrigin.SOURCE, "line.quantity"),
        "unit_price": Origin(ValueOrigin.SOURCE, "line.unit_price"),
    }
    if any(discount.value for discount in line.discounts):
        origins["discount"] = Origin(ValueOrigin.SOURCE, "line.discounts")
    return origins


def _check_discounts(line: LineItem, deal: Deal) -> None:
    for discount in line.discounts:
        if discount.value < ZERO or (discount.kind is DiscountKind.PERCENT and discount.value > HUNDRED):
            raise SourceDataInvalid(
                "discount_invalid",
                where=deal.url,
                record=deal.title,
                line=line.name,
                value=number_text(discount.value),
            )


def _must_be_flattened(line: LineItem) -> bool:
    """Finer than two decimals; or a negative row with a discount, whose sign in Fortnox nobody has documented."""
    is_fine = not _has_two_decimals(line.quantity) or not _has_two_decimals(line.unit_price)
    is_negative = line.quantity < ZERO or line.unit_price < ZERO
    return is_fine or (is_negative and any(discount.value for discount in line.discounts))


def _discounted(row: PlannedRow, discounts: Sequence[Discount], total: Decimal) -> PlannedRow:
    """The line's discount in the user's own form where Fortnox has it, else as the amount it comes to."""
    discounts = [discount for discount in discounts if discount.value]
    if len(discounts) == 1 and discounts[0].kind is DiscountKind.PERCENT and _has_two_decimals(discounts[0].value):
        return replace(row, discount=RowDiscount(DiscountKind.PERCENT, discounts[0].value))
    return with_total(row, total)


def _original(line: LineItem) -> str:
    """What the flattened row stands for, so that the reader can check it."""
    unit = f" {line.unit}" if line.unit else ""
    parts = [f"{number_text(line.quantity)}{unit} à {number_text(line.unit_price)}"]
    for discount in line.discounts:
        if discount.value:
            sign = " %" if discount.kind is DiscountKind.PERCENT else ""
            per = " per enhet" if not sign and discount.per is DiscountPer.UNIT else ""
            parts.append(f"rabatt {number_text(discount.value)}{sign}{per}")
    return cleaned(", ".join(parts)).text


def _has_two_decimals(value: Decimal) -> bool:
    return value == value.quantize(ORE)
