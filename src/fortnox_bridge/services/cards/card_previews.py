"""A preview in the few lines that a card has room for (F112)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from fortnox_bridge.domain.card import CardNotice, CardPreview, PreviewLine
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import Money, currency
from fortnox_bridge.services.runs.preview import DealPreview


def preview_of(seen: DealPreview, language: Language) -> CardPreview:
    if seen.outcome == "parked" or not isinstance(seen.plan, Mapping):
        code = seen.reason_code or "unexpected"
        sentence = describe(code, seen.reason_params, language)
        return CardPreview("", "", None, problem=CardNotice(code, sentence.what, sentence.remedy))
    plan, code = seen.plan, str(seen.plan.get("currency"))
    totals = plan.get("totals")
    rows = plan.get("rows")
    return CardPreview(
        document_kind=str(plan.get("kind")),
        customer=_customer(plan.get("customer")),
        total=_money(totals.get("payable"), code) if isinstance(totals, Mapping) else None,
        lines=_lines(rows, totals.get("row_totals") if isinstance(totals, Mapping) else None, code),
        warnings=tuple(describe(each.code, each.params, language).what for each in seen.notices),
    )


def _customer(planned: object) -> str:
    if not isinstance(planned, Mapping):
        return ""
    fields = planned.get("fields")
    name = planned.get("name") or (fields.get("name") if isinstance(fields, Mapping) else "")
    return " ".join(str(part) for part in (planned.get("number"), name) if part)


def _lines(rows: object, totals: object, code: str) -> tuple[PreviewLine, ...]:
    if not isinstance(rows, list) or not isinstance(totals, list) or len(rows) != len(totals):
        return ()
    return tuple(_line(row, total, code) for row, total in zip(rows, totals, strict=True) if isinstance(row, Mapping))


def _line(row: Mapping[str, object], total: object, code: str) -> PreviewLine:
    text = str(row.get("description") or row.get("article_number") or "")
    if row.get("is_text"):
        return PreviewLine(text, "", None)
    quantity = " ".join(str(each) for each in (row.get("quantity"), row.get("unit")) if each)
    return PreviewLine(text, quantity, _money(total, code))


def _money(plain: object, code: str) -> Money | None:
    try:
        return Money(Decimal(str(plain)), currency(code))
    except (InvalidOperation, ValueError):
        return None
