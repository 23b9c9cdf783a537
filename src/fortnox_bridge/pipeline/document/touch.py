"""Whether a draft is still ours alone: not sent, booked, paid or cancelled, and showing what we last wrote. Pure."""

from typing import Final

from fortnox_bridge.domain.document import CreatedDocument, Document
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fingerprint import differences
from fortnox_bridge.domain.run import Notice

CHANGED: Final = "draft_changed"
_MOST_FIELDS: Final = 5


class DraftTouched(SourceDataInvalid):
    """Somebody took the draft over: it is theirs, and we neither change nor cancel it."""

    @property
    def notice(self) -> Notice:
        return Notice(self.code, self.params)


def decide(document: Document, now: CreatedDocument) -> Notice | None:
    """Why the draft is not ours alone any more; None while it is. What is not known for certain counts as touched."""
    params = {"kind": document.kind.value, "number": now.number}
    if now.is_booked:
        return Notice("draft_booked", params)
    if now.is_paid:
        return Notice("draft_paid", params)
    if now.is_sent:
        return Notice("draft_sent", params)
    if now.order_invoice_number is not None:
        return Notice("draft_invoiced", {**params, "invoice": now.order_invoice_number})
    if document.fingerprint is None or now.fingerprint is None:
        return Notice("draft_unknown", params)
    changed = differences(document.fingerprint, now.fingerprint)
    return Notice("draft_changed", {**params, "fields": _listed(changed)}) if changed else None


def _listed(fields: tuple[str, ...]) -> str:
    shown = ", ".join(fields[:_MOST_FIELDS])
    return f"{shown}, …" if len(fields) > _MOST_FIELDS else shown
