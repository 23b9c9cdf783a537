"""Write back: what became of the deal, in fields of the deal that the settings name (F82, F84).

Only values that differ from what stands are written, so that repeating it is harmless and stirs up nothing. A field
that refuses its value becomes a notice; a source that does not answer is tried again with the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.domain.errors import ReconnectRequired, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import Money
from fortnox_bridge.domain.rules import NoteRules, WriteBackFact
from fortnox_bridge.domain.run import Notice, Parked
from fortnox_bridge.domain.values import FieldValue, as_text
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.explain import field_labels, reason_of
from fortnox_bridge.sdk import FieldWriter

# The shortest text field that a source is known to have.
_LIMIT: Final = 255
_CUT: Final = "…"
_MADE: Final[Mapping[Language, Mapping[DocumentKind, str]]] = {
    Language.SWEDISH: {DocumentKind.INVOICE: "Fakturautkast skapat", DocumentKind.ORDER: "Orderutkast skapat"},
    Language.ENGLISH: {DocumentKind.INVOICE: "Draft invoice created", DocumentKind.ORDER: "Draft order created"},
}
_WITHDRAWN: Final[Mapping[Language, str]] = {
    Language.SWEDISH: "Utkastet är makulerat",
    Language.ENGLISH: "The draft is cancelled",
}
_WAITING: Final[Mapping[Language, str]] = {
    Language.SWEDISH: "Väntar på åtgärd",
    Language.ENGLISH: "Waits for somebody",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the deal that shall say `text`; empty: nothing."""

    path: FieldPath
    text: str

    @property
    def key(self) -> str:
        return self.path.custom_key if self.path.is_custom else self.path.name


def made(document: Document, rules: NoteRules) -> Mapping[WriteBackFact, str]:
    """What the fields say once the draft stands. Why it waited before is no longer true."""
    return {
        WriteBackFact.DOCUMENT_NUMBER: document.number or "",
        WriteBackFact.OCR: document.ocr or "",
        WriteBackFact.TOTAL: format(document.total, "f") if document.total is not None else "",
        WriteBackFact.STATUS: _MADE[rules.language][document.kind],
        WriteBackFact.ERROR: "",
    }


def withdrawn(rules: NoteRules) -> Mapping[WriteBackFact, str]:
    """What the fields say once we have cancelled the draft: nothing stands any more."""
    gone = dict.fromkeys((WriteBackFact.DOCUMENT_NUMBER, WriteBackFact.OCR, WriteBackFact.TOTAL), "")
    return {**gone, WriteBackFact.STATUS: _WITHDRAWN[rules.language], WriteBackFact.ERROR: ""}


def waiting(parked: Parked, rules: NoteRules) -> Mapping[WriteBackFact, str]:
    """What the fields say while the deal waits. Number and total stay: an earlier draft may stand."""
    sentence = describe(parked.code, parked.params, rules.language)
    return {
        WriteBackFact.STATUS: _WAITING[rules.language],
        WriteBackFact.ERROR: _cut(f"{sentence.what} {sentence.remedy}".strip()),
    }


def decide(
    facts: Mapping[WriteBackFact, str], standing: Mapping[str, FieldValue], rules: NoteRules
) -> tuple[FieldChange, ...]:
    """The changes that are needed; `standing` are the deal's own fields as they are."""
    changes = [FieldChange(path, facts[fact]) for fact, path in rules.write_back.items() if fact in facts]
    return tuple(change for change in changes if not _says(standing.get(change.key), change.text))


async def write(ctx: StageContext, changes: tuple[FieldChange, ...]) -> tuple[Notice, ...]:
    """Write the changes; answers a notice for what the source refuses.

    Raises:
        Transient, ReconnectRequired: nothing is known to be wrong with the values; the run tries again.
    """
    writer = ctx.source.field_writer
    if writer is None or not changes:
        return ()
    refusal = await _refusal(ctx, writer, changes)
    if refusal is None:
        return ()
    if len(changes) > 1:
        # One field that is gone or of another type must not keep the others from being told.
        refusals = [(change, await _refusal(ctx, writer, (change,))) for change in changes]
    else:
        refusals = [(changes[0], refusal)]
    labels = await field_labels(ctx, [str(change.path) for change, _ in refusals])
    return tuple(
        _notice(ctx, labels.get(str(change.path), str(change.path)), error) for change, error in refusals if error
    )


async def tell_waiting(ctx: StageContext, parked: Parked) -> tuple[Notice, ...]:
    """Say in the deal's fields that and why it waits; the deal is looked at only when a field is to be written."""
    rules = ctx.rules.notes
    facts = waiting(parked, rules)
    if ctx.source.field_writer is None or not set(facts) & set(rules.write_back):
        return ()
    try:
        head = await ctx.source.deals.read_head(ctx.run.source)
    except ReconnectRequired:
        raise
    except UserAction:
        # A deal that is gone or hidden has no fields to write; the note, if it can be written, matters more.
        return ()
    return await write(ctx, decide(facts, head.custom_fields, rules))


async def _refusal(ctx: StageContext, writer: FieldWriter, changes: tuple[FieldChange, ...]) -> UserAction | None:
    try:
        await writer.write_fields(ctx.run.source, {change.key: change.text for change in changes})
    except ReconnectRequired:
        raise
    except UserAction as error:
        return error
    ctx.checkpoint("write_back.sent")
    return None


def _notice(ctx: StageContext, field: str, error: UserAction) -> Notice:
    return Notice("field_not_written_back", {"field": field, "reason": reason_of(ctx, error)})


def _says(standing: FieldValue | None, text: str) -> bool:
    match standing:
        case None:
            return not text
        case Decimal() | Money():
            return (standing.amount if isinstance(standing, Money) else standing) == _number(text)
        case _:
            return as_text(standing) == text


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _cut(text: str) -> str:
    return text if len(text) <= _LIMIT else text[: _LIMIT - len(_CUT)].rstrip() + _CUT
