"""Values that HubSpot computes: amounts of lines, what a deal's stage means, how many lines hang on it."""

from decimal import Decimal, InvalidOperation

from fortnox_bridge_hubspot.simulator.names import COMPANIES, CONTACTS, DEALS, LINE_ITEMS, NOTES, PRIMARY
from fortnox_bridge_hubspot.simulator.state import CrmRecord, Portal

_HUNDRED = Decimal(100)


def calculate(portal: Portal, record: CrmRecord) -> None:
    match record.kind:
        case _ if record.kind == LINE_ITEMS:
            _calculate_line(portal, record)
        case _ if record.kind == DEALS:
            _calculate_deal(portal, record)
        case _ if record.kind == CONTACTS:
            record.properties["associatedcompanyid"] = _primary(portal, record)
        case _ if record.kind == NOTES:
            record.properties["hs_body_preview"] = (record.properties.get("hs_note_body") or "")[:500] or None
        case _:
            pass


def _calculate_line(portal: Portal, record: CrmRecord) -> None:
    values = record.properties
    price, quantity = _number(values.get("price")), _number(values.get("quantity"))
    if price is None or quantity is None:
        return
    before = price * quantity
    percent, each = _number(values.get("hs_discount_percentage")), _number(values.get("discount"))
    reduction = before * percent / _HUNDRED if percent else quantity * (each or Decimal(0))
    values["hs_pre_discount_amount"] = plain(before)
    values["hs_total_discount"] = plain(reduction)
    values["amount"] = plain(before - reduction)
    group = values.get("hs_tax_rate_group_id")
    rate = next((each["percentageRate"] for each in portal.tax_rates if each["id"] == group), None)
    values["hs_tax_rate"] = str(rate) if rate is not None else None


def _calculate_deal(portal: Portal, record: CrmRecord) -> None:
    stage = portal.stage(record.properties.get("dealstage"))
    metadata = stage["metadata"] if stage else {}
    is_closed = metadata.get("isClosed") == "true"
    is_won = is_closed and metadata.get("probability") == "1.0"
    lines = portal.links.of((DEALS, record.id), LINE_ITEMS)
    record.properties |= {
        "hs_is_closed": _flag(is_true=is_closed),
        "hs_is_closed_won": _flag(is_true=is_won),
        "hs_is_closed_lost": _flag(is_true=is_closed and not is_won),
        "hs_num_of_associated_line_items": str(len(lines)),
        "hs_primary_associated_company": _primary(portal, record),
    }


def _primary(portal: Portal, record: CrmRecord) -> str | None:
    mark = PRIMARY[record.kind, COMPANIES]
    links = portal.links.of((record.kind, record.id), COMPANIES)
    return next((external_id for external_id, types in links if mark in types), None)


def plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flag(*, is_true: bool) -> str:
    return "true" if is_true else "false"


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
