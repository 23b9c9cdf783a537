"""A draft explained field by field, from the plan and payload that its run stored: no vendor is asked."""

from collections.abc import Iterable, Mapping
from typing import Final

from fortnox_bridge.domain.explanation import ExplainedField, Explanation, read_origin
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.run import Notice, StageName, Step
from fortnox_bridge.domain.snapshot import Plain
from fortnox_bridge.fortnox.customer_card import card_field
from fortnox_bridge.fortnox.document_writing import our_name
from fortnox_bridge.fortnox.payloads import BLANK
from fortnox_bridge.fortnox.row_writing import our_row_name

_ROWS: Final = ("InvoiceRows", "OrderRows")
_EMPTY: Final = Origin(ValueOrigin.DECISION, "document.left_empty")
_TEXT_ROW: Final = Origin(ValueOrigin.DECISION, "document.text_row")
_NO_DISCOUNT: Final = Origin(ValueOrigin.DECISION, "document.no_discount")


def of_steps(steps: Iterable[Step]) -> Explanation | None:
    """What the newest decided document of a run says and why; None when none came so far."""
    decided = [step.decision for step in steps if step.stage is StageName.MAP and step.error_code is None]
    return of_decision(decided[-1]) if decided else None


def of_decision(decision: object) -> Explanation | None:
    """A stored decision of the map stage: `plan` and `payload`, the `labels` users know, the `source`."""
    stored = _table(decision)
    plan, payload, labels = _table(stored.get("plan")), _content(stored.get("payload")), _table(stored.get("labels"))
    if not plan or not payload:
        return None
    return Explanation(
        document=_header(plan, payload, labels),
        rows=_rows(plan, payload, labels),
        card=_card(plan, labels),
        vat=tuple(_notices(_table(plan.get("sale")).get("explanation"))),
        system=str(stored.get("source") or ""),
    )


def _header(
    plan: Mapping[str, Plain], payload: Mapping[str, Plain], labels: Mapping[str, Plain]
) -> tuple[ExplainedField, ...]:
    origins = _table(plan.get("origins"))
    fields = []
    for field, value in payload.items():
        if field in _ROWS:
            continue
        name = our_name(field) or field
        fields.append(_explained(field, name, value, read_origin(origins.get(name)), labels))
    return tuple(fields)


def _rows(
    plan: Mapping[str, Plain], payload: Mapping[str, Plain], labels: Mapping[str, Plain]
) -> tuple[tuple[ExplainedField, ...], ...]:
    sent = next((payload[name] for name in _ROWS if name in payload), [])
    planned = plan.get("rows")
    if not isinstance(sent, list) or not isinstance(planned, list):
        return ()
    return tuple(_row(_table(row), _table(of), labels) for row, of in zip(sent, planned, strict=False))


def _row(
    sent: Mapping[str, Plain], planned: Mapping[str, Plain], labels: Mapping[str, Plain]
) -> tuple[ExplainedField, ...]:
    origins = _table(planned.get("origins"))
    fields = []
    for field, value in sent.items():
        name = our_row_name(field) or field
        origin = read_origin(origins.get(name))
        if value == BLANK:
            origin = _EMPTY
        elif planned.get("is_text") is True and origin is None:
            origin = _TEXT_ROW
        elif name == "discount" and planned.get("discount") is None:
            origin = _NO_DISCOUNT
        fields.append(_explained(field, name, value, origin, labels))
    return tuple(fields)


def _card(plan: Mapping[str, Plain], labels: Mapping[str, Plain]) -> tuple[ExplainedField, ...]:
    """Fields of a new customer, or those of a known one that the overwrite policies change."""
    customer, update = _table(plan.get("customer")), _table(plan.get("customer_update"))
    written = customer if "fields" in customer else update
    values, origins = _table(written.get("fields")), _table(written.get("origins"))
    return tuple(
        _explained(card_field(name), name, value, read_origin(origins.get(name)), labels)
        for name, value in values.items()
    )


def _explained(
    field: str, name: str, value: Plain, origin: Origin | None, labels: Mapping[str, Plain]
) -> ExplainedField:
    label = labels.get(origin.by) if origin is not None else None
    return ExplainedField(field, name, value, origin, label if isinstance(label, str) else None)


def _content(payload: object) -> Mapping[str, Plain]:
    """The document without the envelope that Fortnox wants around it."""
    sent = _table(payload)
    inner = next(iter(sent.values()), None)
    return inner if len(sent) == 1 and isinstance(inner, Mapping) else sent


def _notices(plain: object) -> Iterable[Notice]:
    for each in plain if isinstance(plain, list) else []:
        stored = _table(each)
        params = {key: str(value) for key, value in _table(stored.get("params")).items()}
        yield Notice(str(stored.get("code")), params)


def _table(plain: object) -> Mapping[str, Plain]:
    return plain if isinstance(plain, Mapping) else {}
